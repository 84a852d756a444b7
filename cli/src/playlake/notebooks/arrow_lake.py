"""`ArrowLake`: what `Lake` has, as Arrow tables."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from playlake.errors import CommandError
from playlake.history.moments import moment_of, playlist_at
from playlake.history.playlists import find_playlist
from playlake.history.reading import check_not_empty
from playlake.lakes.parameters import check_used
from playlake.lakes.queries import EVER, named_queries
from playlake.notebooks.schemas import CHANGES, CONTENTS, MEMBERSHIPS
from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.tables import TABLES
from playlake_lake.days import EVERY_DAY, Days
from playlake_lake.history import fold
from playlake_lake.history.reading import observations
from playlake_lake.history.records import Playlist
from playlake_lake.history.rows import ChangeRow, MembershipRow
from playlake_lake.refusals import known_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from playlake.history.playlists import Named
    from playlake.history.reading import HistoryLake
    from playlake.notebooks.readers import Reader
    from playlake_lake.history import History
    from playlake_lake.literals import Value


@dataclass(frozen=True, slots=True)
class ArrowLake:
    """A lake whose tables and histories are Arrow tables; `Lake` describes the methods.

    Attributes:
        reader: reads the lake.
        history: what the histories of its playlists are read from.
        queries: the folder of named queries.
    """

    reader: Reader
    history: HistoryLake
    queries: Path

    def playlists(self) -> pa.Table:
        """Every playlist once, as last read; see `Lake.playlists`."""
        found = self.sql("playlists", since=EVER)
        if not found.num_rows:
            raise CommandError(
                f"the lake in {self.reader.place} has no snapshot yet: `playlake run` takes one"
            )
        return found

    def at(self, playlist: str, when: str | date) -> pa.Table:
        """A playlist as it was at a time; see `Lake.at`."""
        text = when.isoformat() if isinstance(when, date) else str(when)
        with self.reader.explained():
            named = self._named(playlist)
            moment = moment_of(self.history, named, text, datetime.now(UTC))
            held = playlist_at(self.history, named, moment).held
        rows = (
            (position, one.item_type, one.identity, one.name, one.artist_names, one.added_at,
             one.added_by)
            for position, one in enumerate(held.contents)
        )  # fmt: skip
        return _table(rows, CONTENTS)

    def changes(self, playlist: str | None = None) -> pa.Table:
        """What changed in a playlist or in all; see `Lake.changes`."""
        rows = (
            astuple(ChangeRow.of(each, change))
            for each, history in self._histories(playlist)
            for change in history.changes
        )
        return _table(rows, CHANGES)

    def memberships(self, playlist: str | None = None) -> pa.Table:
        """From when to when entries were in a playlist or in all; see `Lake.memberships`."""
        rows = (
            astuple(MembershipRow.of(each, membership))
            for each, history in self._histories(playlist)
            for membership in history.memberships
        )
        return _table(rows, MEMBERSHIPS)

    def table(self, name: str, *, days: str | None = None) -> pa.Table:
        """The committed rows of a table with its schema; see `Lake.table`."""
        table = TABLES.get(name) or HISTORY_TABLES.get(name)
        if table is None:
            raise CommandError(f"there is no table {name[:80]}: {known_tables(name)}")
        asked = _days(days)
        if name in HISTORY_TABLES and asked != EVERY_DAY:
            raise CommandError(f"rows of {name} are of several days: read the table without days")
        schema = table.schema
        bounds = {"first": asked.first, "last": asked.last}
        conditions = {"first": "day >= $first", "last": "day <= $last"}
        values: dict[str, Value] = {key: day for key, day in bounds.items() if day is not None}
        where = " and ".join(conditions[key] for key in values) or "true"
        # Every name in it is of the contracts.
        sql = f"select {', '.join(schema.names)} from {name} where {where}"  # noqa: S608
        return self.reader.arrow(sql, values, asked).cast(schema)

    def sql(self, text: str, **parameters: object) -> pa.Table:
        """The result of a SELECT, or of a named query; see `Lake.sql`."""
        query = named_queries(self.queries).get(text)
        if query is not None:
            values = query.bind(parameters, datetime.now(UTC))
            return self.reader.arrow(query.sql, values, query.days(values))
        values = {name: _value(name, value) for name, value in parameters.items()}
        if values:
            check_used(text, values)
        return self.reader.arrow(text, values)

    def _histories(self, playlist: str | None) -> Iterator[tuple[Playlist, History]]:
        for each in self._chosen(playlist):
            with self.reader.explained():
                yield each, fold(observations(self.history.records, each))

    def _chosen(self, playlist: str | None) -> Sequence[Playlist]:
        """The playlist that a person names; None is all."""
        if playlist is None:
            rows = self.playlists().select(["source", "playlist_id"]).to_pylist()
            return [Playlist(row["source"], row["playlist_id"]) for row in rows]
        with self.reader.explained():
            return [self._named(playlist).playlist]

    def _named(self, playlist: str) -> Named:
        check_not_empty(self.history)
        return find_playlist(self.history, playlist)


def _table(rows: Iterable[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(values, kind) for values, kind in zip(columns, schema.types, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _days(text: str | None) -> Days:
    try:
        return EVERY_DAY if text is None else Days.parse(text)
    except ValueError as error:
        raise CommandError(str(error)) from error


def _value(name: str, value: object) -> Value:
    """A value of a parameter of somebody's own SQL."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int) and not isinstance(value, bool):
        return value
    raise CommandError(
        f"the parameter {name} is of type {type(value).__name__}: give text, a whole number, a day "
        "or a time, and CAST it in the SQL"
    )
