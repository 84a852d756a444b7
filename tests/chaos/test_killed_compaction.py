"""A reader counts the same before, during and after compactions that are killed at any moment.

`make chaos-lake` kills a hundred times; the tests a few times. All data is synthetic.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from compacting import HISTORY, compact, contained, rows
from historical_lakes import commit_run, read
from killed import chosen_dice, kill, start
from landed import entry

from playlake.services.processes import service_environment
from playlake_lake.identity import make_lake
from playlake_lake.marks import mark_keys

if TYPE_CHECKING:
    import random
    import subprocess
    from pathlib import Path

    from playlake_lake.folder import Folder

pytestmark = pytest.mark.timeout(7200)

MONTHS = 4
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
LONGEST_SECONDS = 3.0


def commit(folder: Folder, number: int) -> None:
    """Commit a run; runs take turns among the months, so each opens one again."""
    at = FIRST + timedelta(days=31 * (number % MONTHS), minutes=number)
    playlists = [read(f"p{at}", [entry(number), entry(number + 1)]) for at in range(3)]
    commit_run(folder, at, playlists)


def read_while(process: subprocess.Popen[bytes], folder: Folder, seconds: float) -> int:
    """Read all rows again and again; return how often."""
    expected, until, reads = rows(folder), time.monotonic() + seconds, 0
    while time.monotonic() < until and process.poll() is None:
        assert rows(folder) == expected
        reads += 1
    return reads


def test_a_reader_never_sees_a_compaction_that_is_killed(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    dice: random.Random = chosen_dice(request)
    folder, _ = make_lake(tmp_path / "lake")
    environment = service_environment(os.environ, {"PLAYLAKE_HOME": str(tmp_path / "home")})
    for number in range(2 * MONTHS):
        commit(folder, number)
    kills = reads = 0
    for number in range(2 * MONTHS, 2 * MONTHS + request.config.getoption("--kills")):
        commit(folder, number)
        process = start(environment, "compact", "--lake", str(folder.root))
        reads += read_while(process, folder, dice.uniform(0, LONGEST_SECONDS))
        kills += kill(process)
    print(f"killed {kills}, read {reads}")
    before = rows(folder)
    process = start(environment, "compact", "--lake", str(folder.root))
    assert process.wait() == 0
    assert rows(folder) == before
    assert contained(folder) == (MONTHS, len(mark_keys(folder)))
    history = rows(folder, HISTORY)
    assert compact(folder) == []
    assert all(history.values())
