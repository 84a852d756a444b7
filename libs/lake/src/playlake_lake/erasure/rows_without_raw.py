"""Takes what is erased out of rows whose raw objects are gone, as by `raw_expiry_days`.

What cannot be transformed anew is changed in place: rows of an erased playlist go, and with them
those of songs, albums and artists that no other playlist of the part has; ids and names of users
are replaced where the columns have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from playlake_contracts.cleaning import clean_response
from playlake_contracts.erased import ERASED_USER, Erased, Kind
from playlake_contracts.keys import source_prefix, table_prefix
from playlake_contracts.tables import RAW_MD5
from playlake_lake.erasure.store import read_rows
from playlake_lake.errors import ContendedError, DamagedLakeError
from playlake_lake.marks import COUNTS, UnreadableError, raw_key_of, read_mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from playlake_contracts.keys import RawKey
    from playlake_lake.erasure.store import ErasableStore

    Tables = dict[str, pa.Table]

_USERS: Final = ("owner_id", "added_by")
# What says how often a rule was broken, over all playlists of the part.
_OF_THE_PART: Final = "quality_results"


@dataclass(frozen=True, slots=True)
class RowsWithoutRaw:
    """The committed parts of a source whose raw objects are gone.

    Attributes:
        store: the lake.
        source: the source.
        between: is called before each part.
    """

    store: ErasableStore
    source: str
    between: Callable[[], None]

    def found(self, erased: Erased) -> int:
        """The number of parts that have something of what is erased."""
        return sum(1 for key in self._keys() if self._cleaned(key, erased)[1])

    def clean(self, erased: Erased) -> int:
        """Take it out; return the number of rows that are gone."""
        rows = 0
        for key in self._keys():
            tables, changed = self._cleaned(key, erased)
            if changed:
                rows += self._write(key, tables, changed)
        return rows

    def _keys(self) -> Iterator[RawKey]:
        there = self.store.versions(source_prefix(self.source))
        for mark in self.store.versions(table_prefix("loads")):
            key = raw_key_of(mark)
            if key is not None and key.source == self.source and str(key) not in there:
                self.between()
                yield key

    def _cleaned(self, key: RawKey, erased: Erased) -> tuple[Tables, set[str]]:
        """The tables of a part without what is erased, and which differ from what is there.

        The mark differs also if its numbers are not those of its files, as after a stop in between.
        """
        name = key.curated("loads")
        try:
            mark = read_mark(name, BytesIO(self.store.read(name) or b""))
        except UnreadableError as error:
            raise DamagedLakeError(f"{name} {error}, and its raw object is gone") from error
        bodies = {table: self.store.read(file) for table, file, _ in mark.files()}
        before = {
            table: read_rows(key.curated(table), body)
            for table, body in bodies.items()
            if body is not None
        }
        tables = _without(before, self.source, erased)
        changed = {table for table, rows in tables.items() if not rows.equals(before[table])}
        if changed or any(mark.rows.get(table) != rows.num_rows for table, rows in tables.items()):
            changed.add("loads")
        return tables, changed

    def _write(self, key: RawKey, tables: Tables, changed: set[str]) -> int:
        """Write tables, then the mark, which numbers their rows; return the rows that are gone."""
        mark = self.store.read(key.curated("loads")) or b""
        with pq.ParquetFile(BytesIO(mark)) as file:
            loads, raw_md5 = file.read(), file.metadata.metadata[RAW_MD5.encode()]
        for table in sorted(changed - {"loads"}):
            self._replace(key.curated(table), _parquet(tables[table], raw_md5))
        numbers = {COUNTS[table]: rows.num_rows for table, rows in tables.items()}
        if "playlists" in tables:
            numbers["snapshots"] = tables["playlists"].num_rows
        after = _numbered(loads, numbers)
        self._replace(key.curated("loads"), _parquet(after, raw_md5))
        return _sum_of(loads) - _sum_of(after)

    def _replace(self, key: str, body: bytes) -> None:
        held = self.store.held(key)
        if held is None or not self.store.replace(key, body, held.etag):
            raise ContendedError(f"{key} was written by others meanwhile: erase again")


def _without(tables: Tables, source: str, erased: Erased) -> Tables:
    found = {name: _plain(rows) for name, rows in tables.items()}
    left = {name: _without_playlists(rows, source, erased) for name, rows in found.items()}
    if any(left[name].num_rows < rows.num_rows for name, rows in found.items()):
        left = _without_unnamed(left)
    clean = {name: _without_users(rows, source, erased) for name, rows in left.items()}
    return {
        name: tables[name] if rows.equals(found[name]) else rows for name, rows in clean.items()
    }


def _plain(rows: pa.Table) -> pa.Table:
    """Rows whose columns are no dictionaries."""
    fields = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in rows.schema
    ]
    return rows.cast(pa.schema(fields))


def _without_playlists(rows: pa.Table, source: str, erased: Erased) -> pa.Table:
    if "playlist_id" not in rows.column_names:
        return rows
    ids = [each for each in pc.unique(rows["playlist_id"]).to_pylist() if each is not None]
    gone = [each for each in ids if erased.has(source, Kind.PLAYLIST, each)]
    if not gone:
        return rows
    return rows.filter(pc.invert(pc.is_in(rows["playlist_id"], pa.array(gone, pa.string()))))


def _without_unnamed(tables: Tables) -> Tables:
    """Tables without songs, albums and artists that no entry of a playlist leads to."""
    left = dict(tables)
    if _OF_THE_PART in left:
        left[_OF_THE_PART] = left[_OF_THE_PART].slice(0, 0)

    def keep(name: str, column: str, *named_by: tuple[str, str]) -> None:
        if name in left:
            known = [left[table][key].combine_chunks() for table, key in named_by if table in left]
            values = pa.concat_arrays(known) if known else pa.array([], pa.string())
            left[name] = left[name].filter(pc.is_in(left[name][column], values))

    keep("tracks", "track_id", ("playlist_items", "track_id"))
    keep("track_artists", "track_id", ("tracks", "track_id"))
    keep("albums", "album_id", ("tracks", "album_id"))
    keep("album_artists", "album_id", ("albums", "album_id"))
    keep("artists", "artist_id", ("track_artists", "artist_id"), ("album_artists", "artist_id"))
    return left


def _without_users(rows: pa.Table, source: str, erased: Erased) -> pa.Table:
    if not erased.of(source, Kind.USER):
        return rows

    def is_erased(user: Any) -> bool:  # noqa: ANN401 - a value of a column
        return user is not None and erased.has(source, Kind.USER, user)

    for column in (name for name in _USERS if name in rows.column_names):
        users = rows[column].to_pylist()
        if not any(map(is_erased, users)):
            continue
        others = [ERASED_USER if is_erased(user) else user for user in users]
        rows = _with(rows, column, others)
        if column == "owner_id":
            names = rows["owner_name"].to_pylist()
            kept = [
                None if is_erased(user) else name for user, name in zip(users, names, strict=True)
            ]
            rows = _with(rows, "owner_name", kept)
    if "raw" in rows.column_names:
        raw = rows["raw"].to_pylist()
        clean = [text and clean_response(text.encode(), source, erased).decode() for text in raw]
        rows = rows if clean == raw else _with(rows, "raw", clean)
    return rows


def _with(rows: pa.Table, column: str, values: list[Any]) -> pa.Table:
    at = rows.schema.get_field_index(column)
    return rows.set_column(at, rows.schema.field(at), pa.array(values, rows.schema.field(at).type))


def _numbered(loads: pa.Table, numbers: Mapping[str, int]) -> pa.Table:
    for name, number in numbers.items():
        loads = _with(loads, name, [number])
    return loads


def _sum_of(loads: pa.Table) -> int:
    (row,) = loads.to_pylist()
    return sum(row.get(name) or 0 for name in COUNTS.values())


def _parquet(rows: pa.Table, raw_md5: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(sink, rows.schema, compression="zstd", store_schema=False) as writer:
        writer.write_table(rows)
        writer.add_key_value_metadata({RAW_MD5: raw_md5.decode()})
    return bytes(sink.getvalue())
