"""A backfill on Spark makes, cell by cell, what `playlake transform` makes. `make engines` runs it.

Every Spark runs on this machine: in one process, or on executors that are processes of their own.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from compared_lakes import cells_of, objects_of
from killed import running_for, start
from spark_processes import TWO_EXECUTORS, executors_of

from playlake.services.processes import service_environment
from playlake_contracts.keys import table_prefix

if TYPE_CHECKING:
    from commands import Command
    from compared_lakes import Cells

    from playlake.project import Project
    from playlake_contracts.keys import RawKey
    from playlake_lake.folder import Folder

ROOT = Path(__file__).resolve().parents[2]
MEANT = 121
pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        shutil.which("java") is None, reason="Spark needs Java 17, which is not installed here"
    ),
]


def arguments(lake: Folder, *more: str) -> tuple[str, ...]:
    return ("backfill", "--engine", "spark", "--lake", str(lake.root), "--no-compact", *more)


def marks(lake: Folder) -> int:
    return len(list(lake.keys(table_prefix("loads"))))


def test_spark_makes_the_same_rows_and_reports_poison_and_no_new_object_a_second_time(
    playlake: Command, lake: Folder, truth: dict[str, Cells], poison: RawKey
) -> None:
    assert playlake(*arguments(lake)) == 0, playlake.notices
    assert playlake.output.startswith(
        f"Raw objects that are meant: {MEANT}. Committed now: {MEANT - 1}, with "
    )
    assert playlake.output.endswith(" rows. Rejected now: 1.\n")
    assert f"{poison} was rejected: " in playlake.notices
    assert cells_of(lake) == truth
    before = objects_of(lake)
    assert playlake(*arguments(lake)) == 0, playlake.notices
    assert "All were committed or rejected before." in playlake.output
    assert objects_of(lake) == before


def test_of_two_executors_one_is_killed_and_the_rows_are_the_same(
    project: Project, lake: Folder, truth: dict[str, Cells]
) -> None:
    environment = os.environ | {"PLAYLAKE_HOME": str(project.home)}
    running = start(environment, *arguments(lake, "--master", TWO_EXECUTORS))
    while marks(lake) < 5:
        assert running.poll() is None, (project.logs / "backfill.log").read_text()
        time.sleep(0.01)
    executors = executors_of(project.home)
    assert len(executors) == 2
    os.kill(executors[0], signal.SIGKILL)
    assert marks(lake) < MEANT - 1
    assert running.wait() == 0, (project.logs / "backfill.log").read_text()
    assert executors[0] not in executors_of(project.home)
    assert cells_of(lake) == truth


@pytest.mark.slow
def test_a_killed_backfill_goes_on_with_the_process_pool(
    playlake: Command, project: Project, lake: Folder, truth: dict[str, Cells]
) -> None:
    """Both engines make the same objects, so the one goes on where the other was killed."""
    environment = os.environ | {"PLAYLAKE_HOME": str(project.home)}
    running = start(environment, *arguments(lake))
    while marks(lake) < 5:
        assert running.poll() is None, (project.logs / "backfill.log").read_text()
        time.sleep(0.01)
    for pid in running_for(project.home):
        os.kill(pid, signal.SIGKILL)
    running.wait()
    assert marks(lake) < MEANT - 1
    assert playlake("backfill", "--lake", str(lake.root), "--no-compact") == 0, playlake.notices
    assert cells_of(lake) == truth


@pytest.mark.slow
def test_spark_submit_takes_the_script_and_chosen_days(
    project: Project, lake: Folder, truth: dict[str, Cells], poison: RawKey
) -> None:
    python = project.spark_python
    assert python is not None
    command = [
        *(str(python.parent / "spark-submit"), "--master", "local[2]"),
        *("--conf", "spark.driver.host=127.0.0.1", "--conf", "spark.ui.enabled=false"),
        *(str(ROOT / "jobs" / "backfill" / "backfill.py"), "--lake", str(lake.root)),
        *("--days", "2026-06-13..", "--JOB_NAME", "synthetic"),
    ]
    environment = service_environment(os.environ, {"PYSPARK_PYTHON": str(python)})
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert f"playlake-backfill: {poison} was rejected: " in ended.stdout + ended.stderr
    days = ("2026-06-13", "2026-06-14", "2026-06-15", poison.run_id.snapshot_date)
    assert cells_of(lake) == {
        key: rows for key, rows in truth.items() if any(f"={day}/" in key for day in days)
    }


@pytest.mark.parametrize(
    ("submit", "sentence"),
    [
        ("--driver-memory 300m pyspark-shell", "playlake: Spark has too little memory ("),
        pytest.param(
            "--conf spark.executor.memory=1m pyspark-shell",
            "playlake: Spark has too little memory (",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_too_little_memory_is_one_sentence_and_nothing_is_made(
    playlake: Command,
    lake: Folder,
    monkeypatch: pytest.MonkeyPatch,
    submit: str,
    sentence: str,
) -> None:
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", submit)
    assert playlake(*arguments(lake)) == 1
    assert playlake.notices.splitlines()[-1].startswith(sentence), playlake.notices
    assert cells_of(lake) == {}
