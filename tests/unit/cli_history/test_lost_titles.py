"""`show` and `diff` say what a song was that its source took away. All synthetic."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from commands import Command
from historical_lakes import commit_run, read
from landed import entry

from playlake.project import Project
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from pathlib import Path

FIRST = datetime(2026, 11, 1, 6, tzinfo=UTC)
LOST = entry(1, name="", artists=[])


@pytest.fixture
def taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command on a lake in which song 1 is taken away on the second day."""
    lake, _ = make_lake(tmp_path / "lake")
    commit_run(lake, FIRST, [read("crate", [entry(1), entry(2)])])
    commit_run(lake, FIRST + timedelta(days=1), [read("crate", [entry(2), LOST])])
    monkeypatch.setenv("PLAYLAKE_LAKE", str(lake.root))
    return Command(Project(tmp_path))


def test_it_is_shown_with_its_old_title_and_marked(taken: Command) -> None:
    assert taken("show", "crate") == 0
    assert "Track 1 (unavailable)" in taken.output
    assert "Track 2 (unavailable)" not in taken.output
    assert taken("show", "crate", "--at", "2026-11-01") == 0
    assert "(unavailable)" not in taken.output


@pytest.mark.parametrize("option", ["--jspf", "--xspf"])
def test_files_for_players_have_the_marked_title(taken: Command, option: str) -> None:
    assert taken("show", "crate", option) == 0
    assert "Track 1 (unavailable)" in taken.output


def test_json_has_the_title_and_the_type(taken: Command) -> None:
    assert taken("show", "crate", "--json") == 0
    entries = json.loads(taken.output)["entries"]
    assert [(one["name"], one["item_type"]) for one in entries] == [
        ("Track 2", "track"),
        ("Track 1", "unavailable"),
    ]


def test_diff_tells_the_old_title_whatever_else_changed(taken: Command) -> None:
    assert taken("diff", "crate", "--json") == 0
    changes = json.loads(taken.output)["changes"]
    assert {(one["kind"], one["name"]) for one in changes} >= {("unavailable", "Track 1")}
    assert {one["name"] for one in changes} <= {"Track 1", "Track 2"}
