"""Files for players that name tracks of Spotify: JSPF, XSPF and M3U, as `show` writes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from playlake_contracts.sources.dialect_reading import fields_of
from playlake_contracts.sources.spotify_dialects import kinds
from playlake_contracts.sources.spotify_dialects.jspf import names_spotify
from playlake_extractor.http.decoding import decode_or_none
from playlake_extractor.sources.spotify.dialects.exportify import name_of_file
from playlake_extractor.sources.spotify.dialects.translating import OneSnapshot, translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_extractor.run.saved_snapshots import SavedSnapshot
    from playlake_extractor.sources.dialects import Document, GivenPlaylist

_XSPF: Final = re.compile(r"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:\w+:)?playlist\b", re.DOTALL)
_NAMES_SPOTIFY: Final = re.compile(
    r"spotify:(?:track|episode|local):|open\.spotify\.com/(?:intl-[a-z-]+/)?(?:track|episode)/"
)


class _JspfPlaylist(msgspec.Struct):
    track: list[msgspec.Raw]


class _JspfFile(msgspec.Struct):
    playlist: _JspfPlaylist


class Jspf(OneSnapshot):
    """JSPF of which at least one track has an identifier of Spotify; implements `Dialect`."""

    def read(self, document: Document, given: GivenPlaylist) -> Sequence[SavedSnapshot] | None:
        """Read a playlist."""
        file = decode_or_none(document.json, _JspfFile) if document.is_object else None
        if file is None or not any(names_spotify(fields_of(raw)) for raw in file.playlist.track):
            return None
        name = name_of_file(document)
        return [translate(kinds.JSPF, document, given, playlist=document.json, default_name=name)]


class Xspf(OneSnapshot):
    """XSPF that names Spotify; implements `Dialect`."""

    def read(self, document: Document, given: GivenPlaylist) -> Sequence[SavedSnapshot] | None:
        """Read a playlist."""
        text = document.text
        if text is None or document.is_json or not _XSPF.match(text.lstrip("\ufeff \r\n\t")):
            return None
        return _of_text(kinds.XSPF, text, document, given)


class M3u(OneSnapshot):
    """M3U, extended or plain, that names Spotify; implements `Dialect`."""

    def read(self, document: Document, given: GivenPlaylist) -> Sequence[SavedSnapshot] | None:
        """Read a playlist; a list of links is one as well."""
        text = document.text
        if text is None or document.is_json or not _looks_like_m3u(text):
            return None
        return _of_text(kinds.M3U, text, document, given)


def _of_text(
    kind: str, text: str, document: Document, given: GivenPlaylist
) -> Sequence[SavedSnapshot] | None:
    if not _NAMES_SPOTIFY.search(text):
        return None
    body, name = msgspec.json.encode(text), name_of_file(document)
    return [translate(kind, document, given, playlist=body, default_name=name)]


def _looks_like_m3u(text: str) -> bool:
    lines = (line.strip() for line in text.lstrip("\ufeff").splitlines())
    first = next(filter(None, lines), "")
    return first.startswith("#EXTM3U") or bool(
        _NAMES_SPOTIFY.match(re.sub("^https?://", "", first))
    )
