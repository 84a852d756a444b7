"""The Iceberg tables of a lake, wherever it is; pyiceberg is loaded when they are used."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from playlake.lakes.folder import explained
from playlake_contracts.table_names import TABLE_NAMES
from playlake_iceberg.available import require_pyiceberg
from playlake_lake.marks import held_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from contextlib import AbstractContextManager

    from playlake.lakes.aws import AwsLake
    from playlake_iceberg.sync import Synced
    from playlake_iceberg.tables import Place
    from playlake_lake.folder import Folder


@dataclass(frozen=True, slots=True)
class IcebergLake:
    """A lake whose committed files Iceberg tables can adopt.

    Attributes:
        place: the lake, as a person names it.
        open: opens the catalog of the tables.
        tables: the tables that the lake holds.
        explained: turns the errors of the catalog and of AWS into a `LakeError`.
    """

    place: str
    open: Callable[[], Place]
    tables: Collection[str]
    explained: Callable[[], AbstractContextManager[None]]

    @classmethod
    def of_folder(cls, folder: Folder) -> IcebergLake:
        """A lake in a folder.

        Raises:
            CommandError: the lake cannot be read, or pyiceberg is not installed.
        """
        with explained():
            require_pyiceberg()
            from playlake_iceberg import sqlite_catalog  # noqa: PLC0415 - loads pyiceberg

            place, tables = str(folder.root), held_tables(folder)
        opened = partial(sqlite_catalog.in_folder, folder)
        return cls(place, opened, tables, partial(sqlite_catalog.explained, place))

    @classmethod
    def on_aws(cls, lake: AwsLake) -> IcebergLake:
        """A lake on AWS.

        Raises:
            CommandError: pyiceberg is not installed.
        """
        from playlake_aws import errors  # noqa: PLC0415 - loads boto3

        with explained():
            require_pyiceberg()
        from playlake_iceberg.errors import explained as explained_metadata  # noqa: PLC0415
        from playlake_iceberg.glue_catalog import in_glue  # noqa: PLC0415 - loads pyiceberg

        @contextmanager
        def explained_there() -> Iterator[None]:
            with errors.explained(lake.place), explained_metadata(lake.place):
                yield

        def opened() -> Place:
            return in_glue(lake.store, lake.aws.glue, lake.deployment.names.iceberg_database)

        return cls(lake.place, opened, TABLE_NAMES, explained_there)

    def sync(self, keep: int, done: Callable[[Synced], None]) -> list[Synced]:
        """Bring the tables to what is committed.

        Args:
            keep: how many runs have a snapshot.
            done: takes what was done to each table.

        Raises:
            CommandError: the lake or a table cannot be read or written; tables that were done
                before stay as they are.
        """
        from playlake_iceberg.row_counts import RowCounts  # noqa: PLC0415 - loads DuckDB
        from playlake_iceberg.sync import sync  # noqa: PLC0415 - loads pyiceberg

        with explained(), self.explained():
            place = self.open()
            return sync(place, self.tables, RowCounts(place.store), keep, done)
