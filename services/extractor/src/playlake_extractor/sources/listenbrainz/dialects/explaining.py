"""Says what a document with addresses of MusicBrainz or ListenBrainz is that is no playlist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from playlake_extractor.http.decoding import decode_or_none

if TYPE_CHECKING:
    from playlake_extractor.sources.dialects import Document

_RECORDING: Final = "musicbrainz.org/recording/"
_PLAYLIST: Final = "listenbrainz.org/playlist/"
_INSTEAD: Final = (
    "import the response of GET /1/playlist/{mbid}, or the JSPF that ListenBrainz exports"
)


class _Listing(msgspec.Struct):
    playlists: list[msgspec.Raw]


def explain(document: Document) -> str | None:
    """What a document is that no dialect recognises, in words that follow its name."""
    text = document.text or ""
    listing = decode_or_none(document.json, _Listing) if document.is_object else None
    if listing is not None and _PLAYLIST in text:
        return f"is a list of playlists of ListenBrainz without their recordings: {_INSTEAD}"
    if _RECORDING in text or _PLAYLIST in text:
        return (
            "has addresses of MusicBrainz or ListenBrainz, but no track whose identifier or "
            f"location is a recording of MusicBrainz: {_INSTEAD}"
        )
    return None
