"""Reads the rows about a playlist from the committed files of a lake in a folder, with DuckDB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_contracts.runs import RunId
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
from playlake_lake.marks import mark_days
from playlake_lake.tables import streamed

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from playlake_lake.days import SomeDays
    from playlake_lake.folder import Folder
    from playlake_lake.history.records import Playlist, RunRecord
    from playlake_lake.history.values import Contents


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
        with streamed(self.folder, runs_sql(), days=days, parameters=parameters) as (_, rows):
            return [run_record(row) for row in rows]

    def contents(self, playlist: Playlist, run_ids: Collection[str]) -> dict[str, Contents]:
        """The contents of the complete snapshots of some runs; equal entries are one object."""
        if not run_ids:
            return {}
        days = {RunId.parse(run_id).snapshot_date for run_id in run_ids}
        parameters = {"source": playlist.source, "id": playlist.id}
        sql = contents_sql(run_ids)
        with streamed(self.folder, sql, days=days, parameters=parameters) as (_, rows):
            return contents_by_run(rows)

    def titles(self, source: str, identities: Collection[str], until: datetime) -> dict[str, Title]:
        """The last titles of entries that a source sent until a moment, by identity."""
        sql, days = titles_sql(identities), days_until(until)
        parameters = titles_parameters(source, until)
        with streamed(self.folder, sql, days=days, parameters=parameters) as (_, rows):
            return {identity: Title(*title) for identity, *title in rows}
