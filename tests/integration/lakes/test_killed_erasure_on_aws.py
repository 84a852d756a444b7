"""An erasure on AWS that is killed at any moment is completed by the same command; synthetic."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from commands import Command
from compacting import rows
from killed import chosen_dice, kill, start
from searched_lakes import hits
from shared_lakes import SHARED, shared_lake
from stored_lakes import MADE, commit_on_aws, land_on_aws, objects

from playlake.local_aws.environments import aws_settings
from playlake.project import Project
from playlake_contracts.keys import RAW_PREFIX
from playlake_lake.check import check_mark
from playlake_lake.folder import Folder
from playlake_lake.marks import held_tables, mark_keys

if TYPE_CHECKING:
    import random
    from collections import Counter
    from pathlib import Path

    from playlake.lakes.aws import AwsLake
    from playlake.local_aws import LocalAws

    Rows = dict[str, Counter[str]]

KILLS = 30
# The command needs the first for its imports, and is done after the last.
EARLIEST_SECONDS, LATEST_SECONDS = 1.0, 6.0
ERASE = ("erase", "--playlist", SHARED, "--yes", "--lake")
# What a commit measures.
_MEASURED = {"loads"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return shared_lake(tmp_path_factory.mktemp("made") / "lake")


@pytest.fixture
def lake(
    on_aws: AwsLake, local_aws: LocalAws, made: Folder, monkeypatch: pytest.MonkeyPatch
) -> AwsLake:
    """The raw objects of the folder, committed and compacted."""
    for name, value in aws_settings(local_aws).items():
        monkeypatch.setenv(name, value)
    land_on_aws(made, on_aws)
    commit_on_aws(on_aws)
    return on_aws


def copied(lake: AwsLake, root: Path) -> Folder:
    """What both buckets hold, in a folder: there the rows are read."""
    folder = Folder(root)
    for prefix in (RAW_PREFIX, *MADE):
        for key in lake.store.versions(prefix):
            folder.put_new(key, lake.store.read(key) or b"")
    return folder


@pytest.fixture(scope="module")
def wanted(made: Folder, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """The rows after an erasure that nothing stops."""
    root = tmp_path_factory.mktemp("whole") / "lake"
    shutil.copytree(made.root, root)
    command = Command(replace(Project.find(os.environ), home=root.parent / "home"))
    assert command(*ERASE, str(root)) == 0, command.notices
    return rows(Folder(root))


@pytest.mark.slow
@pytest.mark.parametrize("number", range(KILLS))
def test_an_erasure_that_is_killed_is_completed_by_the_same_command(
    request: pytest.FixtureRequest,
    lake: AwsLake,
    playlake: Command,
    wanted: Rows,
    tmp_path: Path,
    number: int,
) -> None:
    dice: random.Random = chosen_dice(request)
    process = start(dict(os.environ), *ERASE, lake.place)
    seconds = dice.uniform(EARLIEST_SECONDS, LATEST_SECONDS)
    time.sleep(seconds)
    print(f"{number}: killed after {seconds:.2f} s, while it ran: {kill(process)}")
    assert playlake(*ERASE, lake.place) == 0, playlake.notices
    assert hits(objects(lake), SHARED) == []
    copy = copied(lake, tmp_path / "copy")
    found = rows(copy)
    for table in wanted.keys() - _MEASURED:
        assert found[table] == wanted[table], table
    tables = held_tables(copy)
    assert [each for key in mark_keys(copy) for each in check_mark(copy, key, tables)] == []
    assert not [key for key in lake.store.versions("erasures/") if "progress" in key]
