"""Reads the rows about a playlist from the committed files of a lake in a folder, with DuckDB."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from playlake_contracts.outcomes import Outcome
from playlake_contracts.runs import RunId
from playlake_lake.history.metadata import Metadata, cover_of
from playlake_lake.history.records import OutcomeRow, RunRecord, Snapshot
from playlake_lake.history.values import Entry
from playlake_lake.marks import mark_days
from playlake_lake.tables import streamed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from playlake_lake.days import SomeDays
    from playlake_lake.folder import Folder
    from playlake_lake.history.records import Playlist
    from playlake_lake.history.values import Contents

_OUTCOMES: Final = {outcome.value: outcome for outcome in Outcome}

_RUNS: Final = """
with snapshots as (
    select * from playlists where source = $source and playlist_id = $id
), outcomes as (
    select * from run_outcomes where source = $source and playlist_id = $id
)
select
    run_id, snapshots.fetched_at, snapshots.is_complete, snapshots.name, description, owner_id,
    is_public, is_collaborative, image_url, outcomes.fetched_at, outcome, unchanged_since_run_id
from snapshots full join outcomes using (run_id)
"""

# An empty playlist has a snapshot and no entries, and so one row of nulls.
_CONTENTS: Final = """
with snapshots as (
    select run_id from playlists
    where source = $source and playlist_id = $id and is_complete
        and list_contains($run_ids, run_id)
), entries as (
    select * from playlist_items where source = $source and playlist_id = $id
)
select
    run_id, position, identity, added_at, added_by, item_type, name, artist_names
from snapshots left join entries using (run_id)
order by run_id, position
"""


@dataclass(frozen=True, slots=True)
class FolderRecords:
    """The records of a lake in a folder; it must hold the tables that are asked for.

    Attributes:
        folder: the lake.

    Every method may raise `DamagedLakeError`, and `QueryError` if the lake lacks a table.
    """

    folder: Folder

    def days(self) -> list[str]:
        """The days that have commit marks, in order."""
        return mark_days(self.folder)

    def runs(self, playlist: Playlist, days: SomeDays) -> list[RunRecord]:
        """The runs of some days that say something about a playlist."""
        parameters = {"source": playlist.source, "id": playlist.id}
        with streamed(self.folder, _RUNS, days=days, parameters=parameters) as (_, rows):
            return [run_record(row) for row in rows]

    def contents(self, playlist: Playlist, run_ids: Collection[str]) -> dict[str, Contents]:
        """The contents of the complete snapshots of some runs; equal entries are one object."""
        if not run_ids:
            return {}
        days = {RunId.parse(run_id).snapshot_date for run_id in run_ids}
        parameters = {"source": playlist.source, "id": playlist.id, "run_ids": sorted(run_ids)}
        with streamed(self.folder, _CONTENTS, days=days, parameters=parameters) as (_, rows):
            return contents_by_run(rows)


def run_record(row: Sequence[Any]) -> RunRecord:
    """The record of a run, from a row of the query above; another engine has the same columns."""
    run_id, *snapshot, ended_at, outcome, since = row
    return RunRecord(
        run_id,
        None if snapshot[0] is None else _snapshot(snapshot),
        None if outcome is None else OutcomeRow(_utc(ended_at), _OUTCOMES[outcome], since),
    )


def contents_by_run(rows: Iterable[Sequence[Any]]) -> dict[str, Contents]:
    """The contents by run, from rows of the query above; equal entries are one object."""
    known: dict[Entry, Entry] = {}
    return {
        run_id: tuple(_entries(of_run, known))
        for run_id, of_run in groupby(rows, key=lambda row: str(row[0]))
    }


def _snapshot(values: Sequence[Any]) -> Snapshot:
    fetched_at, is_complete, name, description, owner, public, collaborative, image_url = values
    cover = cover_of(image_url)
    metadata = Metadata(name, description, owner, public, collaborative, cover)
    return Snapshot(_utc(fetched_at), is_complete, metadata)


def _entries(rows: Iterable[Sequence[Any]], known: dict[Entry, Entry]) -> Iterator[Entry]:
    for _, position, identity, added_at, *rest in rows:
        if position is not None:
            at = None if added_at is None else _utc(added_at)
            entry = Entry(identity, at, *rest)
            yield known.setdefault(entry, entry)


def _utc(moment: datetime) -> datetime:
    """A time as queries give it, without a zone."""
    return moment.replace(tzinfo=UTC)
