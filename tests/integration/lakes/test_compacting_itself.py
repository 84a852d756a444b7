"""A lake in a folder is compacted by itself after a command that commits. All data is synthetic."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compacting import HISTORY, in_force, rows
from historical_lakes import commit_run, read
from landed import entry
from two_days import DAYS, RUNS

from playlake.lakes.compacting import CompactableLake
from playlake_contracts.keys import COMPACTED_PREFIX, COMPACTION_ATTEMPT_KEY, IN_FORCE_KEY
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from commands import Command

    from playlake_lake.folder import Folder


def compacted_days(folder: Folder) -> list[str]:
    return [day for month in in_force(folder).months.values() for day in month.days]


def test_transform_compacts_a_lake_and_says_so_in_one_line(full: Folder, playlake: Command) -> None:
    before = rows(full)
    assert playlake("transform", "--lake", "full") == 0
    assert playlake.notices.splitlines() == [
        "Transforming",
        "Compacted 2026-11, for faster queries (days: 2).",
    ]
    assert compacted_days(full) == DAYS
    assert rows(full) == before
    assert all(rows(full, HISTORY).values())


def test_within_an_hour_it_is_not_compacted_again(full: Folder, playlake: Command) -> None:
    assert playlake("transform", "--lake", "full") == 0
    commit_run(full, RUNS[0].scheduled_at.replace(day=19), [read("p", [entry(1)])])
    assert playlake("transform", "--lake", "full") == 0
    assert playlake.notices.splitlines() == ["Transforming"]
    assert compacted_days(full) == DAYS
    full.remove(COMPACTION_ATTEMPT_KEY)
    assert playlake("transform", "--lake", "full") == 0
    assert compacted_days(full) == ["2026-11-19", *DAYS]


def test_an_option_or_a_setting_switches_it_off(
    full: Folder, playlake: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert playlake("transform", "--lake", "full", "--no-compact") == 0
    monkeypatch.setenv("PLAYLAKE_COMPACT", "false")
    assert playlake("transform", "--lake", "full") == 0
    assert full.size(COMPACTION_ATTEMPT_KEY) is None
    assert not list(full.keys(COMPACTED_PREFIX))
    assert playlake("transform", "--lake", "full", "--compact") == 0
    assert compacted_days(full) == DAYS


def test_an_import_compacts_what_it_has_committed(playlake: Command, tmp_path: Path) -> None:
    lake, _ = make_lake(tmp_path / "lake")
    saved = tmp_path / "saved.json"
    page = {"items": [entry(1)], "offset": 0, "total": 1, "next": None}
    playlist = {"id": "37i9dQZF1DXcBWIGoYBM5M", "name": "Synthetic", "type": "playlist"}
    saved.write_text(json.dumps({**playlist, "items": page}))
    arguments = ("import", str(saved), "--at", "2024-03-01", "--lake", str(lake.root))
    assert playlake(*arguments, "--no-compact") == 0, playlake.notices
    assert compacted_days(lake) == []
    assert playlake(*arguments) == 0, playlake.notices
    assert "Compacted 2024-03, for faster queries (days: 1)." in playlake.notices
    assert compacted_days(lake) == ["2024-03-01"]


def test_what_goes_wrong_is_one_sentence_and_the_command_succeeds(
    full: Folder, playlake: Command
) -> None:
    full.overwrite(IN_FORCE_KEY, b"{")
    assert playlake("transform", "--lake", "full") == 0
    _, sentence = playlake.notices.splitlines()
    assert sentence.startswith(f"The lake was not compacted ({IN_FORCE_KEY} cannot be read")
    assert sentence.endswith("`playlake compact` tries again.")


def test_a_fault_that_nobody_expects_fails_no_command(
    full: Folder, playlake: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(CompactableLake, "compact", full_disk)
    assert playlake("transform", "--lake", "full") == 0
    assert "The lake was not compacted ([Errno 28] No space left on device)" in playlake.notices
    assert full.size(COMPACTION_ATTEMPT_KEY) is not None
