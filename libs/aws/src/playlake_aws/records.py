"""Reads the rows about a playlist from a lake on AWS, through Athena."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from playlake_contracts.runs import RunId
from playlake_lake.days import EVERY_DAY, Days
from playlake_lake.history.record_rows import (
    contents_by_run,
    contents_sql,
    days_until,
    run_record,
    runs_sql,
    titles_parameters,
    titles_sql,
)
from playlake_lake.history.records import Title
from playlake_lake.literals import NO_VALUES, literal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from playlake_lake.days import SomeDays
    from playlake_lake.history.records import Playlist, RunRecord
    from playlake_lake.history.values import Contents
    from playlake_lake.literals import Value
    from playlake_lake.results import Result

_NO_CONDITION: Final = "true"
# Athena takes queries of up to 262,144 bytes.
# https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
_RUNS_A_QUERY: Final = 2_000
_TITLES_A_QUERY: Final = 1_000


class Queried(Protocol):
    """A lake that answers queries."""

    def query(
        self, sql: str, values: Mapping[str, Value] = NO_VALUES, days: Days = EVERY_DAY
    ) -> Result:
        """The result of a SELECT; see `lake.AwsLake`."""


@dataclass(frozen=True, slots=True)
class AthenaRecords:
    """The records of a lake on AWS; implements `records.Records`.

    Attributes:
        lake: the lake. Every method asks at least one query, and may raise a `LakeError`.
    """

    lake: Queried

    def days(self) -> list[str]:
        """The days that have commit marks, in order."""
        return [str(day) for (day,) in self.rows("select distinct day from loads order by day")]

    def runs(self, playlist: Playlist, days: SomeDays) -> list[RunRecord]:
        """The runs of some days that say something about a playlist."""
        found = self._rows_of(playlist, runs_sql(in_days(days)), days)
        return [run_record(row) for row in found]

    def contents(self, playlist: Playlist, run_ids: Collection[str]) -> dict[str, Contents]:
        """The contents of the complete snapshots of some runs; equal entries are one object."""
        found: dict[str, Contents] = {}
        wanted = sorted(run_ids)
        for start in range(0, len(wanted), _RUNS_A_QUERY):
            some = wanted[start : start + _RUNS_A_QUERY]
            days = {RunId.parse(run_id).snapshot_date for run_id in some}
            sql = contents_sql(some, in_days(days))
            found |= contents_by_run(self._rows_of(playlist, sql, days))
        return found

    def titles(self, source: str, identities: Collection[str], until: datetime) -> dict[str, Title]:
        """The last titles of entries that a source sent until a moment, by identity."""
        found: dict[str, Title] = {}
        wanted = sorted(identities)
        days, values = days_until(until), titles_parameters(source, until)
        for start in range(0, len(wanted), _TITLES_A_QUERY):
            sql = titles_sql(wanted[start : start + _TITLES_A_QUERY], in_days(days))
            rows: list[tuple[Any, ...]] = list(self.lake.query(sql, values, days).rows)
            found |= {identity: Title(*title) for identity, *title in rows}
        return found

    def rows(self, sql: str, **parameters: str) -> list[tuple[Any, ...]]:
        """The rows of a query, in which the values of `$name` are texts."""
        return list(self.lake.query(sql, parameters).rows)

    def _rows_of(self, playlist: Playlist, sql: str, days: SomeDays) -> list[tuple[Any, ...]]:
        """The rows of a query about a playlist, which reads some days."""
        values = {"source": playlist.source, "id": playlist.id}
        return list(self.lake.query(sql, values, _bounds(days)).rows)


def _bounds(days: SomeDays) -> Days:
    """The range from the first to the last of some days."""
    if isinstance(days, Days):
        return days
    return Days(min(days), max(days)) if days else EVERY_DAY


def in_days(days: SomeDays) -> str:
    """A condition of SQL on the partition, so that Athena reads no other day."""
    if days == EVERY_DAY:
        return _NO_CONDITION
    if not isinstance(days, Days):
        return f"day in ({', '.join(map(literal, sorted(days)))})" if days else "false"
    limits = [(">=", days.first), ("<=", days.last)]
    return " and ".join(f"day {sign} {literal(day)}" for sign, day in limits if day is not None)
