"""A compaction on Spark makes, byte by byte, what one process makes. `make engines` runs it.

Every Spark runs on this machine: in one process, or on executors that are processes of their own.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aws_lakes import upload
from compacting import HISTORY, contained, rows
from growing_lakes import Growth, grow
from killed import chosen_dice, kill, start
from spark_processes import TWO_EXECUTORS, executors_of

from playlake.services.processes import service_environment
from playlake_contracts.keys import COMPACTED_PREFIX
from playlake_contracts.tables import TABLES
from playlake_lake.folder import Folder
from playlake_lake.marks import mark_keys

if TYPE_CHECKING:
    from commands import Command

    from playlake.lakes.aws import AwsLake
    from playlake.project import Project

ROOT = Path(__file__).resolve().parents[2]
# The days of three months.
GROWTH = Growth(days=50, every=timedelta(days=2), playlists=4, entries=20)
# Of two.
SMALL = Growth(days=20, every=timedelta(days=4), playlists=2, entries=10)
ON_SPARK = ("--engine", "spark", "--master", "local[2]")
EVERY_TABLE = (*TABLES, *HISTORY)
pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        shutil.which("java") is None, reason="Spark needs Java 17, which is not installed here"
    ),
]


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The lake, of which nothing is compacted."""
    return grow(tmp_path_factory.mktemp("grown") / "lake", GROWTH)


@pytest.fixture
def lake(tmp_path: Path, grown: Folder) -> Folder:
    """A copy of the lake; its files have the times of the originals."""
    return copied(grown, tmp_path / "lake")


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory, grown: Folder) -> dict[str, bytes | None]:
    """Every object that `playlake compact` makes of the lake."""
    folder = copied(grown, tmp_path_factory.mktemp("truth") / "lake")
    home = tmp_path_factory.mktemp("home")
    environment = os.environ | {"PLAYLAKE_HOME": str(home)}
    assert start(environment, *arguments(folder)).wait() == 0
    return compacted(folder)


def copied(folder: Folder, root: Path) -> Folder:
    shutil.copytree(folder.root, root, copy_function=shutil.copy2)
    return Folder(root)


def arguments(lake: Folder, *more: str) -> tuple[str, ...]:
    return ("compact", "--lake", str(lake.root), *more)


def compacted(folder: Folder) -> dict[str, bytes | None]:
    return {key: folder.read(key) for key in folder.keys(COMPACTED_PREFIX)}


def log_of(project: Project) -> str:
    return (project.logs / "compaction.log").read_text()


def test_every_object_is_the_one_that_one_process_makes(
    playlake: Command, lake: Folder, truth: dict[str, bytes | None]
) -> None:
    assert playlake(*arguments(lake, *ON_SPARK)) == 0, playlake.notices
    assert compacted(lake) == truth
    assert playlake.output.count("compacted") == 3
    assert "Months of the history that were made: 3." in playlake.output
    assert playlake(*arguments(lake, *ON_SPARK)) == 0, playlake.notices
    assert playlake.output == "Every day that is over is compacted.\n"
    assert compacted(lake) == truth


def test_a_lake_on_s3_gets_the_objects_that_a_folder_gets(
    playlake: Command, on_aws: AwsLake, tmp_path: Path
) -> None:
    """The lists of marks and what is in force name the versions of marks, which are others."""
    folder = grow(tmp_path / "small", SMALL)
    upload(on_aws, folder)
    assert playlake(*arguments(folder)) == 0, playlake.notices
    truth = compacted(folder)
    assert playlake("compact", "--lake", on_aws.place, *ON_SPARK) == 0, playlake.notices
    bucket = on_aws.deployment.curated_bucket
    found = {key: on_aws.get(bucket, key) for key in on_aws.keys(bucket, COMPACTED_PREFIX)}
    assert without_versions(found) == without_versions(truth)
    assert len(found) == len(truth)


def without_versions(objects: dict[str, bytes] | dict[str, bytes | None]) -> dict[str, object]:
    return {key: body for key, body in objects.items() if not key.endswith(".json")}


@pytest.mark.slow
def test_of_two_executors_one_is_killed_and_every_object_is_the_same(
    project: Project, lake: Folder, truth: dict[str, bytes | None]
) -> None:
    environment = os.environ | {"PLAYLAKE_HOME": str(project.home)}
    more = ("--engine", "spark", "--master", TWO_EXECUTORS)
    running = start(environment, *arguments(lake, *more))
    while len(list(lake.keys(COMPACTED_PREFIX))) < 3:
        assert running.poll() is None, log_of(project)
        time.sleep(0.01)
    executors = executors_of(project.home)
    assert len(executors) == 2
    os.kill(executors[0], signal.SIGKILL)
    assert contained(lake)[0] < 3
    assert running.wait() == 0, log_of(project)
    assert executors[0] not in executors_of(project.home)
    assert compacted(lake) == truth


@pytest.mark.slow
def test_a_reader_never_sees_a_compaction_that_is_killed(
    request: pytest.FixtureRequest,
    playlake: Command,
    project: Project,
    lake: Folder,
    truth: dict[str, bytes | None],
) -> None:
    """The command, the driver and the workers are killed together, at moments of chance."""
    dice = chosen_dice(request)
    environment = os.environ | {"PLAYLAKE_HOME": str(project.home)}
    expected, reads, kills = rows(lake, EVERY_TABLE), 0, 0
    for number in range(request.config.getoption("--kills")):
        running = start(environment, *arguments(lake, *ON_SPARK))
        objects = dice.randrange(len(truth) - 1)
        while len(list(lake.keys(COMPACTED_PREFIX))) < objects and running.poll() is None:
            assert rows(lake, EVERY_TABLE) == expected
            reads += 1
        kills += kill(running, project.home)
        assert rows(lake, EVERY_TABLE) == expected, number
    print(f"killed {kills}, read {reads}")
    assert playlake(*arguments(lake, *ON_SPARK)) == 0, playlake.notices
    assert rows(lake, EVERY_TABLE) == expected
    assert contained(lake) == (3, len(mark_keys(lake)))
    assert compacted(lake).items() >= without_versions(truth).items()
    assert playlake(*arguments(lake)) == 0, playlake.notices
    assert playlake.output == "Every day that is over is compacted.\n"


@pytest.mark.slow
def test_spark_submit_takes_the_script(
    project: Project, lake: Folder, truth: dict[str, bytes | None]
) -> None:
    python = project.spark_python
    assert python is not None
    command = [
        *(str(python.parent / "spark-submit"), "--master", "local[2]"),
        *("--conf", "spark.driver.host=127.0.0.1", "--conf", "spark.ui.enabled=false"),
        *(str(ROOT / "jobs" / "compaction" / "compact.py"), "--lake", str(lake.root)),
        *("--JOB_NAME", "synthetic"),
    ]
    environment = service_environment(os.environ, {"PYSPARK_PYTHON": str(python)})
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "playlake-compaction: Compacted 2026-05.\n" in ended.stdout + ended.stderr
    assert compacted(lake) == truth
