"""Saved responses of the Web API: a playlist, a page of its items, or a page of saved songs.

Every byte of them is kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, TypeVar, cast

import msgspec
from msgspec import UNSET, Raw

from playlake_contracts.manifest import Int32  # noqa: TC001 - msgspec reads it at run time
from playlake_contracts.raw import PLAYLIST
from playlake_contracts.sources.spotify_dialects import kinds
from playlake_extractor.http.decoding import JSON_ERRORS, decode, decode_or_none
from playlake_extractor.run.saved_snapshots import SavedFileError
from playlake_extractor.sources.dialects import NOT_GIVEN
from playlake_extractor.sources.one_snapshot import check_given
from playlake_extractor.sources.spotify import responses
from playlake_extractor.sources.spotify.dialects.addresses import (
    is_of_saved_tracks,
    names_other_endpoint,
    playlist_in,
    start_after,
    start_of,
)
from playlake_extractor.sources.spotify.dialects.descriptions import Outline
from playlake_extractor.sources.spotify.dialects.translating import id_of_name
from playlake_extractor.sources.spotify.entries import read_raw_entry

if TYPE_CHECKING:
    from playlake_extractor.sources.dialects import Document, GivenPlaylist

T = TypeVar("T")

# What the id of a playlist begins with that no saved response names.
FILE_ID_PREFIX: Final = "file-"


class SavedPage(responses.Page, frozen=True):
    """A page of entries with its address."""

    total: Int32 | None = None
    offset: Annotated[int, msgspec.Meta(ge=0, le=2**30)] | None = None
    href: str | None = None
    previous: str | None = None

    @property
    def address(self) -> str | None:
        """Its own address, or that of the page after or before it."""
        return self.href or self.next or self.previous

    @property
    def start(self) -> int:
        """The position of its first entry, as far as it says it."""
        if self.offset is not None:
            return self.offset
        following = start_of(self.next)
        if following is not None:
            return max(0, following - len(self.items or ()))
        return start_after(self.previous) or 0


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
        kind: the kind of the frame that it becomes.
        name: the playlist's name, if the user or the kind gives it.
        is_given: whether the user named the playlist.
    """

    origin: str
    body: bytes
    playlist_id: str
    playlist: SavedPlaylist | None
    page: SavedPage | None
    kind: str = PLAYLIST
    name: str | None = None
    is_given: bool = False

    @property
    def start(self) -> int:
        """The position of the page's first entry."""
        return 0 if self.page is None else self.page.start

    @property
    def end(self) -> int:
        """The position after the page's last entry."""
        return self.start + len((self.page and self.page.items) or ())


def read_response(document: Document, given: GivenPlaylist) -> SavedResponse | None:
    """Read a playlist or a page of entries; None if a document is neither.

    Args:
        document: one JSON object.
        given: what the user says of the playlist.

    Raises:
        SavedFileError: it is not as Spotify documents it, or of another playlist than the given.
    """
    outline = decode_or_none(document.json, Outline) if document.is_object else None
    if outline is None or outline.error is not UNSET or outline.type not in (None, "playlist"):
        return None
    if _is_array(outline.tracks) or (outline.type is not None and _is_array(outline.items)):
        return None  # entries in the place of a page
    read = _page if _is_array(outline.items) else _playlist
    return read(document, outline, given)


def _is_array(value: Raw) -> bool:
    return bytes(memoryview(value)[:1]) == b"["


def _page(document: Document, _outline: Outline, given: GivenPlaylist) -> SavedResponse | None:
    page = _documented(document, SavedPage)
    address = page.address
    if is_of_saved_tracks(address):
        name = given.name or kinds.SAVED_TRACKS_NAME
        own_id = None if given.name else kinds.SAVED_TRACKS_ID
        return _response(document, own_id, None, page, given, kinds.SAVED_TRACKS, name)
    playlist_id = playlist_in(address)
    if names_other_endpoint(address) or not (playlist_id or _holds_items(page)):
        return None
    check_given(document.origin, playlist_id, given.playlist_id)
    return _response(document, playlist_id, None, page, given)


def _playlist(document: Document, outline: Outline, given: GivenPlaylist) -> SavedResponse | None:
    playlist = _documented(document, SavedPlaylist)
    page = cast("SavedPage | None", playlist.page)  # one of its own two fields
    declared = outline.type == "playlist" or playlist.snapshot_id is not None
    if not (declared or (page is not None and _holds_items(page))):
        return None
    hrefs = (playlist.href, page.address if page else None)
    own_id = next(filter(None, (playlist.id, *map(playlist_in, hrefs))), None)
    check_given(document.origin, own_id, given.playlist_id)
    return _response(document, own_id, playlist, page, given)


def _response(  # noqa: PLR0913, PLR0917 - the fields of a response
    document: Document,
    own_id: str | None,
    playlist: SavedPlaylist | None,
    page: SavedPage | None,
    given: GivenPlaylist,
    kind: str = PLAYLIST,
    name: str | None = None,
) -> SavedResponse:
    named = id_of_name(given.name) if given.name else _digest_id(document.json)
    return SavedResponse(
        origin=document.origin,
        body=document.json,
        playlist_id=given.playlist_id or own_id or named,
        playlist=playlist,
        page=page,
        kind=kind,
        name=name or given.name,
        is_given=given != NOT_GIVEN,
    )


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
    return f"{FILE_ID_PREFIX}{hashlib.sha256(body).hexdigest()[:22]}"


def _documented(document: Document, kind: type[T]) -> T:
    try:
        return decode(document.json, kind)
    except JSON_ERRORS as error:
        raise SavedFileError(
            f"{document.origin} is not as Spotify documents it: {error}"
        ) from error
