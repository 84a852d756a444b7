"""An engine that cannot start says why in one sentence."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from stored_parts import stored_part

from playlake_backfill import pool, spark
from playlake_backfill.done import Done, Left
from playlake_backfill.executing import done_of, row_of, rows_of
from playlake_backfill.folder_place import FolderPlace
from playlake_engines.errors import EngineError
from playlake_lake.folder import Folder

if TYPE_CHECKING:
    from pathlib import Path

MIB = 1024 * 1024


@pytest.fixture
def place(tmp_path: Path) -> FolderPlace:
    return FolderPlace(Folder(tmp_path))


def test_there_is_a_process_for_each_core_that_has_memory() -> None:
    assert pool.processes_that_fit(4, 64 * 1024 * MIB) == 4
    assert pool.processes_that_fit(4, 1200 * MIB) == 2
    assert pool.processes_that_fit(4, 768 * MIB) == 1


def test_too_little_memory_for_one_process_is_one_sentence(
    place: FolderPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "usable_memory", lambda: 512 * MIB)
    with pytest.raises(EngineError) as caught:
        pool.in_pool(place, [stored_part(0, 1)])
    assert str(caught.value) == (
        "a backfill needs 768 MiB of memory, and there are 512: use a larger machine or container"
    )


def test_a_missing_pyspark_is_one_sentence(
    place: FolderPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(EngineError) as caught:
        spark.on_spark(place, [stored_part(0, 1)], "local[1]")
    assert str(caught.value).startswith("the engine spark needs pyspark: `pip install 'pyspark==")
    assert "\n" not in str(caught.value)


def test_what_a_task_gives_the_driver_reads() -> None:
    one = Done(3, 2, 1, 500, [Left("a", "corrupt_zstd", "cut")], [Left("b", None, "a bug")])
    other = Done(committed=4, rows=7, failed=[Left("c", "worker_died", "it died")])
    rows = [dict.fromkeys(_COLUMNS) | row for row in (*rows_of(one), *rows_of(other))]
    assert done_of(rows) == Done(7, 2, 1, 507, one.rejected, [*one.failed, *other.failed])
    assert done_of([]) == Done()


def test_a_raw_object_is_a_row_of_what_a_task_gets() -> None:
    assert row_of(stored_part(3, 7)) == (str(stored_part(3, 7).key), 7, "")


_COLUMNS = (
    *("committed", "repeated", "vanished", "rows"),
    *("key", "code", "reason", "is_rejected"),
)
