"""The folder of the demonstration, and its lake in the folder of lakes.

Every demonstration has a new local AWS and a new lake. Its lake takes the place of the earlier
demonstration's when it is complete, so a killed demonstration leaves the earlier lake.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from playlake.errors import CommandError
from playlake.lakes.folder import FolderLake
from playlake.local_aws.server import end_left_behind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playlake.project import Project

NAME = "demo"


@dataclass(frozen=True, slots=True)
class DemoHome:
    """The folders of a demonstration.

    Attributes:
        project: the project with a home of the demonstration's own.
        lake: where the complete lake belongs.
    """

    project: Project
    lake: Path

    @classmethod
    def of(cls, project: Project) -> DemoHome:
        """The folders in the home of a project."""
        return cls(replace(project, home=project.home / NAME), project.lakes / NAME)

    @property
    def new_lake(self) -> Path:
        """The lake while it is being made."""
        return self.project.home / "new-lake"

    @property
    def earlier_lake(self) -> Path:
        """The earlier demonstration's lake, while the new one takes its place."""
        return self.project.home / "earlier-lake"

    def put_in_place(self) -> None:
        """Let the new lake take the place of the earlier demonstration's, which is removed."""
        self.lake.parent.mkdir(parents=True, exist_ok=True)
        if self.lake.exists():
            self.lake.rename(self.earlier_lake)
        self.new_lake.rename(self.lake)
        self._settle()

    def remove_leftovers(self) -> None:
        """Remove what a demonstration has left; of two lakes, the one in place stays."""
        self._settle()
        for folder in (self.project.aws, self.new_lake):
            if folder.exists():
                shutil.rmtree(folder)

    def _settle(self) -> None:
        if not self.earlier_lake.exists():
            return
        if self.lake.exists():
            shutil.rmtree(self.earlier_lake)
        else:
            self.earlier_lake.rename(self.lake)


@contextmanager
def demo_home(project: Project) -> Iterator[DemoHome]:
    """Have the demonstration's folders alone while a block lasts; its local AWS is removed then.

    Raises:
        CommandError: another demonstration runs, or the lake `demo` is a person's own.
    """
    home = DemoHome.of(project)
    with _alone(home.project.home):
        _check_replaceable(home)
        end_left_behind(home.project)
        home.remove_leftovers()
        shutil.rmtree(home.project.logs, ignore_errors=True)
        try:
            yield home
        finally:
            home.remove_leftovers()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(folder / "lock", timeout=0, fallback_to_soft=False)
    try:
        held = lock.acquire()
    except Timeout:
        raise CommandError(
            f"a demonstration already runs in {folder}: wait until it ends"
        ) from None
    with held:
        yield


def _check_replaceable(home: DemoHome) -> None:
    lake = home.lake
    if not lake.is_symlink() and not (lake.exists() and any(lake.iterdir())):
        return
    if lake.is_symlink() or not FolderLake.open(lake, home.project.logs).is_synthetic:
        raise CommandError(
            f"{lake} was not made by the demonstration, which makes its own lake there: rename it"
        )
