"""Reads a lake on AWS for `Lake`, through Athena."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake.lakes.folder import explained
from playlake.output.parquet import arrow_table
from playlake_lake.days import EVERY_DAY
from playlake_lake.literals import NO_VALUES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    import pyarrow as pa

    from playlake.lakes.aws import AwsLake
    from playlake_lake.days import Days
    from playlake_lake.literals import Value


@dataclass(frozen=True, slots=True)
class AthenaReader:
    """Reads a lake on AWS through Athena; implements `readers.Reader`."""

    lake: AwsLake

    @property
    def place(self) -> str:
        """The address of its raw bucket."""
        return self.lake.place

    def explained(self) -> AbstractContextManager[None]:
        """Turn errors of the lake into a `CommandError` while a block lasts."""
        return explained()

    def arrow(
        self, sql: str, values: Mapping[str, Value] = NO_VALUES, days: Days = EVERY_DAY
    ) -> pa.Table:
        """The result of a SELECT, with the types that Athena gives it."""
        with explained():
            return arrow_table(self.lake.query(sql, values, days))
