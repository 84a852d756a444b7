"""What the page and the API need of a lake that is read, wherever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from playlake_lake.days import EVERY_DAY

if TYPE_CHECKING:
    from datetime import datetime

    from playlake_contracts.covers import KeptCovers
    from playlake_lake.days import SomeDays
    from playlake_lake.history.records import Records


class Covers(Protocol):
    """The kept covers of a lake."""

    def kept(self) -> KeptCovers:
        """The images that are kept, by the addresses that led to them.

        Raises:
            LakeError: the lake cannot be read.
        """

    def image(self, digest: str) -> bytes | None:
        """The image with a SHA-256, in hexadecimal; None if it is not kept.

        Raises:
            LakeError: the lake cannot be read.
        """


class Rows(Protocol):
    """The committed rows of a lake, for queries."""

    def rows(
        self, sql: str, days: SomeDays = EVERY_DAY, **parameters: str
    ) -> list[tuple[Any, ...]]:
        """The rows of a query.

        Args:
            sql: a SELECT over the tables, in the SQL that Athena and DuckDB share. It has a
                condition `{in_days}`, and names its parameters as `$name`.
            days: the days that it reads.
            parameters: the texts of its parameters.

        Raises:
            LakeError: the lake cannot be read.
        """


class Reader(Rows, Protocol):
    """The committed rows of a lake, and more about them."""

    @property
    def covers(self) -> Covers:
        """The kept covers."""

    @property
    def records(self) -> Records:
        """The rows about a playlist, from which its history is folded."""

    def version(self) -> str:
        """A text that changes when the committed rows change; it is cheap to find.

        Raises:
            LakeError: the lake cannot be read.
        """

    def last_commit_at(self) -> datetime | None:
        """When the last commit mark was written, UTC, as of the last look at the version.

        None if there is none.

        Raises:
            LakeError: the lake cannot be read.
        """
