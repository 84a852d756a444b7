"""Reads the rows about a playlist from a lake on AWS, through Athena."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playlake_contracts.runs import RunId
from playlake_lake.days import EVERY_DAY, Days
from playlake_lake.history.record_rows import contents_by_run, contents_sql, run_record, runs_sql

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from playlake.lakes.lake import Lake
    from playlake_lake.days import SomeDays
    from playlake_lake.history.records import Playlist, RunRecord
    from playlake_lake.history.values import Contents

_NO_CONDITION = "true"
_PARAMETER = re.compile(r"\$(\w+)")


@dataclass(frozen=True, slots=True)
class AthenaRecords:
    """The records of a lake on AWS; implements `records.Records`.

    Attributes:
        lake: the lake. Every method costs one query, and may raise `CommandError`.
    """

    lake: Lake

    def days(self) -> list[str]:
        """The days that have commit marks, in order."""
        return [str(day) for (day,) in self.rows("select distinct day from loads order by day")]

    def runs(self, playlist: Playlist, days: SomeDays) -> list[RunRecord]:
        """The runs of some days that say something about a playlist."""
        found = self.rows(runs_sql(in_days(days)), source=playlist.source, id=playlist.id)
        return [run_record(row) for row in found]

    def contents(self, playlist: Playlist, run_ids: Collection[str]) -> dict[str, Contents]:
        """The contents of the complete snapshots of some runs; equal entries are one object."""
        if not run_ids:
            return {}
        days = {RunId.parse(run_id).snapshot_date for run_id in run_ids}
        sql = contents_sql(run_ids, in_days(days))
        return contents_by_run(self.rows(sql, source=playlist.source, id=playlist.id))

    def rows(self, sql: str, **parameters: str) -> list[tuple[Any, ...]]:
        """The rows of a query, in which the values of `$name` are texts."""
        return list(self.lake.query(with_texts(sql, parameters)).rows)


def with_texts(sql: str, parameters: Mapping[str, str]) -> str:
    """A query with the texts that its names beginning with a dollar sign stand for."""
    return _PARAMETER.sub(lambda match: _text(parameters[match[1]]), sql)


def in_days(days: SomeDays) -> str:
    """A condition of SQL on the partition, so that Athena reads no other day."""
    if days == EVERY_DAY:
        return _NO_CONDITION
    if not isinstance(days, Days):
        return f"day in ({', '.join(map(_text, sorted(days)))})" if days else "false"
    limits = [(">=", days.first), ("<=", days.last)]
    return " and ".join(f"day {sign} {_text(day)}" for sign, day in limits if day is not None)


def _text(value: str) -> str:
    """A text as a literal of SQL."""
    return "'" + value.replace("'", "''") + "'"
