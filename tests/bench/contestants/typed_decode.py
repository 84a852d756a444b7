"""The yardstick: msgspec decodes the fields that the tables have into structs, and drops them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from tests.bench.job import Job


class Named(Struct, gc=False):
    """A show, an audiobook or a relinked track."""

    id: str | None = None
    name: str | None = None


class Artist(Struct, gc=False):
    """An artist as credited."""

    id: str | None = None
    name: str | None = None


class Image(Struct, gc=False):
    """A cover."""

    url: str | None = None


class Album(Struct, gc=False):
    """An album as embedded in a track."""

    id: str | None = None
    name: str | None = None
    album_type: str | None = None
    artists: list[Artist] | None = None
    images: list[Image] | None = None
    release_date: str | None = None
    release_date_precision: str | None = None
    total_tracks: int | None = None


class ExternalIds(Struct, gc=False):
    """Codes."""

    isrc: str | None = None


class Restrictions(Struct, gc=False):
    """Why an item cannot be played."""

    reason: str | None = None


class Item(Struct, gc=False):
    """A track or an episode."""

    id: str | None = None
    name: str | None = None
    type: str | None = None
    uri: str | None = None
    album: Album | None = None
    artists: list[Artist] | None = None
    audiobook: Named | None = None
    disc_number: int | None = None
    duration_ms: int | None = None
    explicit: bool | None = None
    external_ids: ExternalIds | None = None
    is_local: bool | None = None
    is_playable: bool | None = None
    linked_from: Named | None = None
    popularity: int | None = None
    restrictions: Restrictions | None = None
    show: Named | None = None
    track_number: int | None = None


class User(Struct, gc=False):
    """An owner, or who added an entry."""

    id: str | None = None
    display_name: str | None = None


class Followers(Struct, gc=False):
    """Their number."""

    total: int | None = None


class ClassicEntry(Struct, gc=False):
    """An entry with its item under `track`."""

    added_at: str | None = None
    added_by: User | None = None
    is_local: bool | None = None
    track: Item | None = None


class NewerEntry(Struct, gc=False):
    """An entry with its item under `item`."""

    added_at: str | None = None
    added_by: User | None = None
    is_local: bool | None = None
    item: Item | None = None


E = TypeVar("E", ClassicEntry, NewerEntry)


class Page(Struct, Generic[E], gc=False):
    """A page of entries."""

    items: list[E]
    offset: int | None = None
    total: int | None = None


class Playlist(Struct, gc=False):
    """A playlist without its page."""

    name: str | None = None
    collaborative: bool | None = None
    description: str | None = None
    followers: Followers | None = None
    images: list[Image] | None = None
    owner: User | None = None
    public: bool | None = None
    snapshot_id: str | None = None


class ClassicPlaylist(Playlist, gc=False, kw_only=True):
    """A playlist with its page under `tracks`."""

    tracks: Page[ClassicEntry]


class NewerPlaylist(Playlist, gc=False, kw_only=True):
    """A playlist with its page under `items`."""

    items: Page[NewerEntry]


class ClassicFrame(Struct, gc=False):
    """A frame of the older shape."""

    playlist_id: str
    run_id: str
    fetched_at: str
    pages: list[Page[ClassicEntry]]
    playlist: ClassicPlaylist


class NewerFrame(Struct, gc=False):
    """A frame of the newer shape."""

    playlist_id: str
    run_id: str
    fetched_at: str
    pages: list[Page[NewerEntry]]
    playlist: NewerPlaylist


DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    "classic": msgspec.json.Decoder(ClassicFrame),
    "items": msgspec.json.Decoder(NewerFrame),
}


def run(job: Job) -> int:
    """Decode every frame, one after the other."""
    decode = DECODERS[job.api].decode
    for frame in job.frames:
        decode(frame)
    return 0
