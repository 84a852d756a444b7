"""Opens a lake, in a folder or on AWS, to read the history of its playlists."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from playlake.errors import CommandError
from playlake.lakes.folder import FolderLake, explained
from playlake.lakes.opening import open_lake
from playlake_lake.days import EVERY_DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake.invocation import Invocation
    from playlake.lakes.lake import Lake
    from playlake_aws.records import AthenaRecords
    from playlake_lake.days import SomeDays
    from playlake_lake.folder import Folder
    from playlake_lake.history.records import Records


class Rows(Protocol):
    """Runs a query over the committed rows of some days."""

    def __call__(
        self, sql: str, days: SomeDays = EVERY_DAY, **parameters: str
    ) -> list[tuple[Any, ...]]:
        """The rows of a query with a condition `{in_days}`, and parameters such as `$id`."""


@dataclass(frozen=True, slots=True)
class HistoryLake:
    """A lake of which the history is read.

    Attributes:
        place: where it is, as a person names it.
        records: the rows about a playlist.
        rows: other rows; their times are UTC, with or without saying so.
    """

    place: str
    records: Records
    rows: Rows


@contextmanager
def history_of(here: Invocation, place: str | None) -> Iterator[HistoryLake]:
    """Give a lake that has committed rows; an error of a folder becomes a `CommandError`.

    Raises:
        CommandError: there is no such lake, or nothing is committed in it.
    """
    opened = open_lake(here, place)
    with explained():
        lake = history_lake(opened)
        check_not_empty(lake)
        yield lake


def check_not_empty(lake: HistoryLake) -> None:
    """Check that a lake has committed rows.

    Raises:
        CommandError: it has none.
    """
    if not lake.records.days():
        raise CommandError(f"the lake in {lake.place} is empty: `playlake run` takes a snapshot")


def history_lake(lake: Lake) -> HistoryLake:
    """What the history needs of a lake. An error of a folder becomes no `CommandError`."""
    return _in_folder(lake) if isinstance(lake, FolderLake) else _on_aws(lake)


def _in_folder(lake: FolderLake) -> HistoryLake:
    from playlake_lake.history.folder_records import FolderRecords  # noqa: PLC0415 - loads duckdb

    return HistoryLake(lake.place, FolderRecords(lake.folder), _FolderRows(lake.folder))


def _on_aws(lake: Lake) -> HistoryLake:
    from playlake_aws.records import AthenaRecords  # noqa: PLC0415 - on first use

    records = AthenaRecords(lake)
    return HistoryLake(lake.place, records, _AthenaRows(records))


@dataclass(frozen=True, slots=True)
class _FolderRows:
    folder: Folder

    def __call__(
        self, sql: str, days: SomeDays = EVERY_DAY, **parameters: str
    ) -> list[tuple[Any, ...]]:
        from playlake_lake.tables import streamed  # noqa: PLC0415 - loads duckdb

        text = sql.format(in_days="true")
        with streamed(self.folder, text, days=days, parameters=parameters) as (_, rows):
            return list(rows)


@dataclass(frozen=True, slots=True)
class _AthenaRows:
    records: AthenaRecords

    def __call__(
        self, sql: str, days: SomeDays = EVERY_DAY, **parameters: str
    ) -> list[tuple[Any, ...]]:
        from playlake_aws.records import in_days  # noqa: PLC0415 - on first use

        return self.records.rows(sql.format(in_days=in_days(days)), **parameters)
