"""Brings committed parts of a lake on AWS to a lake in a folder.

A commit mark is written after the files that it counts. So a pull that is interrupted leaves no
part half committed, and the next one copies what is still missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.lakes.copying import Copied, Copier, Found, read
from playlake.lakes.folder import explained
from playlake_contracts.keys import QUARANTINE, QUARANTINE_PREFIX, RAW_PREFIX, table_prefix
from playlake_contracts.tables import TABLES
from playlake_lake.days import EVERY_DAY, Days
from playlake_lake.identity import hold_tables, identity_of
from playlake_lake.marks import day_of, mark_keys
from playlake_lake.side_by_side import side_by_side, unseen

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from playlake.lakes.aws import AwsLake
    from playlake.lakes.folder import FolderLake
    from playlake_lake.folder import Folder
    from playlake_lake.side_by_side import Progress

_ALL = frozenset(TABLES)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The parts of a lake to bring.

    Attributes:
        days: the days of the parts.
        playlists: ids of playlists; a part is brought if it has one of them. Empty is all.
        tables: the tables whose files are brought; None is all.
    """

    days: Days = EVERY_DAY
    playlists: frozenset[str] = frozenset()
    tables: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull did.

    Attributes:
        copied: what was copied.
        uncommitted: raw objects of the days that are landed in the source and not committed; they
            are not brought.
    """

    copied: Copied
    uncommitted: int


def pull(
    source: AwsLake, target: FolderLake, wanted: Wanted, progress: Progress = unseen
) -> Pulled:
    """Copy the committed parts that are wanted and that the folder lacks.

    If the folder holds only some tables, and others are wanted, these are brought for every part
    that it holds.

    Args:
        source: a lake on AWS.
        target: a lake in a folder.
        wanted: the parts to bring.
        progress: shows how far it is.

    Raises:
        CommandError: AWS or the folder refuses, or an object is not what its commit mark says; what
            was copied stays, and a further pull goes on.
    """
    found = _find(source)
    with explained():
        held = _held(target.folder)
        tables = _ALL if wanted.tables is None else held | wanted.tables
        own = set(mark_keys(target.folder))
        keys = {key for key in found.marks if day_of(key) in wanted.days}
        if tables != held:
            keys |= own & found.marks
            _check_can_be_completed(source, target.folder, own - found.marks, tables - held)
        copier = Copier(source, target.folder, wanted.playlists, tables, found)
        pulled = side_by_side(sorted(keys), copier.copy, progress, "Pulling commits")
        copied = sum(pulled, Copied())
        if tables != held:
            hold_tables(target.folder, None if tables == _ALL else tables)
    return Pulled(copied, len([day for day in found.uncommitted if day in wanted.days]))


def _find(source: AwsLake) -> Found:
    curated = source.deployment.curated_bucket
    prefix = table_prefix("loads")
    marks = {key for key in source.keys(curated, prefix) if day_of(key)}
    quarantine = set(source.keys(curated, QUARANTINE_PREFIX))
    raw = list(source.raw_keys(RAW_PREFIX))
    left = [key.run_id.snapshot_date for key in raw if key.curated("loads") not in marks]
    return Found(marks, set(map(str, raw)), quarantine, left)


def _held(folder: Folder) -> frozenset[str]:
    identity = identity_of(folder)
    tables = None if identity is None else identity.tables
    return _ALL if tables is None else frozenset({*tables, "loads"})


def _check_can_be_completed(
    source: AwsLake, folder: Folder, own: AbstractSet[str], more: AbstractSet[str]
) -> None:
    """Check that parts which only the folder has need no file from the source."""
    lacking = [
        key
        for mark in own
        for table, key, _ in read(mark, folder.read(mark), str(folder.root)).files()
        if table in more and table != QUARANTINE and folder.size(key) is None
    ]
    if lacking:
        raise CommandError(
            f"{source.place} cannot complete {', '.join(sorted(more))}, because it has no "
            f"{min(lacking)}, which {folder.root} lacks as well: pull into a new lake"
        )
