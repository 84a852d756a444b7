from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from commands import Command
from kept_playlists import kept_lake

from playlake.project import Project

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The folder of the lake of `kept_playlists`, and the id of each day's run."""
    folder, runs = kept_lake(tmp_path_factory.mktemp("lakes") / "kept")
    return folder.root, runs


@pytest.fixture
def runs(kept: tuple[Path, list[str]]) -> list[str]:
    """The id of each day's run."""
    return kept[1]


@pytest.fixture
def playlake(
    kept: tuple[Path, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Command:
    """The command on that lake."""
    monkeypatch.setenv("PLAYLAKE_LAKE", str(kept[0]))
    return Command(Project(tmp_path))
