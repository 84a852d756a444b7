"""The demo as a newcomer runs it, and the lake that it leaves."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from free_ports import choose_port
from started import kill_local_aws

from playlake.demo.home import DemoHome
from playlake.project import Project
from playlake_contracts.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = Path(sys.executable).with_name("playlake")
DAYS = 2
ROWS = re.compile(r"^(\w+) +(\d+) +\d+$", re.MULTILINE)
TYPED = re.compile(r"^  \S*playlake (.+)$", re.MULTILINE)
# A newly made app gets no popularity.
POPULAR = "SELECT count(popularity) AS popular FROM tracks"


@dataclass(frozen=True, slots=True)
class Playlake:
    """The command with a home folder of its own."""

    home: Path

    @property
    def files(self) -> DemoHome:
        """The folders of the demonstration."""
        return DemoHome.of(replace(Project.find({}), home=self.home))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command."""
        own = {"PLAYLAKE_HOME": str(self.home), "PLAYLAKE_LOCAL_PORT": str(choose_port())}
        return subprocess.Popen(
            [COMMAND, *arguments],
            env={**os.environ, **own},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, status: int = 0) -> tuple[str, str]:
        """Run the command, which must end with a status: standard output, and standard error."""
        with self.start(*arguments) as process:
            output, errors = process.communicate()
        assert process.returncode == status, f"{errors}\n{self.logs()}"
        return output, errors

    def query(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a query of the lake `demo`."""
        rows: list[dict[str, Any]] = json.loads(
            self.run("query", "--lake", "demo", sql, "--json")[0]
        )
        return rows

    def logs(self) -> str:
        """The end of every log, to explain why a command failed."""
        files = sorted(self.files.project.logs.glob("*.log"))
        return "\n".join(f"{file.name}: {file.read_text()[-2000:]}" for file in files)


@pytest.fixture(scope="module")
def playlake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playlake]:
    made = Playlake(tmp_path_factory.mktemp("demo"))
    yield made
    kill_local_aws(made.files.project)


@pytest.fixture(scope="module")
def shown(playlake: Playlake) -> tuple[str, str]:
    """What the first demonstration printed."""
    return playlake.run("demo", "--days", str(DAYS))


def test_the_demo_shows_outcomes_rows_answers_and_times(shown: tuple[str, str]) -> None:
    for heading in (
        "Outcomes of the last run",
        "Rows",
        "playlake query --name top_artists",
        "playlake query --name songs",
        "playlake query --name playlist_growth",
        "playlake query --name popularity_trend",
        "seconds",
        "playlake diff ",
        "playlake history ",
        "playlake show ",
        "changes a day: ",
    ):
        assert heading in shown[0]
    assert "No rows." not in shown[0]


def test_the_lake_in_the_folder_has_every_row_that_athena_counted(
    playlake: Playlake, shown: tuple[str, str]
) -> None:
    counted = {table: int(rows) for table, rows in ROWS.findall(shown[0])}
    assert counted.keys() == TABLES.keys()
    assert counted["playlist_items"] > 4_000
    assert counted["run_outcomes"] == 12 * DAYS
    for table, rows in counted.items():
        assert playlake.query(f"SELECT count(*) AS rows FROM {table}") == [{"rows": rows}]


@pytest.mark.usefixtures("shown")
def test_every_time_of_a_run_is_of_its_own_day(playlake: Playlake) -> None:
    found = playlake.query(
        "SELECT snapshot_date AS day, "
        "cast(min(fetched_at) AS varchar) AS fetched, "
        "bool_and(cast(fetched_at AS date) = cast(snapshot_date AS date)) AS agree, "
        "current_date - cast(snapshot_date AS date) AS ago "
        "FROM playlists GROUP BY snapshot_date ORDER BY 1"
    )
    assert len(found) == DAYS
    assert all(row["agree"] for row in found)
    assert all(row["fetched"].startswith(f"{row['day']} 06:") for row in found)
    # One day more if the demonstration ended before midnight, and another if before 06:00.
    assert 0 <= found[-1]["ago"] <= 2


def test_the_commands_that_it_prints_work(playlake: Playlake, shown: tuple[str, str]) -> None:
    commands = TYPED.findall(shown[1])
    assert len(commands) == 6
    assert "Look at it in the browser: " in shown[1]
    assert " up --lake " in shown[1].splitlines()[-1]
    for command in commands:
        assert playlake.run(*shlex.split(command))[0]


@pytest.fixture
def another(playlake: Playlake, shown: tuple[str, str], tmp_path: Path) -> Iterator[Playlake]:
    """A home of its own with a copy of the lake, so that tests may run in any order."""
    assert shown
    shutil.copytree(playlake.home / "lakes", tmp_path / "lakes")
    made = Playlake(tmp_path)
    yield made
    kill_local_aws(made.files.project)


@pytest.mark.slow
def test_a_killed_demo_leaves_the_lake_and_the_next_one_shows_its_own_tier(
    another: Playlake,
) -> None:
    assert another.query(POPULAR)[0]["popular"] > 0
    before = another.query("SELECT count(*) AS rows FROM playlist_items")
    objects = another.files.project.aws / "s3"
    with another.start("demo", "--tier", "newer-dev") as process:
        while not any(objects.rglob("part-*.zst")):
            assert process.poll() is None, another.logs()
            time.sleep(0.05)
        process.kill()
    assert another.query("SELECT count(*) AS rows FROM playlist_items") == before

    another.run("demo", "--tier", "newer-dev", "--days", "1")
    assert another.query(POPULAR) == [{"popular": 0}]
    assert another.query("SELECT count(DISTINCT snapshot_date) AS days FROM playlists") == [
        {"days": 1}
    ]
    assert sorted(found.name for found in another.files.project.home.iterdir()) == ["lock", "logs"]


def test_more_days_than_the_stand_in_has_are_refused_in_a_sentence(playlake: Playlake) -> None:
    output, errors = playlake.run("demo", "--days", "99999", status=1)
    assert output == ""
    assert "so a demonstration has at most" in errors
    assert len(errors.splitlines()) == 1
