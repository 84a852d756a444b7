"""The history until now: months in compacted files, then what the fold makes of later observations.

The files of a month count if all that they were made from is as it was, and if every observation
that is not in them is later. So a late run, a replay, or a part that is taken away leads back to an
earlier checkpoint, and the fold goes on from there. `docs/decisions/0031-compaction.md` says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec.structs import replace as replaced

from playlake_contracts.runs import RunId
from playlake_contracts.tables import TABLES
from playlake_lake.committed import committed_files
from playlake_lake.compaction.checkpoints import Checkpoint, read_checkpoint
from playlake_lake.compaction.history_files import HistoryFiles, folded
from playlake_lake.compaction.history_months import history_months, is_made_from
from playlake_lake.compaction.observed import (
    OBSERVED_TABLES,
    add_runs,
    choose_later,
    contents_of,
    seen_in,
)
from playlake_lake.errors import system_call
from playlake_lake.history.records import Playlist
from playlake_lake.history.values import Instant
from playlake_lake.mark_counts import counts_of
from playlake_lake.marks import day_of
from playlake_lake.views import table_view

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import duckdb

    from playlake_lake.committed import Counts, Sight
    from playlake_lake.compaction.history_files import RowFile
    from playlake_lake.compaction.in_force import HistoryMonth, Month
    from playlake_lake.folder import Folder
    from playlake_lake.history import Contents

# The first moment of every run that has a part which no month contains; then of every run that
# refers to the snapshot of such a run.
_TOUCHED: Final = """
select source, playlist_id, least(answered_at, ended_at), run_id from runs
where run_id in (select unnest($runs))
"""
_REFERRING: Final = """
select source, playlist_id, fetched_at, run_id from run_outcomes
where unchanged_since_run_id in (select unnest($runs))
"""
_MANIFEST: Final = "manifest"


@dataclass(frozen=True, slots=True)
class OpenTail:
    """The history of a lake.

    Attributes:
        months: the months of the history whose files count, in order.
        playlists: the playlists that were observed since; what lasted of them at the end of these
            months does not count.
        files: the rows since by name, as in `history_files`.
    """

    months: Sequence[HistoryMonth]
    playlists: Collection[Playlist]
    files: Mapping[str, RowFile]


def open_tail(
    duck: duckdb.DuckDBPyConnection, folder: Folder, sight: Sight, aside: Path
) -> OpenTail:
    """Fold what no file of the history has.

    Args:
        duck: a database of its own, whose times are UTC.
        folder: the lake; it must hold the tables that runs observe in.
        sight: all of its marks.
        aside: a folder for the files of rows.

    Raises:
        HistoryError: the observations contradict one another.
        DamagedLakeError: a compacted file is missing, or a checkpoint is damaged.
        FolderFailedError: the system does not take the files.
    """
    lake = _Lake(duck, folder, _with_all_tables(sight))
    months = _months_that_count(lake)
    checkpoint = _checkpoint(folder, months)
    lake.show(lake.sight.narrowed(lake.sight.marks, _months_to_read(lake.sight, months)))
    add_runs(duck)
    choose_later(duck, checkpoint.reached().items())
    with system_call("the history cannot be folded"):
        made = HistoryFiles(lambda name: aside / f"{name}.parquet")
        playlists = []
        try:
            for playlist, state in folded(seen_in(duck), checkpoint, _Snapshots(lake).of, made):
                made.add_standing(playlist, state)
                playlists.append(playlist)
        finally:
            made.close()
    return OpenTail([month for _, month in months], playlists, made.files)


class _Lake:
    """A lake whose observations are read by a database."""

    def __init__(self, duck: duckdb.DuckDBPyConnection, folder: Folder, sight: Sight) -> None:
        self.duck, self.folder, self.sight = duck, folder, sight
        counted = counts_of(duck, {key: str(folder.path(key)) for key in sight.marks})
        self._counts: Counts = lambda _: counted

    def show(
        self,
        sight: Sight,
        tables: Sequence[str] = OBSERVED_TABLES,
        duck: duckdb.DuckDBPyConnection | None = None,
    ) -> None:
        """Let the database read the rows of some marks, and no others."""
        found = committed_files(self.folder, sight, tables, self._counts)
        for name, files in found.items():
            (duck or self.duck).execute(table_view(TABLES[name], self.folder, files))


class _Touch(NamedTuple):
    """An observation that must be later than a checkpoint."""

    playlist: Playlist
    instant: Instant


def _with_all_tables(sight: Sight) -> Sight:
    """The same rows, in which a month counts as compacted only if all that is observed is in it."""
    lacking = [
        name
        for name, month in sight.months.items()
        if not set(OBSERVED_TABLES) <= set(month.tables)
    ]
    marks = [*sight.marks, *(key for name in lacking for key in sight.contained[name])]
    return sight.narrowed(marks, set(sight.months).difference(lacking))


def _months_that_count(lake: _Lake) -> list[tuple[str, HistoryMonth]]:
    """The months of the history whose files count, in order."""
    made = _made_from_what_is_there(lake.sight)
    if not made or not lake.sight.marks:
        return made
    reached = _checkpoint(lake.folder, made).reached()
    early = [
        f"{instant.at:%Y-%m}"
        for playlist, instant in _touched(lake, made)
        if playlist in reached and instant <= reached[playlist]
    ]
    return [each for each in made if not early or each[0] < min(early)]


def _made_from_what_is_there(sight: Sight) -> list[tuple[str, HistoryMonth]]:
    """The first months of the history that were made from marks that are there, as they were."""
    months = {
        name: month if _is_whole(sight, name, month) else replaced(month, inputs="")
        for name, month in sight.in_force.months.items()
    }
    found: list[tuple[str, HistoryMonth]] = []
    last: HistoryMonth | None = None
    for name in history_months(months):
        last, before = sight.in_force.history.get(name), last
        if last is None or not is_made_from(last, name, months, before):
            break
        found.append((name, last))
    return found


def _is_whole(sight: Sight, name: str, month: Month) -> bool:
    return name in sight.months and sight.without.isdisjoint(month.days)


def _checkpoint(folder: Folder, months: Sequence[tuple[str, HistoryMonth]]) -> Checkpoint:
    return read_checkpoint(folder, months[-1][1].checkpoint) if months else Checkpoint("", {})


def _touched(lake: _Lake, made: Sequence[tuple[str, HistoryMonth]]) -> Iterator[_Touch]:
    """What must be later than a checkpoint: each observation of a run with an open mark.

    A run of which a month contains a part counts as well, because its observation becomes another.
    So does a run that says that a playlist is unchanged since a snapshot which is open.
    """
    lake.show(lake.sight.narrowed([], _referring_months(lake.sight, made)), ["run_outcomes"])
    with_parts = [_run_of(key) for key in lake.sight.marks if _part_of(key) != _MANIFEST]
    yield from _touches(lake.duck, _REFERRING, with_parts)
    split = lake.sight.narrowed(lake.sight.marks, _months_of_split_runs(lake.sight))
    lake.show(split, ["playlists", "run_outcomes"])
    add_runs(lake.duck)
    yield from _touches(lake.duck, _TOUCHED, [_run_of(key) for key in lake.sight.marks])


def _touches(duck: duckdb.DuckDBPyConnection, sql: str, runs: Iterable[str]) -> list[_Touch]:
    rows: list[tuple[Any, ...]] = duck.execute(sql, {"runs": sorted(set(runs))}).fetchall()
    return [
        _Touch(Playlist(source, id_), Instant(at.replace(tzinfo=UTC), run_id))
        for source, id_, at, run_id in rows
    ]


def _referring_months(sight: Sight, made: Sequence[tuple[str, HistoryMonth]]) -> set[str]:
    """The compacted months whose runs may refer to an open snapshot, and looked for it."""
    opened = {_month_of(key) for key in sight.marks if _part_of(key) != _MANIFEST}
    looking = {name for name, month in made if not opened.isdisjoint(month.bases)}
    return {name for name, month in sight.months.items() if not looking.isdisjoint(month.observed)}


def _months_of_split_runs(sight: Sight) -> set[str]:
    """The compacted months that contain a part of a run of which another part is open."""
    runs = {_run_of(key) for key in sight.marks}
    months = {_month_of(key) for key in sight.marks}
    return {
        name
        for name, keys in sight.contained.items()
        if name in months and not runs.isdisjoint(map(_run_of, keys))
    }


def _months_to_read(sight: Sight, made: Sequence[tuple[str, HistoryMonth]]) -> set[str]:
    """The compacted months with observations later than the months of the history that count."""
    later = {
        name
        for name, month in sight.months.items()
        if not made or any(observed > made[-1][0] for observed in month.observed)
    }
    return later | _months_of_split_runs(sight)


class _Snapshots:
    """Reads the contents of snapshots of any day, each from the files of its day."""

    def __init__(self, lake: _Lake) -> None:
        self._lake = lake
        self._duck = lake.duck.cursor()
        self._duck.execute("create schema snapshots; set schema = 'snapshots'")
        self._day = ""
        self._absent: set[tuple[Playlist, str]] = set()

    def of(self, playlist: Playlist, run_id: str) -> Contents | None:
        """The contents of the complete snapshot of a run; None if the lake has none."""
        if (playlist, run_id) in self._absent:
            return None
        self._show(RunId.parse(run_id).snapshot_date)
        found = contents_of(self._duck, playlist, run_id)
        if found is None:
            self._absent.add((playlist, run_id))
        return found

    def _show(self, day: str) -> None:
        if day != self._day:
            sight = self._lake.sight.of_days({day})
            self._lake.show(sight, ["playlists", "playlist_items"], self._duck)
            self._day = day


def _part_of(mark: str) -> str:
    return mark.rsplit(".", 2)[-2]


def _run_of(mark: str) -> str:
    return mark.rsplit(".", 3)[-3]


def _month_of(mark: str) -> str:
    return day_of(mark)[: len("2026-11")]
