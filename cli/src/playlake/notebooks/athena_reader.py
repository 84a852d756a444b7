"""Reads a lake on AWS for `Lake`, through Athena."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from playlake.lakes.parameters import NO_VALUES, literal
from playlake.output.parquet import arrow_table
from playlake_contracts.runs import RunId
from playlake_lake.days import EVERY_DAY, Days
from playlake_lake.history.folder_records import contents_by_run, run_record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from contextlib import AbstractContextManager

    import pyarrow as pa

    from playlake.lakes.aws import AwsLake
    from playlake.lakes.parameters import Value
    from playlake_lake.days import SomeDays
    from playlake_lake.history.records import Playlist, RunRecord
    from playlake_lake.history.values import Contents

# Athena takes queries of up to 262,144 bytes.
# https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
_RUNS_A_QUERY: Final = 2_000

_RUNS: Final = """
with snapshots as (
    select * from playlists where source = $source and playlist_id = $id and {days}
), outcomes as (
    select * from run_outcomes where source = $source and playlist_id = $id and {days}
)
select
    run_id, snapshots.fetched_at, snapshots.is_complete, snapshots.name, description, owner_id,
    is_public, is_collaborative, image_url, outcomes.fetched_at as ended_at, outcome,
    unchanged_since_run_id
from snapshots full join outcomes using (run_id)
"""

# An empty playlist has a snapshot and no entries, and so one row of nulls.
_CONTENTS: Final = """
with snapshots as (
    select run_id from playlists
    where source = $source and playlist_id = $id and is_complete and run_id in ({runs}) and {days}
), entries as (
    select * from playlist_items
    where source = $source and playlist_id = $id and run_id in ({runs}) and {days}
)
select
    run_id, position, identity, added_at, added_by, item_type, name, artist_names
from snapshots left join entries using (run_id)
order by run_id, position
"""


@dataclass(frozen=True, slots=True)
class AthenaReader:
    """Reads a lake on AWS through Athena; implements `readers.Reader`."""

    lake: AwsLake

    @property
    def place(self) -> str:
        """The address of its raw bucket."""
        return self.lake.place

    @property
    def records(self) -> AthenaRecords:
        """The records of its histories."""
        return AthenaRecords(self.lake)

    def explained(self) -> AbstractContextManager[None]:
        """The lake raises a `CommandError` itself."""
        return nullcontext()

    def arrow(
        self, sql: str, values: Mapping[str, Value] = NO_VALUES, days: Days = EVERY_DAY
    ) -> pa.Table:
        """The result of a SELECT, with the types that Athena gives it."""
        return arrow_table(self.lake.query(sql, values, days))


@dataclass(frozen=True, slots=True)
class AthenaRecords:
    """The records of a lake on AWS; implements `playlake_lake.history.records.Records`."""

    lake: AwsLake

    def days(self) -> list[str]:
        """The days that have commit marks, in order."""
        found = self.lake.query("select distinct day from loads order by day").rows
        return [str(day) for (day,) in found]

    def runs(self, playlist: Playlist, days: SomeDays) -> list[RunRecord]:
        """The runs of some days that say something about a playlist."""
        sql = _RUNS.format(days=_condition(days))
        rows = self.lake.query(sql, {"source": playlist.source, "id": playlist.id}).rows
        return [run_record(row) for row in rows]

    def contents(self, playlist: Playlist, run_ids: Collection[str]) -> dict[str, Contents]:
        """The contents of the complete snapshots of some runs."""
        found: dict[str, Contents] = {}
        asked = sorted(run_ids)
        for first in range(0, len(asked), _RUNS_A_QUERY):
            some = asked[first : first + _RUNS_A_QUERY]
            days = {RunId.parse(run_id).snapshot_date for run_id in some}
            sql = _CONTENTS.format(runs=_literals(some), days=_condition(days))
            values = {"source": playlist.source, "id": playlist.id}
            found |= contents_by_run(self.lake.query(sql, values).rows)
        return found


def _condition(days: SomeDays) -> str:
    """The condition on the partitions; days are those of the lake or checked, so they are safe."""
    if not isinstance(days, Days):
        return f"day in ({_literals(days)})" if days else "false"
    bounds = [(">=", days.first), ("<=", days.last)]
    return " and ".join(f"day {sign} {literal(day)}" for sign, day in bounds if day) or "true"


def _literals(texts: Iterable[str]) -> str:
    return ", ".join(map(literal, sorted(texts)))
