"""Collects the columns of a part's tables.

Entries are gathered until there are about a thousand. Then their values become Arrow arrays. That
is fast, because the objects of a thousand entries fit the processor's cache, and many values share
the cost of each call.

Each track, album and artist of a part becomes one row, from the last entry that has it. A nameless
one counts only if no entry names it. The tracks of an album from a details response are not rows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import pyarrow as pa

from playlake_contracts.tables import TABLES, TIMESTAMP
from playlake_transformer.domain.chunks import Chunks
from playlake_transformer.domain.model import Entries
from playlake_transformer.domain.occurrences import (
    Credits,
    Occurrences,
    albums_of,
    track_places,
)
from playlake_transformer.domain.parquet import array_of
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

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from playlake_transformer.domain.chunks import Arrays
    from playlake_transformer.domain.frame_readers import Source
    from playlake_transformer.domain.model import Album, Artist, Item
    from playlake_transformer.domain.occurrences import Numbers
    from playlake_transformer.domain.parquet import Values
    from playlake_transformer.domain.snapshot import FrameContent
    from playlake_transformer.domain.tables.mapping import Columns, TableMapping

T = TypeVar("T")

_ENTRIES_A_CHUNK: Final = 1000
# For a table of works the column that identifies a work, and the table of its credits.
_WORKS: Final = {
    TRACKS.table.name: ("track_id", TRACK_ARTISTS),
    ALBUMS.table.name: ("album_id", ALBUM_ARTISTS),
}
# The columns that a row of `tracks` and the row of its entry have in common.
_OF_ITEMS_AND_TRACKS: Final = set(TRACKS.own).intersection(PLAYLIST_ITEMS.own)


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of a table.

    Attributes:
        columns: the columns of the source, and `fetched_at`.
        numbers: the number of each row's entry.
    """

    columns: dict[str, Values]
    numbers: Numbers


class Batch:
    """The rows of a part under construction.

    The entries of a part are numbered over all of its frames, and each row has the number of its
    entry. A frame without entries, such as a details response, takes one number.

    Args:
        source: the source of its frames.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._frames = _Frames()
        self._playlists: Columns = defaultdict(list)
        self._playlist_numbers: list[int] = []
        self._gathered = _Gathered()
        self._chunks: dict[str, Chunks] = defaultdict(Chunks)

    def add(self, content: FrameContent) -> None:
        """Add the rows of a frame to the tables."""
        number = self._frames.add(content)
        if isinstance(content, Snapshot):
            self._add_snapshot(content, number)
        elif isinstance(content, ArtistDetails):
            self._gather(self._gathered.artists, number, content.artist, 1)
        else:
            self._gather(self._gathered.albums, number, content.album, 1)

    def finish(self) -> dict[str, TableRows]:
        """Return the rows of each table that has some; called once."""
        self._convert()
        for works, (key, credits_mapping) in _WORKS.items():
            if works in self._chunks and self._chunks[works].keep_latest(key):
                credited = self._chunks[credits_mapping.table.name]
                credited.keep_numbers(self._chunks[works].numbers)
        if ARTISTS.table.name in self._chunks:
            self._chunks[ARTISTS.table.name].keep_latest("artist_id")
        tables: dict[str, TableRows] = {}
        if self._playlists:
            numbers = np.array(self._playlist_numbers, np.intp)
            tables[PLAYLISTS.table.name] = TableRows({**self._playlists}, numbers)
        for table in TABLES:
            if table in self._chunks and len(numbers := self._chunks[table].numbers):
                columns = self._frames.columns(table, numbers)
                tables[table] = TableRows({**self._chunks[table].arrays, **columns}, numbers)
        return tables

    def place_of(self, number: int) -> tuple[int, int]:
        """The frame of an entry, counted over the frames that were added, and its place in it."""
        return self._frames.place_of(number)

    def _add_snapshot(self, snapshot: Snapshot, number: int) -> None:
        for name, values in self._read(PLAYLISTS, [snapshot]).items():
            self._playlists[name] += values
        self._playlists["fetched_at"].append(snapshot.fetched_at.astimezone(UTC))
        self._playlist_numbers.append(number)
        entries = snapshot.entries
        if len(entries) <= _ENTRIES_A_CHUNK:
            self._gather(self._gathered.entries, number, entries, len(entries))
            return
        for start in range(0, len(entries), _ENTRIES_A_CHUNK):
            window = entries[start : start + _ENTRIES_A_CHUNK]
            self._gather(self._gathered.entries, number + start, window, len(window))

    def _gather(self, pieces: list[tuple[int, T]], number: int, piece: T, size: int) -> None:
        pieces.append((number, piece))
        self._gathered.size += size
        if self._gathered.size >= _ENTRIES_A_CHUNK:
            self._convert()

    def _convert(self) -> None:
        """Make rows of what was gathered."""
        gathered, self._gathered = self._gathered, _Gathered()
        if gathered.entries:
            self._add_entries(gathered)
        if gathered.artists:
            self._add(ARTISTS, Occurrences.of(gathered.artists))
        if gathered.albums:
            # The artists that a details response of an album names are no rows: they would hide
            # details of the same artists.
            self._add_works(ALBUMS, Occurrences.of(gathered.albums))

    def _add_entries(self, gathered: _Gathered) -> None:
        entries = Entries.joined([entries for _, entries in gathered.entries])
        items = Occurrences(entries.item, gathered.numbers())
        columns = self._add(PLAYLIST_ITEMS, items, entries.columns())
        shared = {name: columns[name] for name in _OF_ITEMS_AND_TRACKS if name in columns}
        if (places := track_places(entries)) is not None:
            items = items.take(places)
            shared = {name: array.take(pa.array(places)) for name, array in shared.items()}
        # If an entry has an artist twice, the one of the track counts: the later row.
        self._add_artists(self._add_works(ALBUMS, albums_of(items)))
        self._add_artists(self._add_works(TRACKS, items, shared))

    def _add_works(
        self,
        mapping: TableMapping,
        works: Occurrences[Item] | Occurrences[Album],
        given: Mapping[str, Values] = MappingProxyType({}),
    ) -> tuple[Occurrences[Artist], Arrays]:
        """Add the rows of tracks or albums, and of their credits; return those of the credits."""
        key, credits_mapping = _WORKS[mapping.table.name]
        columns = self._add(mapping, works, given)
        credited = Credits.of(works)
        of_works = {
            key: columns[key].take(pa.array(credited.works)), "position": credited.positions
        }  # fmt: skip
        return credited.artists, self._add(credits_mapping, credited.artists, of_works)

    def _add_artists(self, credited: tuple[Occurrences[Artist], Arrays]) -> None:
        """Add the rows of credited artists; their ids and names are columns already."""
        artists, columns = credited
        ids, names = columns["artist_id"], columns["artist_name"]
        self._add(ARTISTS, artists, {"artist_id": ids, "name": names})

    def _add(
        self,
        mapping: TableMapping,
        rows: Occurrences[Any],
        given: Mapping[str, Values] = MappingProxyType({}),
    ) -> Arrays:
        """Add a row for each object; return their columns."""
        types = mapping.table.schema
        columns = {**self._read(mapping, rows.objects, given), **given}
        arrays = {
            name: array_of(values, types.field(name).type) for name, values in columns.items()
        }
        self._chunks[mapping.table.name].add(arrays, rows.numbers)
        return arrays

    def _read(
        self, mapping: TableMapping, objects: Sequence[object], given: Collection[str] = ()
    ) -> dict[str, Values]:
        """Read the columns of objects that are not given and not absent."""
        table, source = mapping.table.name, self._source
        absent = source.absent.get(table, frozenset())
        return {**mapping.columns(objects, source.nested.get(table, {}), absent.union(given))}


@dataclass(slots=True)
class _Gathered:
    """What was read and has no rows yet, each with the number of its first entry."""

    entries: list[tuple[int, Entries]] = field(default_factory=list)
    artists: list[tuple[int, Artist]] = field(default_factory=list)
    albums: list[tuple[int, Album]] = field(default_factory=list)
    size: int = 0

    def numbers(self) -> Numbers:
        """The numbers of all entries."""
        ranges = [np.arange(first, first + len(entries)) for first, entries in self.entries]
        return np.concatenate(ranges) if ranges else np.array([], np.intp)


class _Frames:
    """The frames of a part, with the numbers of their entries."""

    def __init__(self) -> None:
        self._fetched_at: list[datetime] = []
        self._playlist_ids: list[str] = []
        self._sizes: list[int] = []
        self._firsts: list[int] = []
        self._next = 0

    def add(self, content: FrameContent) -> int:
        """Add a frame; return the number of its first entry."""
        first, size, playlist_id = self._next, 1, ""
        if isinstance(content, Snapshot):
            size, playlist_id = len(content.entries) or 1, content.playlist_id
        self._fetched_at.append(content.fetched_at.astimezone(UTC))
        self._playlist_ids.append(playlist_id)
        self._sizes.append(size)
        self._firsts.append(first)
        self._next += size
        return first

    def place_of(self, number: int) -> tuple[int, int]:
        """The frame of an entry, and its place among the entries of the frame."""
        frame = bisect_right(self._firsts, number) - 1
        return frame, number - self._firsts[frame]

    @cached_property
    def _of_entries(self) -> NDArray[np.int32]:
        """The frame of each entry, once all frames are added."""
        return np.repeat(np.arange(len(self._sizes), dtype=np.int32), self._sizes)

    @cached_property
    def _times(self) -> pa.Array:
        """When the source answered with each frame, once all frames are added."""
        return pa.array(self._fetched_at, TIMESTAMP)

    def columns(self, table: str, numbers: Numbers) -> Arrays:
        """The columns that rows have from the frames of their entries."""
        frames = self._of_entries[numbers]
        columns = {"fetched_at": self._times.take(pa.array(frames))}
        if table == PLAYLIST_ITEMS.table.name:
            ids = pa.array(self._playlist_ids, pa.string())
            columns["playlist_id"] = pa.DictionaryArray.from_arrays(frames, ids)
        return columns
