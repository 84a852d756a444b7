"""From snapshots to the columns of a part, with each track and album taken where first seen.

An artist or album that was asked for alone is a row as well. Its own artists and tracks are none:
the playlists that led to it have told of those that are in a playlist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_transformer.domain.columns import (
    Columns,
    album_columns,
    artist_columns,
    credit_columns,
    item_columns,
    placed,
    playlist_columns,
    track_columns,
)
from playlake_transformer.domain.snapshot import Snapshot
from playlake_transformer.domain.spotify import DetailedArtist

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from playlake_transformer.domain.columns import Placed
    from playlake_transformer.domain.snapshot import Details
    from playlake_transformer.domain.spotify import Album, Item


class Rows:
    """The columns of a part under construction.

    `columns` maps each table to its columns, all of one length, `fetched_at` among them. An
    artist stands there once for every work that was new; `clean` leaves one row of each.
    """

    def __init__(self) -> None:
        self.columns: dict[str, Columns] = {}
        self._tracks: set[str] = set()
        self._albums: set[str] = set()

    def add(self, read: Snapshot | Details) -> None:
        """Add the rows of what was read to every table that has some of them."""
        if isinstance(read, Snapshot):
            self._add_snapshot(read)
        else:
            self._add_details(read)

    def _add_snapshot(self, snapshot: Snapshot) -> None:
        rows = [placed(entry) for entry in snapshot.entries]
        tracks = self._new_tracks(rows)
        albums = self._new_albums(track.album for track in tracks)
        works: list[Item | Album] = [*tracks, *albums]
        artists = [artist for work in works for artist in work.artists or ()]
        columns = {
            "playlists": playlist_columns(snapshot, rows),
            "playlist_items": item_columns(snapshot, rows),
            "tracks": track_columns(tracks),
            "albums": album_columns(albums),
            "artists": artist_columns([artist for artist in artists if artist.id]),
            "track_artists": credit_columns("track_id", tracks),
            "album_artists": credit_columns("album_id", albums),
        }
        for table, added in columns.items():
            self._extend(table, added, snapshot.fetched_at)

    def _add_details(self, details: Details) -> None:
        if isinstance(details.of, DetailedArtist):
            self._extend("artists", artist_columns([details.of]), details.fetched_at)
            return
        albums = self._new_albums([details.of])
        self._extend("albums", album_columns(albums), details.fetched_at)
        self._extend("album_artists", credit_columns("album_id", albums), details.fetched_at)

    def _extend(self, table: str, added: Columns, fetched_at: datetime) -> None:
        held = self.columns.setdefault(table, {})
        length = len(next(iter(added.values()), ()))
        for name, values in added.items():
            held.setdefault(name, []).extend(values)
        held.setdefault("fetched_at", []).extend([fetched_at] * length)

    def _new_tracks(self, rows: Iterable[Placed]) -> list[Item]:
        new: list[Item] = []
        for item, item_type, _ in rows:
            if item_type == "track" and item.id is not None and item.id not in self._tracks:
                self._tracks.add(item.id)
                new.append(item)
        return new

    def _new_albums(self, albums: Iterable[Album | None]) -> list[Album]:
        new: list[Album] = []
        for album in albums:
            if album is not None and album.id is not None and album.id not in self._albums:
                self._albums.add(album.id)
                new.append(album)
        return new
