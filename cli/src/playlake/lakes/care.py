"""Looks after a lake in a folder: what it has, what is wrong with it, and how that is mended."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.lakes.folder import FolderLake, explained
from playlake.lakes.places import is_lake
from playlake_contracts.backlog import raw_keys
from playlake_contracts.keys import CURATED_PREFIX, RAW_PREFIX
from playlake_lake.backlog import waiting
from playlake_lake.check import check_compacted, check_mark, leftovers
from playlake_lake.folder import Folder
from playlake_lake.identity import identify
from playlake_lake.marks import day_of, held_tables, mark_keys
from playlake_lake.side_by_side import unseen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from playlake_contracts.runs import RunId
    from playlake_lake.check import Problem
    from playlake_lake.side_by_side import Progress


@dataclass(frozen=True, slots=True)
class Overview:
    """A lake as it is listed.

    Attributes:
        root: its folder.
        is_synthetic: whether it holds invented music; None if it cannot be used.
        size: bytes of all objects.
        days: days that are in the tables.
        last_run: the newest run of which something is landed.
        problem: why it cannot be used; None if it can.
    """

    root: Path
    is_synthetic: bool | None
    size: int
    days: int
    last_run: RunId | None
    problem: str | None


def overviews(lakes: Path, logs: Path) -> list[Overview]:
    """The lakes that have names, in alphabetical order."""
    roots = sorted(path for path in lakes.glob("*") if path.is_dir())
    return [_overview(root, logs) for root in roots]


def problems_of(lake: FolderLake, progress: Progress = unseen) -> list[Problem]:
    """Verify every object against its commit mark, and compacted files; return what is wrong."""
    with explained():
        tables = held_tables(lake.folder)
        marks = progress(mark_keys(lake.folder), "Checking commits")
        found = chain.from_iterable(check_mark(lake.folder, mark, tables) for mark in marks)
        return [*found, *check_compacted(lake.folder)]


def make_identity(root: Path) -> bool:
    """Write the missing `lake.json` of a folder with raw objects or tables.

    Returns:
        whether it was written.

    Raises:
        CommandError: the system refused.
    """
    if is_lake(root) or not any(
        (root / prefix).is_dir() for prefix in (RAW_PREFIX, CURATED_PREFIX)
    ):
        return False
    with explained():
        identify(Folder(root), synthetic=False)
    return True


def mend(lake: FolderLake, problems: Iterable[Problem], say: Callable[[str], None]) -> int:
    """Write damaged and lost files anew, by transforming their raw objects again.

    Damaged files are removed before their commit mark, so that a repair that was interrupted finds
    the rest of them.

    Args:
        lake: the lake.
        problems: what was found; what cannot be mended is left as it is.
        say: takes a sentence for a person.

    Returns:
        the number of raw objects that are transformed again.

    Raises:
        CommandError: the system refused, or some raw objects could not be transformed.
    """
    mendable = [each for each in problems if each.can_be_mended and each.raw_key is not None]
    parts = sorted({each.raw_key for each in mendable if each.raw_key is not None}, key=str)
    with explained():
        for problem in mendable:
            lake.folder.remove(problem.object_key)
        for key in parts:
            lake.folder.remove(key.curated("loads"))
        for key in waiting(lake.folder):
            for left in leftovers(lake.folder, key):
                lake.folder.remove(left)
    lake.transform(RAW_PREFIX, say)
    return len(parts)


def _overview(root: Path, logs: Path) -> Overview:
    try:
        lake = FolderLake.open(root, logs)
        with explained():
            keys = list(lake.folder.keys())
            size = sum(lake.folder.size(key) or 0 for key in keys)
    except CommandError as error:
        return Overview(root, None, 0, 0, None, str(error))
    days = {day_of(key) for key in mark_keys(lake.folder)}
    runs = [key.run_id for key in raw_keys(keys)]
    return Overview(root, lake.is_synthetic, size, len(days), max(runs, default=None), None)
