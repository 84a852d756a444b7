"""Queries of the tables of the history, where a compaction has made them and where not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from commands import Command
from two_days import two_days

from playlake.commands import query
from playlake.lakes.queries import reads_history
from playlake.project import Project
from playlake_lake.results import Column, Result

if TYPE_CHECKING:
    from pathlib import Path

NOTE = (
    "The history tables of s3://raw have no compaction yet: "
    "run `playlake compact --lake s3://raw`\n"
)


@dataclass
class OnAws:
    """A lake on AWS as far as this command uses it."""

    is_compacted: bool
    place: str = "s3://raw"
    asked: list[str] = field(default_factory=list)

    def has_history(self) -> bool:
        return self.is_compacted

    def query(self, sql: str, *_: object) -> Result:
        self.asked.append(sql)
        return Result((Column("n", "bigint"),), [(1,)])


@pytest.mark.parametrize(
    ("arguments", "is_compacted", "note"),
    [
        (("SELECT * FROM memberships",), False, NOTE),
        (("SELECT * FROM Timeline",), False, NOTE),
        (("--name", "who_adds", "--param", "since=2026-01-01"), False, NOTE),
        (("SELECT * FROM memberships",), True, ""),
        (("SELECT my_changes FROM playlists",), False, ""),
    ],
)
def test_a_lake_that_was_never_compacted_says_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    is_compacted: bool,
    note: str,
) -> None:
    lake = OnAws(is_compacted)
    monkeypatch.setattr(query, "open_lake", lambda *_: lake)
    playlake = Command(replace(Project.find({}), home=tmp_path))
    assert playlake("query", *arguments, "--json") == 0
    said = [line for line in playlake.notices.splitlines(keepends=True) if "history" in line]
    assert "".join(said) == note
    assert len(lake.asked) == 1


def test_a_lake_in_a_folder_that_was_never_compacted_has_a_history(tmp_path: Path) -> None:
    home = tmp_path / "home"
    two_days(home / "lakes" / "full")
    playlake = Command(replace(Project.find({}), home=home))
    assert playlake("query", "--lake", "full", "SELECT count(*) AS n FROM timeline", "--json") == 0
    assert '"n": 3' in playlake.output
    assert "compaction" not in playlake.notices


def test_a_table_is_named_by_a_whole_word() -> None:
    assert reads_history('select "Changes".name from lake.changes')
    assert not reads_history("select playlist_changes, unchanged_since_run_id from run_outcomes")
