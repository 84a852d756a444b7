"""Writes the tables of a lake as files for people: CSV, Parquet or Excel, one file a table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from playlake.errors import CommandError
from playlake.lakes.folder import explained
from playlake.output.files import new_folder
from playlake_contracts.tables import TABLES
from playlake_lake.days import EVERY_DAY, Days
from playlake_lake.marks import held_tables
from playlake_lake.side_by_side import unseen
from playlake_lake.tables import copy_to_csv, copy_to_parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from playlake.lakes.folder import FolderLake
    from playlake.lakes.queries import NamedQuery
    from playlake_lake.folder import Folder
    from playlake_lake.side_by_side import Progress

# The flat tables that most tutorials build: the newest row of each song, album and artist.
CURRENT: Final[Mapping[str, str]] = {
    "current_songs": "songs",
    "current_albums": "albums",
    "current_artists": "artists",
}


class FileFormat(StrEnum):
    """A format of files; each has an option of its name, and its name as a suffix."""

    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class Exported:
    """A file: what it has, and the SELECT whose rows it gets."""

    name: str
    sql: str


def choose(
    queries: Mapping[str, NamedQuery], wanted: Collection[str], held: Collection[str]
) -> list[Exported]:
    """The files to write.

    Args:
        queries: the named queries.
        wanted: names of tables and of `CURRENT`; empty is all that the lake can give.
        held: the tables that the lake holds.

    Raises:
        CommandError: there is no table of a name, or the lake lacks it.
    """
    chosen = wanted or [*TABLES, *CURRENT]
    for name in chosen:
        if name not in TABLES and name not in CURRENT:
            names = ", ".join([*TABLES, *CURRENT])
            raise CommandError(f"there is no table {name[:80]}: the tables are {names}")
    possible = [name for name in chosen if _needs(name, queries) <= set(held)]
    if wanted and (lacking := set(wanted).difference(possible)):
        raise CommandError(
            f"this lake has only the tables {', '.join(held)}: pull what {min(lacking)} needs"
        )
    return [Exported(name, _sql(name, queries)) for name in dict.fromkeys(possible)]


def export(
    lake: FolderLake,
    folder: Path,
    files: Collection[Exported],
    chosen: FileFormat,
    days: Days = EVERY_DAY,
    progress: Progress = unseen,
) -> None:
    """Write files to a new or empty folder, or leave it as it is.

    Raises:
        CommandError: the folder has files or cannot be written, the lake is damaged, or a table
            does not fit the format.
    """
    if folder.absolute().is_relative_to(lake.folder.root.absolute()):
        raise CommandError(f"{folder} is in the lake itself: name a folder elsewhere")
    write = _writer(chosen)
    with new_folder(folder) as aside, explained():
        for each in progress(list(files), f"Writing to {folder}"):
            write(lake.folder, each.sql, aside / f"{each.name}.{chosen}", days)


def tables_of(lake: FolderLake) -> list[str]:
    """The tables that a lake holds.

    Raises:
        CommandError: the lake cannot be read.
    """
    with explained():
        return held_tables(lake.folder)


def _writer(chosen: FileFormat) -> Callable[[Folder, str, Path, Days], None]:
    if chosen is FileFormat.XLSX:
        from playlake.output.xlsx import write_xlsx  # noqa: PLC0415 - only this format needs it

        return write_xlsx
    return _to_csv if chosen is FileFormat.CSV else _to_parquet


def _to_csv(lake: Folder, sql: str, path: Path, days: Days) -> None:
    copy_to_csv(lake, sql, path, days=days)


def _to_parquet(lake: Folder, sql: str, path: Path, days: Days) -> None:
    copy_to_parquet(lake, sql, path, days=days)


def _needs(name: str, queries: Mapping[str, NamedQuery]) -> set[str]:
    """The tables that are read to write a file."""
    found = re.findall(r"\b(?:from|join)\s+(\w+)", _sql(name, queries), re.IGNORECASE)
    return {table for table in found if table in TABLES}


def _sql(name: str, queries: Mapping[str, NamedQuery]) -> str:
    if name in CURRENT:
        return queries[CURRENT[name]].of_all_days()
    # Both come from the contracts.
    return f"SELECT * FROM {name} ORDER BY {', '.join(TABLES[name].key)}"  # noqa: S608
