"""Reads a lake for `Lake`: results of SQL as Arrow tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from playlake.lakes.folder import explained
from playlake_lake.days import EVERY_DAY
from playlake_lake.literals import NO_VALUES, zoneless
from playlake_lake.tables import arrow_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    import pyarrow as pa

    from playlake.lakes.folder import FolderLake
    from playlake_lake.days import Days
    from playlake_lake.literals import Value


class Reader(Protocol):
    """Reads the committed rows of a lake."""

    @property
    def place(self) -> str:
        """Where the lake is."""

    def explained(self) -> AbstractContextManager[None]:
        """Turn errors of the lake into a `CommandError` while a block lasts."""

    def arrow(
        self, sql: str, values: Mapping[str, Value] = NO_VALUES, days: Days = EVERY_DAY
    ) -> pa.Table:
        """The result of a SELECT; see `playlake.lakes.lake.Lake.query`."""


@dataclass(frozen=True, slots=True)
class FolderReader:
    """Reads a lake in a folder with DuckDB; implements `Reader`."""

    lake: FolderLake

    @property
    def place(self) -> str:
        """The folder."""
        return self.lake.place

    def explained(self) -> AbstractContextManager[None]:
        """Turn errors of the lake into a `CommandError` while a block lasts."""
        return explained()

    def arrow(
        self, sql: str, values: Mapping[str, Value] = NO_VALUES, days: Days = EVERY_DAY
    ) -> pa.Table:
        """The result of a SELECT, with the types that DuckDB gives it."""
        with explained():
            return arrow_table(self.lake.folder, sql, days=days, parameters=zoneless(values))
