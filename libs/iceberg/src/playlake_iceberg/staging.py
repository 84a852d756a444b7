"""A transaction of pyiceberg that is quick with many snapshots, and that is committed once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyiceberg.table import Transaction
from pyiceberg.table.update import AssertTableUUID, update_table_metadata

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table
    from pyiceberg.table.metadata import TableMetadata


class Staged(Transaction):
    """Applies each staged update once.

    pyiceberg's own transaction applies all of them again, and copies the metadata with all its
    snapshots, whenever it is asked for the metadata: a dozen times a snapshot.
    """

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self._applied = 0
        self._current = table.metadata

    @property
    def table_metadata(self) -> TableMetadata:
        """The metadata with what is staged."""
        if new := self._updates[self._applied :]:
            self._current = update_table_metadata(self._current, new)
            self._applied = len(self._updates)
        return self._current

    def commit_once(self, catalog: Catalog) -> None:
        """Commit what is staged by one request, without the retry of `commit_transaction`.

        That appends the same files again after another commit. If it gives up, it deletes the
        manifests, also those of a commit that succeeded while its answer was lost.

        Raises:
            CommitFailedException: the table is not what was read; nothing is committed, or the
                same request has succeeded before.
        """
        same = AssertTableUUID(uuid=self.table_metadata.table_uuid)
        catalog.commit_table(self._table, (same, *self._requirements), self._updates)
