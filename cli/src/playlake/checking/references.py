"""Checks over the tables of a raw object: what names a row of another table, what is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from playlake.checking.violations import Violation, example_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Reference:
    """Every id in a column is that of a row of another table of the part.

    Attributes:
        table: the table.
        column: the column with ids; the other table has a column of the same name.
        to: the other table.
        explained_by: the rule whose row in `quality_results` counts the ids that are not, because
            the rows that they name were rejected; None if there must be none.
        item_type: only positions of this type count; None if all rows do.
        in_details: whether it holds for details as well, which a part without playlists has.
    """

    table: str
    column: str
    to: str
    explained_by: str | None = None
    item_type: str | None = None
    in_details: bool = True


REFERENCES: Final = (
    Reference("playlist_items", "playlist_id", "playlists"),
    Reference("playlist_items", "track_id", "tracks", "item_track_unresolved", "track"),
    Reference("playlist_daily", "playlist_id", "run_outcomes"),
    Reference("tracks", "album_id", "albums", "track_album_unresolved"),
    Reference("track_artists", "track_id", "tracks"),
    Reference("track_artists", "artist_id", "artists", "track_artist_unresolved"),
    Reference("album_artists", "album_id", "albums"),
    # The artists that an album's details name are no rows: they would hide details of the artists.
    Reference("album_artists", "artist_id", "artists", "album_artist_unresolved", in_details=False),
)
_RESULTS: Final = "quality_results"


def unresolved(tables: Mapping[str, pa.Table]) -> Iterator[Violation]:
    """The ids that name no row, and the playlists with other entries than they count.

    Args:
        tables: the tables of a part that could be read, also those without rows. What has not the
            columns of the contract is passed over: its schema finds that.
    """
    for reference in REFERENCES:
        if _can_be_followed(reference, tables):
            yield from _unresolved(reference, tables)
    if _has(tables, "playlists", "playlist_id", "entries") and _has(
        tables, "playlist_items", "playlist_id"
    ):
        yield from _miscounted(tables["playlists"], tables["playlist_items"])


def _can_be_followed(reference: Reference, tables: Mapping[str, pa.Table]) -> bool:
    columns = [reference.column, *(["item_type"] if reference.item_type else [])]
    explains = reference.explained_by is None or _has(tables, _RESULTS, "rule", "rows_broken")
    if not reference.in_details and not ("playlists" in tables and tables["playlists"].num_rows):
        return False
    is_there = _has(tables, reference.table, *columns)
    return explains and is_there and _has(tables, reference.to, reference.column)


def _has(tables: Mapping[str, pa.Table], table: str, *columns: str) -> bool:
    """Whether a table could be read and has columns; a text is a text, and a number a number."""
    if table not in tables:
        return False
    schema = tables[table].schema
    return all(
        column in schema.names
        and (pa.types.is_string(kind := schema.field(column).type) or pa.types.is_integer(kind))
        for column in columns
    )


def _unresolved(reference: Reference, tables: Mapping[str, pa.Table]) -> Iterator[Violation]:
    rows, others = tables[reference.table], tables[reference.to]
    ids = rows[reference.column]
    is_open = pc.and_(
        pc.is_valid(ids), pc.invert(pc.is_in(ids, value_set=others[reference.column]))
    )
    if reference.item_type is not None:
        is_open = pc.and_(is_open, pc.equal(rows["item_type"], reference.item_type))
    places = _places(is_open)
    if len(places) > _explained(reference, tables):
        rule = f"names a row of {reference.to} in the part"
        example = example_of(reference.table, rows, places[0], reference.column)
        yield Violation(reference.table, reference.column, rule, len(places), example)


def _explained(reference: Reference, tables: Mapping[str, pa.Table]) -> int:
    if reference.explained_by is None:
        return 0
    results = tables[_RESULTS]
    counts = results.filter(pc.equal(results["rule"], reference.explained_by))["rows_broken"]
    return pc.sum(counts).as_py() or 0


def _miscounted(playlists: pa.Table, items: pa.Table) -> Iterator[Violation]:
    counts = items.group_by("playlist_id").aggregate([([], "count_all")]).to_pydict()
    found = dict(zip(counts["playlist_id"], counts["count_all"], strict=True))
    counted = zip(
        playlists["playlist_id"].to_pylist(), playlists["entries"].to_pylist(), strict=True
    )
    wrong = [place for place, (one, entries) in enumerate(counted) if entries != found.get(one, 0)]
    if wrong:
        example = example_of("playlists", playlists, wrong[0], "entries")
        number = found.get(playlists["playlist_id"][wrong[0]].as_py(), 0)
        yield Violation(
            "playlists",
            "entries",
            "is the number of rows in playlist_items",
            len(wrong),
            f"{example}, but {number:,} rows",
        )


def _places(is_open: pa.ChunkedArray) -> list[int]:
    found = np.flatnonzero(np.asarray(pc.fill_null(is_open, fill_value=False)))
    return [int(place) for place in found]
