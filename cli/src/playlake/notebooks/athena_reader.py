"""Reads a lake on AWS for `Lake`, through Athena."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake.lakes.parameters import NO_VALUES
from playlake.output.parquet import arrow_table
from playlake_lake.days import EVERY_DAY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    import pyarrow as pa

    from playlake.lakes.aws import AwsLake
    from playlake.lakes.parameters import Value
    from playlake_lake.days import Days


@dataclass(frozen=True, slots=True)
class AthenaReader:
    """Reads a lake on AWS through Athena; implements `readers.Reader`."""

    lake: AwsLake

    @property
    def place(self) -> str:
        """The address of its raw bucket."""
        return self.lake.place

    def explained(self) -> AbstractContextManager[None]:
        """The lake raises a `CommandError` itself."""
        return nullcontext()

    def arrow(
        self, sql: str, values: Mapping[str, Value] = NO_VALUES, days: Days = EVERY_DAY
    ) -> pa.Table:
        """The result of a SELECT, with the types that Athena gives it."""
        return arrow_table(self.lake.query(sql, values, days))
