"""Collects the columns of a part's tables, frame by frame.

Each track and album becomes one row, from its first occurrence in the part. An artist or album
whose details were requested is a row as well. The tracks of such an album are not rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playlake_transformer.domain.snapshot import ArtistDetails, Snapshot
from playlake_transformer.domain.tables import (
    ALBUM_ARTISTS,
    ALBUMS,
    ARTISTS,
    PLAYLIST_ITEMS,
    PLAYLISTS,
    TRACK_ARTISTS,
    TRACKS,
)
from playlake_transformer.domain.tables.credits import credits_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from playlake_transformer.domain.model import Album, Item
    from playlake_transformer.domain.snapshot import FrameContent
    from playlake_transformer.domain.tables.mapping import Columns, TableMapping


class Batch:
    """The rows of a part, column by column.

    `columns` maps each table to its columns, `fetched_at` included, all of the same length. An
    artist has one row for every new work that credits it; cleaning keeps one of them.

    Args:
        absent: by table, the columns that the source never provides.
    """

    def __init__(self, absent: Mapping[str, frozenset[str]]) -> None:
        self.columns: dict[str, Columns] = {}
        self.absent = absent
        self._tracks: set[str] = set()
        self._albums: set[str] = set()

    def add(self, content: FrameContent) -> None:
        """Add the rows of a frame to the tables."""
        if isinstance(content, Snapshot):
            self._add_snapshot(content)
        elif isinstance(content, ArtistDetails):
            self._extend(ARTISTS, [content.artist], content.fetched_at)
        else:
            albums = self._new_albums([content.album])
            self._extend(ALBUMS, albums, content.fetched_at)
            self._extend(ALBUM_ARTISTS, credits_of(albums), content.fetched_at)

    def _add_snapshot(self, snapshot: Snapshot) -> None:
        tracks = self._new_tracks(snapshot)
        albums = self._new_albums(track.album for track in tracks)
        works: list[Item | Album] = [*tracks, *albums]
        artists = [artist for work in works for artist in work.artists or () if artist.id]
        at = snapshot.fetched_at
        self._extend(PLAYLISTS, [snapshot], at)
        self._extend(
            PLAYLIST_ITEMS,
            snapshot.rows,
            at,
            playlist_id=[snapshot.playlist_id] * len(snapshot.rows),
            position=snapshot.positions,
        )
        self._extend(TRACKS, tracks, at)
        self._extend(ALBUMS, albums, at)
        self._extend(ARTISTS, artists, at)
        self._extend(TRACK_ARTISTS, credits_of(tracks), at)
        self._extend(ALBUM_ARTISTS, credits_of(albums), at)

    def _extend(
        self, mapping: TableMapping, rows: Sequence[object], at: datetime, **given: list[Any]
    ) -> None:
        table = mapping.table.name
        added = mapping.columns(rows, self.absent.get(table, ())) | given
        added["fetched_at"] = [at] * len(rows)
        columns = self.columns.setdefault(table, {})
        for name, values in added.items():
            columns.setdefault(name, []).extend(values)

    def _new_tracks(self, snapshot: Snapshot) -> list[Item]:
        new: list[Item] = []
        for row in snapshot.rows:
            track_id = row.track_id
            if row.item_type == "track" and track_id is not None and track_id not in self._tracks:
                self._tracks.add(track_id)
                new.append(row.item)
        return new

    def _new_albums(self, albums: Iterable[Album | None]) -> list[Album]:
        new: list[Album] = []
        for album in albums:
            if album is not None and album.id and album.id not in self._albums:
                self._albums.add(album.id)
                new.append(album)
        return new
