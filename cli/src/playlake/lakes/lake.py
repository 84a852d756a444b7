"""What every command needs of a lake, wherever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from playlake_contracts.keys import RAW_PREFIX
from playlake_lake.days import EVERY_DAY
from playlake_lake.literals import NO_VALUES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from playlake_contracts.keys import RawKey
    from playlake_extractor.public import RawStore, StateStore
    from playlake_lake.days import Days
    from playlake_lake.literals import Value
    from playlake_lake.results import Result


class Lake(Protocol):
    """A lake; every method may raise an `ExplainedError`."""

    @property
    def place(self) -> str:
        """Where it is, as a person names it: a path or an s3:// address."""

    @property
    def is_synthetic(self) -> bool:
        """Whether it holds the stand-in's invented music."""

    def query(
        self, sql: str, values: Mapping[str, Value] = NO_VALUES, days: Days = EVERY_DAY
    ) -> Result:
        """The result of a SELECT over the committed rows.

        Args:
            sql: the SELECT.
            values: the values of its parameters, whose names have a dollar sign in the SQL.
            days: the days that it reads, if that is known. The SQL bounds them itself.
        """

    def has_history(self) -> bool:
        """Whether the tables of the history are there; on AWS only a compaction makes them."""

    def raw_keys(self, prefix: str = RAW_PREFIX) -> Iterator[RawKey]:
        """The keys of the raw objects under a prefix, in order."""

    def read(self, key: str) -> bytes:
        """The bytes of a raw object."""

    def raw_store(self) -> RawStore:
        """Where the extractor lands raw objects."""

    def state_keys(self, prefix: str) -> list[str]:
        """The keys of what the extractor keeps under a prefix, in order."""

    def state_store(self, key: str) -> StateStore:
        """Where the extractor keeps the state under a key."""

    def settings(self) -> Mapping[str, str]:
        """The environment variables that send the extractor to this lake."""

    def transform(self, prefix: str, say: Callable[[str], None]) -> None:
        """Return when what is landed under a prefix is committed or rejected, if it is awaited."""
