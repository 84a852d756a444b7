"""Saved responses of the Web API: a playlist, a page of its items, or a JSON array of either.

Every byte of them is kept.
"""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, TypeVar, cast

import msgspec
from msgspec import UNSET, Raw

from playlake_contracts.json_text import storable
from playlake_contracts.manifest import Int32  # noqa: TC001 - msgspec reads it at run time
from playlake_extractor.http.decoding import JSON_ERRORS, decode
from playlake_extractor.run.saved_snapshots import SavedFileError
from playlake_extractor.sources.spotify import responses
from playlake_extractor.sources.spotify.dialects.addresses import names_other_endpoint, playlist_in
from playlake_extractor.sources.spotify.dialects.descriptions import Outline, describe
from playlake_extractor.sources.spotify.entries import read_raw_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")

# Files that are not JSON, recognised by their first bytes.
_NOT_JSON: Final = {
    b"PK\x03\x04": "a zip archive, not JSON: unpack it first",
    codecs.BOM_UTF16_LE: "UTF-16 text: convert it to UTF-8 first",
    codecs.BOM_UTF16_BE: "UTF-16 text: convert it to UTF-8 first",
}
_WHITE_SPACE: Final = b" \t\r\n"
_ADVICE: Final = "only playlists and pages of their items can be imported"


class SavedPage(responses.Page, frozen=True):
    """A page of entries with its address."""

    total: Int32 | None = None
    offset: Annotated[int, msgspec.Meta(ge=0, le=2**30)] | None = None
    href: str | None = None


class SavedPlaylist(responses.Playlist, frozen=True):
    """A playlist with its id."""

    items: SavedPage | None = None
    tracks: SavedPage | None = None
    id: str | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class SavedResponse:
    """A saved response.

    Attributes:
        origin: its file, and its number in square brackets if the file holds an array.
        body: its bytes.
        playlist_id: Spotify's id, or `file-` and a digest if the response has none.
        playlist: the playlist; None if the response is a bare page.
        page: the bare page or the playlist's first; None if Spotify withheld the entries.
    """

    origin: str
    body: bytes
    playlist_id: str
    playlist: SavedPlaylist | None
    page: SavedPage | None

    @property
    def start(self) -> int:
        """The position of the page's first entry."""
        return (self.page and self.page.offset) or 0

    @property
    def end(self) -> int:
        """The position after the page's last entry."""
        return self.start + len((self.page and self.page.items) or ())


def read_responses(name: str, contents: bytes) -> list[SavedResponse]:
    """Read the responses in a file.

    Args:
        name: the file, for messages.
        contents: its bytes, decompressed.

    Raises:
        SavedFileError: it holds anything else; the message names the file and its contents.
    """
    text = contents.removeprefix(codecs.BOM_UTF8).strip(_WHITE_SPACE)
    if not text:
        raise SavedFileError(f"{name} is empty")
    if not text.startswith(b"["):
        return [_read(name, text)]
    elements = _json(name, text, list[Raw])
    if not elements:
        raise SavedFileError(f"{name} holds an empty array")
    bodies = _verbatim(text, elements)
    return [_read(f"{name}[{number}]", body) for number, body in enumerate(bodies)]


def _verbatim(text: bytes, elements: Iterable[Raw]) -> Iterator[bytes]:
    """The elements of an array, byte for byte as in the file.

    Decoding may have replaced escapes, but by text of the same length.
    """
    decoded, position = storable(text), 0
    for element in elements:
        body = storable(bytes(element))
        start = decoded.index(body, position)
        position = start + len(body)
        yield text[start:position]


def _read(origin: str, body: bytes) -> SavedResponse:
    if not body.startswith(b"{"):
        _json(origin, body, Raw)
        raise SavedFileError(f"{origin} is JSON, but no object: {_ADVICE}")
    outline = _json(origin, body, Outline)
    response = _response(origin, body, outline)
    if response is None:
        raise SavedFileError(f"{origin} is {describe(body, outline)}: {_ADVICE}")
    return response


def _response(origin: str, body: bytes, outline: Outline) -> SavedResponse | None:
    if outline.error is not UNSET or outline.type not in (None, "playlist"):
        return None
    if bytes(memoryview(outline.items)[:1]) == b"[":
        return _page(origin, body)
    return _playlist(origin, body, outline)


def _page(origin: str, body: bytes) -> SavedResponse | None:
    page = _documented(origin, body, SavedPage)
    playlist_id = playlist_in(page.href)
    if names_other_endpoint(page.href) or not (playlist_id or _holds_items(page)):
        return None
    return SavedResponse(origin, body, playlist_id or _digest_id(body), None, page)


def _playlist(origin: str, body: bytes, outline: Outline) -> SavedResponse | None:
    playlist = _documented(origin, body, SavedPlaylist)
    page = cast("SavedPage | None", playlist.page)  # one of its own two fields
    declared = outline.type == "playlist" or playlist.snapshot_id is not None
    if not (declared or (page is not None and _holds_items(page))):
        return None
    hrefs = (playlist.href, page.href if page else None)
    ids = (playlist.id, *map(playlist_in, hrefs), _digest_id(body))
    return SavedResponse(origin, body, next(filter(None, ids)), playlist, page)


def _holds_items(page: SavedPage) -> bool:
    """Whether entries hold items; a track's own `track` is a boolean, but no entry's is."""
    held = [
        bytes(raw)
        for entry in map(read_raw_entry, page.items or ())
        for raw in (entry.item, entry.track)
        if raw is not UNSET
    ]
    return any(held) and all(body.startswith((b"{", b"null")) for body in held)


def _digest_id(body: bytes) -> str:
    return f"file-{hashlib.sha256(body).hexdigest()[:22]}"


def _json(origin: str, text: bytes, kind: type[T]) -> T:
    try:
        return decode(text, kind)
    except JSON_ERRORS as error:
        for magic, found in _NOT_JSON.items():
            if text.startswith(magic):
                raise SavedFileError(f"{origin} is {found}") from error
        raise SavedFileError(f"{origin} is not JSON: {error}") from error


def _documented(origin: str, body: bytes, kind: type[T]) -> T:
    try:
        return decode(body, kind)
    except JSON_ERRORS as error:
        raise SavedFileError(f"{origin} is not as Spotify documents it: {error}") from error
