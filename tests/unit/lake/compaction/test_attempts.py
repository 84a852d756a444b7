"""A lake is compacted by itself if a day is left, and at most once an hour. All synthetic."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from compacting import compact
from historical_lakes import commit_run, read
from landed import entry

from playlake_contracts.keys import COMPACTION_ATTEMPT_KEY, IN_FORCE_KEY
from playlake_lake.compaction.attempts import begin_attempt
from playlake_lake.errors import DamagedLakeError
from playlake_lake.folder import Folder, Held
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from pathlib import Path

RUN = datetime(2026, 11, 20, 6, tzinfo=UTC)
OVER = datetime(2026, 11, 21, 6, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def lake(tmp_path: Path) -> Folder:
    """A lake with one day."""
    folder, _ = make_lake(tmp_path / "lake")
    commit_run(folder, RUN, [read("p", [entry(1)])])
    return folder


def test_a_day_that_is_over_for_six_hours_is_attempted(lake: Folder) -> None:
    assert not begin_attempt(lake, OVER - MINUTE)
    assert begin_attempt(lake, OVER)


def test_nothing_is_noted_while_nothing_is_left(lake: Folder, tmp_path: Path) -> None:
    empty, _ = make_lake(tmp_path / "empty")
    assert not begin_attempt(empty, OVER)
    compact(lake)
    assert not begin_attempt(lake, OVER)
    for folder in (empty, lake):
        assert folder.size(COMPACTION_ATTEMPT_KEY) is None


def test_a_day_that_is_added_to_a_compacted_lake_is_attempted(lake: Folder) -> None:
    compact(lake)
    commit_run(lake, RUN + timedelta(days=1), [read("p", [entry(1)])])
    assert begin_attempt(lake, OVER + timedelta(days=1))


def test_it_is_attempted_at_most_once_an_hour_whatever_became_of_it(lake: Folder) -> None:
    assert begin_attempt(lake, OVER)
    assert not begin_attempt(lake, OVER)
    assert not begin_attempt(lake, OVER + HOUR - MINUTE)
    assert begin_attempt(lake, OVER + HOUR)


def test_a_clock_that_was_set_back_or_a_damaged_note_delays_nothing(lake: Folder) -> None:
    assert begin_attempt(lake, OVER + timedelta(days=400))
    assert begin_attempt(lake, OVER)
    for body in (b"", b'{"at":"2026-11-21T06:00:00"', b'{"at":"2026-11-21"}', b"\xff"):
        lake.overwrite(COMPACTION_ATTEMPT_KEY, body)
        assert begin_attempt(lake, OVER)


def test_a_time_without_a_zone_is_a_damaged_note(lake: Folder) -> None:
    lake.overwrite(COMPACTION_ATTEMPT_KEY, b'{"at":"2026-11-21T06:00:00"}')
    assert begin_attempt(lake, OVER)


def test_of_two_processes_at_once_one_attempts_it(lake: Folder) -> None:
    @dataclass(frozen=True, slots=True)
    class Overtaken(Folder):
        """A folder in which another process begins after the note was read."""

        def held(self, key: str) -> Held | None:
            found = Folder.held(self, key)
            assert begin_attempt(lake, OVER)
            return found

    assert not begin_attempt(Overtaken(lake.root), OVER)


@pytest.mark.parametrize(
    ("call", "answer"), [("access", lambda *_: False), ("geteuid", lambda: 2**31 - 1)]
)
def test_a_lake_that_is_read_only_or_somebody_elses_is_left(
    lake: Folder, monkeypatch: pytest.MonkeyPatch, call: str, answer: object
) -> None:
    monkeypatch.setattr(os, call, answer)
    assert not begin_attempt(lake, OVER)


def test_a_damaged_lake_is_an_error_that_names_the_object(lake: Folder) -> None:
    lake.overwrite(IN_FORCE_KEY, b"{")
    with pytest.raises(DamagedLakeError, match=IN_FORCE_KEY):
        begin_attempt(lake, OVER)
