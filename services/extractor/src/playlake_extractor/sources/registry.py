"""The registered sources by name, and their settings. A new source is registered here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from playlake_contracts.sources.listenbrainz import SOURCE as LISTENBRAINZ
from playlake_contracts.sources.spotify import SOURCE as SPOTIFY
from playlake_contracts.sources.youtube import SOURCE as YOUTUBE
from playlake_extractor.sources.listenbrainz.dialects import explaining as listenbrainz
from playlake_extractor.sources.listenbrainz.dialects.registered import (
    DIALECTS as LISTENBRAINZ_DIALECTS,
)
from playlake_extractor.sources.listenbrainz.settings import ListenBrainzSettings
from playlake_extractor.sources.listenbrainz.setup import open_listenbrainz
from playlake_extractor.sources.spotify.dialects import explaining as spotify
from playlake_extractor.sources.spotify.dialects.registered import DIALECTS as SPOTIFY_DIALECTS
from playlake_extractor.sources.spotify.settings import SpotifySettings
from playlake_extractor.sources.spotify.setup import open_covers, open_spotify
from playlake_extractor.sources.youtube.settings import YoutubeSettings
from playlake_extractor.sources.youtube.source import open_youtube

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playlake_extractor.ports import Clock, CoverHost, Source
    from playlake_extractor.sources.dialects import Dialect, Document


class SourceSettings(SpotifySettings, ListenBrainzSettings, YoutubeSettings):
    """The settings of all sources; each has a class of its own, which is a base of this one."""


@dataclass(frozen=True, slots=True)
class RegisteredSource:
    """The functions of a source that a run uses.

    Attributes:
        open: creates the source from the settings and a clock.
        open_covers: creates the host of its covers; None if it has none.
        dialects: the formats of saved files that it reads; the first that recognises a document
            reads it.
        explain: says what a document is that no dialect recognises, in words that follow its
            name; None if the source does not know it.
    """

    open: Callable[[SourceSettings, Clock], Source]
    open_covers: Callable[[SourceSettings], CoverHost] | None = None
    dialects: tuple[Dialect[Any], ...] = ()
    explain: Callable[[Document], str | None] | None = None


SOURCES: Final[Mapping[str, RegisteredSource]] = {
    SPOTIFY: RegisteredSource(open_spotify, open_covers, SPOTIFY_DIALECTS, spotify.explain),
    LISTENBRAINZ: RegisteredSource(
        open_listenbrainz, dialects=LISTENBRAINZ_DIALECTS, explain=listenbrainz.explain
    ),
    YOUTUBE: RegisteredSource(open_youtube),
}
DEFAULT_SOURCE: Final = SPOTIFY
