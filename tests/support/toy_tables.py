"""The transformer's half of a toy source: how its frames become rows.

Its playlist is `{"title": …, "songs": [{"code": …, "title": …}, …]}`, its further pages are
`{"songs": […], "more": true or false}`. It tells nothing else, so most columns are absent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from playlake_contracts.raw import PLAYLIST, decode_snapshot
from playlake_contracts.tables import COMMON_COLUMNS, TABLES
from playlake_transformer.domain.frame_readers import Source
from playlake_transformer.domain.json_errors import JSON_ERRORS, explain
from playlake_transformer.domain.model import Entries, EntryRow
from playlake_transformer.domain.positions import number_entries
from playlake_transformer.domain.snapshot import Quarantined, Snapshot, UnreadableFrameError

if TYPE_CHECKING:
    from playlake_transformer.domain.snapshot import FrameContent


@dataclass(frozen=True, slots=True)
class ToySong:
    """What the toy source tells of a song."""

    id: str
    name: str
    album: None = None
    artists: tuple[()] = ()


@dataclass(frozen=True, slots=True)
class ToyPlaylist:
    """What the toy source tells of a playlist."""

    name: str
    snapshot_id: str | None = None


class _Song(msgspec.Struct):
    code: str
    title: str


class _Songs(msgspec.Struct):
    title: str = ""
    songs: list[_Song] = []
    more: bool = False


def read_toy_playlist(frame: bytes) -> FrameContent:
    """Read a frame of the toy source."""
    try:
        raw = decode_snapshot(frame)
        first, *pages = (_decode(response) for response in (raw.playlist, *raw.pages))
    except JSON_ERRORS as error:
        raise UnreadableFrameError(Quarantined("playlists", *explain(error), frame)) from error
    positions, songs = number_entries((None, page.songs) for page in (first, *pages))
    return Snapshot(
        source=raw.source,
        run_id=raw.run_id,
        playlist_id=raw.playlist_id,
        snapshot_id=raw.snapshot_id,
        fetched_at=raw.fetched_at,
        api=raw.api,
        playlist=ToyPlaylist(first.title),  # type: ignore[arg-type]  # the rest is absent
        total=len(songs),
        is_complete=raw.complete,
        entries=Entries.of(positions, [_row(song) for song in songs]),
        counted=raw.entries,
    )


def toy_pieces(frame: bytes) -> list[tuple[int | None, bytes]]:
    """List the songs of a frame of the toy source."""
    raw = decode_snapshot(frame)
    songs = [song for response in (raw.playlist, *raw.pages) for song in _decode(response).songs]
    return list(enumerate(map(msgspec.json.encode, songs)))


def _decode(response: msgspec.Raw) -> _Songs:
    return msgspec.json.decode(response, type=_Songs)


def _row(song: _Song) -> EntryRow:
    item: Any = ToySong(song.code, song.title)
    return EntryRow(item, "track", f"id:{song.code}", None, None, track_id=song.code)


@dataclass(frozen=True, slots=True)
class _Told:
    """The columns that the toy source tells, by table."""

    playlists: frozenset[str] = frozenset(
        {"playlist_id", "snapshot_id", "name", "total", "entries", "is_complete", "content_hash"}
    )
    playlist_items: frozenset[str] = frozenset(
        {
            "playlist_id", "position", "item_type", "identity", "track_id", "episode_id", "name",
            "artist_names", "album_name", "added_at", "added_at_raw", "added_by", "reason",
        }
    )  # fmt: skip
    tracks: frozenset[str] = field(default=frozenset({"track_id", "name", "album_id"}))


TOLD = _Told()


def _absent(table: str, given: frozenset[str]) -> frozenset[str]:
    return frozenset(TABLES[table].schema.names) - given - set(COMMON_COLUMNS)


TOY = Source(
    "toy",
    readers={PLAYLIST: read_toy_playlist},
    pieces=toy_pieces,
    absent={
        "playlists": _absent("playlists", TOLD.playlists),
        "playlist_items": _absent("playlist_items", TOLD.playlist_items),
        "tracks": _absent("tracks", TOLD.tracks),
    },
)
