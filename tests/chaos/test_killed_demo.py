"""A demonstration that is killed leaves the earlier one's lake, whole, and the next one works.

`make chaos-aws` kills twenty of them.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from killed import chosen_dice, kill, running_for, start

from playlake.demo.home import DemoHome
from playlake.project import Project
from playlake_lake.backlog import waiting
from playlake_lake.check import check_mark
from playlake_lake.identity import open_lake
from playlake_lake.marks import mark_keys
from playlake_lake.tables import query

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200)]

DAYS = 2
TIERS = ("extended", "newer-dev")
SECONDS_TO_END = 30.0


def whole_lake(root: Path) -> list[tuple[object, ...]]:
    """The entries of a lake in which everything is right."""
    folder, _ = open_lake(root)
    assert waiting(folder) == []
    assert [problem for mark in mark_keys(folder) for problem in check_mark(folder, mark)] == []
    assert query(folder, "SELECT count(DISTINCT run_id) FROM run_outcomes").rows == [(DAYS,)]
    found = query(folder, "SELECT run_id, playlist_id, position FROM playlist_items").rows
    assert len(found) == len(set(found)) > 0
    return found


def settled(home: Path, *, processes: int) -> bool:
    """Whether no more than so many processes still run for a home, after some time."""
    until = time.monotonic() + SECONDS_TO_END
    while len(running_for(home)) > processes:
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


def test_a_killed_demonstration_leaves_the_earlier_lake_whole(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    kills = request.config.getoption("--kills")
    dice = chosen_dice(request)
    environment = {**os.environ, "PLAYLAKE_HOME": str(tmp_path)}
    files = DemoHome.of(Project.find(environment))
    demo = ("demo", "--days", str(DAYS))
    started = time.monotonic()
    assert start(environment, *demo).wait() == 0
    longest = time.monotonic() - started
    entries = len(whole_lake(files.lake))

    killed = Counter[str]()
    for _ in range(kills):
        process = start(environment, *demo, "--tier", dice.choice(TIERS))
        time.sleep(dice.uniform(0.3, longest))
        with_all = dice.random() < 0.5
        if kill(process, tmp_path if with_all else None):
            killed["with everything" if with_all else "alone"] += 1
        # The local AWS alone runs on: the next demonstration ends it.
        assert settled(tmp_path, processes=0 if with_all else 1)
        lake = files.lake if files.lake.exists() else files.earlier_lake
        whole_lake(lake)
    print(f"killed: {dict(killed)}; entries of the first lake: {entries}")

    assert start(environment, *demo).wait() == 0
    assert len(whole_lake(files.lake)) == entries
    assert settled(tmp_path, processes=0)
    assert not files.new_lake.exists()
    assert not files.earlier_lake.exists()
