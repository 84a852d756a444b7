"""The registered sources by name. A new source is registered here."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from playlake.errors import CommandError
from playlake.sources.listenbrainz import LISTENBRAINZ
from playlake.sources.spotify import SPOTIFY
from playlake.sources.youtube import YOUTUBE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake.sources.registered import CommandSource

SOURCES: Final[Mapping[str, CommandSource]] = MappingProxyType(
    {source.name: source for source in (SPOTIFY, LISTENBRAINZ, YOUTUBE)}
)
DEFAULT: Final = SPOTIFY.name
VARIABLE: Final = "PLAYLAKE_SOURCE"


def find_source(name: str | None) -> CommandSource:
    """The source of a name; None is the default.

    Raises:
        CommandError: there is none of this name.
    """
    found = SOURCES.get(name or DEFAULT)
    if found is None:
        raise CommandError(f"there is no source {name}: choose {' or '.join(SOURCES)}")
    return found
