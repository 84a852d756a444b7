"""Files for players that name tracks of Spotify: JSPF, XSPF and M3U, as `show` writes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from playlake_contracts.sources.player_files import read_m3u, read_xspf
from playlake_contracts.sources.spotify_dialects import kinds
from playlake_contracts.sources.spotify_dialects.jspf import names_spotify
from playlake_extractor.sources.one_snapshot import OneSnapshot, name_of_file
from playlake_extractor.sources.player_documents import jspf_in, m3u_in, tracks_in, xspf_in
from playlake_extractor.sources.spotify.dialects.translating import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_extractor.run.saved_snapshots import SavedSnapshot
    from playlake_extractor.sources.dialects import Document, GivenPlaylist

_NAMES_SPOTIFY: Final = re.compile(
    r"spotify:(?:track|episode|local):|open\.spotify\.com/(?:intl-[a-z-]+/)?(?:track|episode)/"
)
_READERS: Final = {kinds.M3U: read_m3u, kinds.XSPF: read_xspf}


class Jspf(OneSnapshot):
    """JSPF of which at least one track has an identifier of Spotify; implements `Dialect`."""

    def read(self, document: Document, given: GivenPlaylist) -> Sequence[SavedSnapshot] | None:
        """Read a playlist."""
        file = jspf_in(document)
        if file is None or not any(map(names_spotify, file.tracks)):
            return None
        name = name_of_file(document)
        return [translate(kinds.JSPF, document, given, playlist=document.json, default_name=name)]


class Xspf(OneSnapshot):
    """XSPF that names Spotify; implements `Dialect`."""

    def read(self, document: Document, given: GivenPlaylist) -> Sequence[SavedSnapshot] | None:
        """Read a playlist."""
        return _of_text(kinds.XSPF, xspf_in(document), document, given)


class M3u(OneSnapshot):
    """M3U, extended or plain, that names Spotify; implements `Dialect`."""

    def read(self, document: Document, given: GivenPlaylist) -> Sequence[SavedSnapshot] | None:
        """Read a playlist; a list of links is one as well."""
        return _of_text(kinds.M3U, m3u_in(document, _NAMES_SPOTIFY), document, given)


def _of_text(
    kind: str, text: str | None, document: Document, given: GivenPlaylist
) -> Sequence[SavedSnapshot] | None:
    if text is None or not _NAMES_SPOTIFY.search(text):
        return None
    body = msgspec.json.encode(text)
    if not any(map(names_spotify, tracks_in(_READERS[kind], body, document))):
        return None
    name = name_of_file(document)
    return [translate(kind, document, given, playlist=body, default_name=name)]
