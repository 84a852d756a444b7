"""The dialects of ListenBrainz, in the order in which they are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from playlake_extractor.sources.listenbrainz.dialects.files import Jspf, M3u, Xspf

if TYPE_CHECKING:
    from playlake_extractor.sources.dialects import Dialect

DIALECTS: Final[tuple[Dialect[Any], ...]] = (Jspf(), Xspf(), M3u())
