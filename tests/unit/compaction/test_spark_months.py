"""Months that tasks make are those that one process makes. All lakes are synthetic."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from compacting import LATER, compact, contained, in_force, overwrite_files, overwrite_mark, rows
from historical_lakes import commit_run, read
from landed import entry, part
from spark_twin import TwinContext
from two_days import PARTS, two_days

from playlake_compaction.places import FolderPlace
from playlake_compaction.spark import SparkMonths
from playlake_compaction.tasks import FinishMonth, MakeTable, ReadInputs
from playlake_contracts.keys import COMPACTED_PREFIX
from playlake_lake.errors import CompactionError
from playlake_lake.folder import Folder
from playlake_lake.identity import LAKE_FILE, identify
from playlake_lake.marks import mark_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playlake_compaction.places import Place

MONTHS = ["2026-10", "2026-11"]
TABLES = ["playlists", "playlist_items", "run_outcomes", "loads"]


@pytest.fixture
def lake(tmp_path: Path) -> Folder:
    """Two days of a month with several parts, and a run in the month before; few tables."""
    folder = two_days(tmp_path / "lake")
    folder.remove(LAKE_FILE)
    identify(folder, synthetic=True, tables=TABLES)
    at = datetime(2026, 10, 5, tzinfo=UTC)
    commit_run(folder, at, [read("playlist0", [entry(1), entry(7)])])
    return folder


def on_spark(folder: Folder, context: TwinContext, place: Place | None = None) -> list[str]:
    """Compact a lake with the twin; what became of the months, and the months of the history."""
    ended: list[str] = []
    opened = (place or FolderPlace(folder)).open()
    compaction = opened.compaction(LATER, timedelta(hours=6))
    made = replace(compaction, make=SparkMonths(context, place or FolderPlace(folder)))
    history = made.run(lambda plan, month: ended.append(f"{plan.month} {month is not None}"))
    return [*sorted(ended), *history]


def compacted(folder: Folder) -> dict[str, bytes | None]:
    return {key: folder.read(key) for key in folder.keys(COMPACTED_PREFIX)}


def month_of(task: MakeTable | FinishMonth | ReadInputs) -> str:
    return task.month if isinstance(task, MakeTable) else task.plan.month


def copied(folder: Folder, root: Path) -> Folder:
    shutil.copytree(folder.root, root)
    return Folder(root)


def test_every_object_is_the_one_that_one_process_makes(lake: Folder, tmp_path: Path) -> None:
    other = copied(lake, tmp_path / "other")
    compact(other)
    context = TwinContext()
    assert on_spark(lake, context) == [*(f"{month} True" for month in MONTHS), *MONTHS]
    assert compacted(lake) == compacted(other)
    tables = [task for task in context.done if isinstance(task, MakeTable)]
    finished = [task for task in context.done if isinstance(task, FinishMonth)]
    assert {(task.month, task.table) for task in tables} == {
        (month, table) for month in MONTHS for table in TABLES
    }
    assert (len(tables), len(finished)) == (len(MONTHS) * len(TABLES), len(MONTHS))
    assert on_spark(lake, context) == []


def test_the_month_with_most_parts_is_begun_first(lake: Folder) -> None:
    context = TwinContext(defaultParallelism=1)
    make = SparkMonths(context, FolderPlace(lake))
    opened = FolderPlace(lake).open().compaction(LATER, timedelta(hours=6))
    assert [plan.month for plan in opened.plans()] == MONTHS
    next(make(opened, opened.plans()))
    assert month_of(context.done[0]) == "2026-11"


def test_a_lost_task_is_done_again_and_makes_the_same(lake: Folder, tmp_path: Path) -> None:
    other = copied(lake, tmp_path / "other")
    compact(other)
    on_spark(lake, TwinContext(lost=lambda task: month_of(task) == "2026-10"))
    assert compacted(lake) == compacted(other)


def overwriting(folder: Folder, is_moment: Callable[[object], bool]) -> Callable[[object], bool]:
    """Overwrite a part of the lake once, before a task."""
    left = [1]

    def overwrite(task: object) -> bool:
        if left and is_moment(task):
            left.clear()
            changed = part(PARTS[0], [entry(1, name="Mended"), entry(2)], [entry(3), entry(5)])
            overwrite_files(folder, PARTS[0], changed)
            overwrite_mark(folder, PARTS[0], changed)
        return False

    return overwrite


@pytest.mark.parametrize(
    "is_moment",
    [
        lambda task: (
            isinstance(task, MakeTable) and (task.month, task.table) == ("2026-11", "run_outcomes")
        ),
        lambda task: isinstance(task, FinishMonth) and task.plan.month == "2026-11",
    ],
)
def test_a_month_that_changes_between_its_tasks_is_left_to_the_next_compaction(
    lake: Folder, is_moment: Callable[[object], bool]
) -> None:
    context = TwinContext(lost=overwriting(lake, is_moment))
    assert on_spark(lake, context)[:2] == ["2026-10 True", "2026-11 False"]
    after = rows(lake, TABLES)
    assert on_spark(lake, context) == ["2026-11 True", "2026-11"]
    assert rows(lake, TABLES) == after
    assert contained(lake) == (2, len(mark_keys(lake)))


def test_a_month_without_commits_is_taken_out_without_a_task(lake: Folder) -> None:
    compact(lake)
    for key in mark_keys(lake):
        if "day=2026-10" in key:
            lake.remove(key)
    before = rows(lake, TABLES)
    context = TwinContext()
    assert on_spark(lake, context)[0] == "2026-10 False"
    assert contained(lake)[0] == 1
    assert rows(lake, TABLES) == before
    assert not [task for task in context.done if month_of(task) == "2026-10"]


def test_what_is_wrong_with_the_lake_is_raised_as_it_is_and_other_months_are_given_up(
    lake: Folder,
) -> None:
    file = lake.path(PARTS[0].curated("playlist_items"))
    pq.write_table(pq.read_table(file).slice(1), file)
    before = rows(lake, TABLES)
    context = TwinContext()
    with pytest.raises(CompactionError, match="the files of playlist_items have "):
        on_spark(lake, context)
    assert context.cancelled == 1
    assert "2026-11" not in in_force(lake).months
    assert rows(lake, TABLES) == before
