"""The committed files of a lake, wherever it is, as they are."""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING, Protocol

from playlake.lakes.folder import explained
from playlake_lake.marks import day_of, held_tables, mark_keys

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from playlake.lakes.folder import FolderLake


class CuratedFiles(Protocol):
    """The files of a lake; every method may raise an `ExplainedError`."""

    @property
    def repair(self) -> str | None:
        """The command that finds damaged and lost files and writes them anew, if there is one."""

    def tables(self) -> Collection[str]:
        """The tables that the lake holds, `loads` among them."""

    def marks(self, dates: Sequence[str] | None) -> list[str]:
        """The keys of the commit marks of some days; None is every day."""

    def read(self, key: str) -> bytes | None:
        """The bytes of a file; None if there is none."""


@dataclass(frozen=True, slots=True)
class FolderFiles:
    """The files of a lake in a folder; implements `CuratedFiles`."""

    lake: FolderLake

    @property
    def repair(self) -> str:
        """The command that finds damaged and lost files and writes them anew."""
        return f"playlake lake repair {quote(self.lake.place)}"

    def tables(self) -> Collection[str]:
        """The tables that the lake holds."""
        with explained():
            return held_tables(self.lake.folder)

    def marks(self, dates: Sequence[str] | None) -> list[str]:
        """The keys of the commit marks of some days; None is every day."""
        with explained():
            found = mark_keys(self.lake.folder)
        return [key for key in found if dates is None or day_of(key) in dates]

    def read(self, key: str) -> bytes | None:
        """The bytes of a file; None if there is none."""
        with explained():
            return self.lake.folder.read(key)
