"""Files that name recordings of MusicBrainz: ListenBrainz's JSPF, and what `show` writes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from playlake_contracts.raw import PLAYLIST
from playlake_contracts.sources import listenbrainz_dialects as kinds
from playlake_contracts.sources.listenbrainz_dialects import is_as_sent, recording_in
from playlake_contracts.sources.listenbrainz_references import parse_reference
from playlake_contracts.sources.player_files import read_m3u, read_xspf, texts
from playlake_extractor.run.saved_snapshots import SavedFileError
from playlake_extractor.sources.listenbrainz.dialects.translating import translate
from playlake_extractor.sources.one_snapshot import OneSnapshot
from playlake_extractor.sources.player_documents import jspf_in, m3u_in, tracks_in, xspf_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_extractor.run.saved_snapshots import SavedSnapshot
    from playlake_extractor.sources.dialects import Document, GivenPlaylist

_RECORDING: Final = re.compile(r"(?:[a-z]+\.)?musicbrainz\.org/recording/", re.IGNORECASE)
_READERS: Final = {kinds.M3U: read_m3u, kinds.XSPF: read_xspf}


class Jspf(OneSnapshot):
    """JSPF of which at least one track names a recording; implements `Dialect`."""

    def read(self, document: Document, given: GivenPlaylist) -> Sequence[SavedSnapshot] | None:
        """Read a playlist, as ListenBrainz sends it or as others write it.

        Raises:
            SavedFileError: it is of a list of playlists, or cannot be read.
        """
        file = jspf_in(document)
        if file is None:
            return None
        if not file.tracks and _is_listenbrainz(file.playlist.get("identifier")):
            raise SavedFileError(
                f"{document.origin} has no tracks, like every playlist in a list of playlists: "
                "import the response of GET /1/playlist/{mbid}, or the JSPF that ListenBrainz "
                "exports"
            )
        if not any(map(recording_in, file.tracks)):
            return None
        kind = PLAYLIST if is_as_sent(file.playlist, file.tracks) else kinds.JSPF
        return [translate(kind, document, given, document.json)]


class Xspf(OneSnapshot):
    """XSPF that names recordings; implements `Dialect`."""

    def read(self, document: Document, given: GivenPlaylist) -> Sequence[SavedSnapshot] | None:
        """Read a playlist."""
        return _of_text(kinds.XSPF, xspf_in(document), document, given)


class M3u(OneSnapshot):
    """M3U, extended or plain, that names recordings; implements `Dialect`."""

    def read(self, document: Document, given: GivenPlaylist) -> Sequence[SavedSnapshot] | None:
        """Read a playlist; a list of links is one as well."""
        return _of_text(kinds.M3U, m3u_in(document, _RECORDING), document, given)


def _of_text(
    kind: str, text: str | None, document: Document, given: GivenPlaylist
) -> Sequence[SavedSnapshot] | None:
    if text is None or not _RECORDING.search(text):
        return None
    body = msgspec.json.encode(text)
    if not any(map(recording_in, tracks_in(_READERS[kind], body, document))):
        return None
    return [translate(kind, document, given, body)]


def _is_listenbrainz(identifier: object) -> bool:
    """Whether an identifier of a playlist is an address of ListenBrainz."""
    for text in texts(identifier):
        try:
            if "://" in text and parse_reference(text):
                return True
        except ValueError:  # it is the address of something else
            continue
    return False
