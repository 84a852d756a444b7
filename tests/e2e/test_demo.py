"""The demo as a newcomer runs it, and the lake that it leaves."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from free_ports import choose_port

from playlake_contracts.tables import TABLES

COMMAND = Path(sys.executable).with_name("playlake")
DAYS = "2"
ROWS = re.compile(r"^(\w+) +(\d+) +\d+$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Playlake:
    """The command with a home folder of its own."""

    home: Path

    def run(self, *arguments: str) -> str:
        """Run the command, which must end with 0; return its standard output."""
        done = subprocess.run(
            [COMMAND, *arguments],
            env={
                **os.environ,
                "PLAYLAKE_HOME": str(self.home),
                "PLAYLAKE_LOCAL_PORT": str(choose_port()),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{done.stderr}\n{self.logs()}"
        return done.stdout

    def logs(self) -> str:
        """The end of every log, to explain why a command failed."""
        files = sorted((self.home / "logs").glob("*.log"))
        return "\n".join(f"{file.name}: {file.read_text()[-2000:]}" for file in files)


@pytest.fixture(scope="module")
def after_demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Playlake, str]:
    playlake = Playlake(tmp_path_factory.mktemp("demo"))
    return playlake, playlake.run("demo", "--days", DAYS)


def rows_in(shown: str) -> dict[str, int]:
    """The number of rows of every table, as the demo counts them in Athena."""
    counted = {table: int(rows) for table, rows in ROWS.findall(shown)}
    assert counted.keys() == TABLES.keys()
    return counted


class TestDemo:
    def test_the_demo_shows_outcomes_rows_answers_and_times(
        self, after_demo: tuple[Playlake, str]
    ) -> None:
        _, shown = after_demo
        for heading in (
            "Outcomes of the last run",
            "Rows",
            "playlake query --name top_artists",
            "playlake query --name songs",
            "playlake query --name playlist_changes",
            "playlake query --name popularity_trend",
            "seconds",
        ):
            assert heading in shown

    def test_the_lake_of_the_demo_can_be_queried_afterwards(
        self, after_demo: tuple[Playlake, str]
    ) -> None:
        playlake, shown = after_demo
        assert rows_in(shown)["playlist_items"] > 4_000
        songs = json.loads(playlake.run("query", "--name", "songs", "--json"))
        assert set(songs[0]) == {
            "song_id",
            "song_name",
            "duration_ms",
            "url",
            "popularity",
            "song_added",
            "album_id",
            "artist_id",
        }

    def test_running_the_demo_again_adds_nothing(self, after_demo: tuple[Playlake, str]) -> None:
        playlake, shown = after_demo
        counted = rows_in(shown)
        assert counted["run_outcomes"] == 12 * int(DAYS)
        assert rows_in(playlake.run("demo", "--days", DAYS)) == counted
