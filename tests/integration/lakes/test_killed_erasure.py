"""An erasure that is killed at any moment is completed by the same command. All synthetic."""

from __future__ import annotations

import os
import shutil
import time
from typing import TYPE_CHECKING

import pytest
from compacting import rows
from killed import chosen_dice, kill, start
from searched_lakes import hits
from shared_lakes import SHARED, shared_lake

from playlake.services.processes import service_environment
from playlake_lake.check import check_compacted, check_mark
from playlake_lake.folder import Folder
from playlake_lake.marks import held_tables, mark_keys

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from commands import Command

# The command needs the first for its imports, and is done after the last.
EARLIEST_SECONDS, LATEST_SECONDS = 0.7, 3.0
# What a commit measures.
_MEASURED = {"loads"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return shared_lake(tmp_path_factory.mktemp("made") / "lake")


def copied(lake: Folder, root: Path) -> Folder:
    shutil.copytree(lake.root, root, copy_function=shutil.copy2)
    return Folder(root)


def bodies(folder: Folder) -> list[tuple[str, bytes]]:
    """Every file in the folder, also what processes that died have left aside."""
    files = (path for path in folder.root.rglob("*") if path.is_file())
    return [(str(path.relative_to(folder.root)), path.read_bytes()) for path in files]


@pytest.mark.parametrize("kills", [1, pytest.param(30, marks=pytest.mark.slow)])
def test_an_erasure_that_is_killed_is_completed_by_the_same_command(
    request: pytest.FixtureRequest, playlake: Command, made: Folder, tmp_path: Path, kills: int
) -> None:
    dice: random.Random = chosen_dice(request)
    environment = service_environment(os.environ, {"PLAYLAKE_HOME": str(tmp_path / "home")})
    whole = copied(made, tmp_path / "whole")
    arguments = ("erase", "--playlist", SHARED, "--yes", "--lake")
    assert playlake(*arguments, str(whole.root)) == 0, playlake.notices
    wanted = {table: found for table, found in rows(whole).items() if table not in _MEASURED}
    running = 0
    for number in range(kills):
        lake = copied(made, tmp_path / f"killed-{number}")
        process = start(environment, *arguments, str(lake.root))
        time.sleep(dice.uniform(EARLIEST_SECONDS, LATEST_SECONDS))
        running += kill(process)
        assert playlake(*arguments, str(lake.root)) == 0, playlake.notices
        assert hits(bodies(lake), SHARED) == []
        found = rows(lake)
        assert {table: found[table] for table in wanted} == wanted
        tables = held_tables(lake)
        assert [each for key in mark_keys(lake) for each in check_mark(lake, key, tables)] == []
        assert check_compacted(lake) == []
        assert not [key for key in lake.keys("erasures/") if "progress" in key]
    print(f"killed {running} of {kills} while they ran")
