"""The registered sources by name. A new source is registered here."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from playlake_transformer.domain.sources.listenbrainz import LISTENBRAINZ
from playlake_transformer.domain.sources.spotify import SPOTIFY
from playlake_transformer.domain.sources.youtube import YOUTUBE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_transformer.domain.frame_readers import Source

SOURCES: Final[Mapping[str, Source]] = MappingProxyType(
    {source.name: source for source in (SPOTIFY, LISTENBRAINZ, YOUTUBE)}
)
