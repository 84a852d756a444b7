"""Commits the snapshots of a table, and finds the one of a run.

Each snapshot names its run. The newest one names the list of all marks that the table has adopted.
What leaves the table leaves it in a snapshot too; older snapshots that have the same files are
expired then, because those files are no more what they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyiceberg.table.update.snapshot import ExpireSnapshots

from playlake_iceberg.data_files import data_files
from playlake_iceberg.staging import Staged
from playlake_lake.committed import part_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from pyiceberg.manifest import ManifestEntry
    from pyiceberg.table import Table as IcebergTable
    from pyiceberg.table.snapshots import Snapshot

    from playlake_iceberg.planning import Step
    from playlake_iceberg.row_counts import RowCounts
    from playlake_iceberg.tables import Place

# Properties of a snapshot.
RUN: Final = "playlake.run-id"
ADOPTED: Final = "playlake.adopted"


def snapshot_of_run(table: IcebergTable, run_id: str) -> Snapshot | None:
    """The newest snapshot that a run made: the table as it was then. None if there is none."""
    found = [each for each in table.snapshots() if each.summary and each.summary.get(RUN) == run_id]
    return max(found, key=lambda each: each.sequence_number or 0, default=None)


@dataclass(frozen=True, slots=True)
class Commit:
    """Commits steps to a table.

    Attributes:
        place: where the tables are.
        table: the table as it was read.
        counts: the counts of the marks.
        keep: the number of snapshots that stay.
    """

    place: Place
    table: IcebergTable
    counts: RowCounts
    keep: int

    def of(self, steps: Sequence[Step], adopted: str) -> tuple[int, int]:
        """Commit a snapshot for each step, all at once.

        Args:
            steps: the steps, of which only the first removes files.
            adopted: the key of the list of the marks that the table has adopted after them.

        Returns:
            the numbers of files that came and went.

        Raises:
            CommitFailedException: the table is not what was read; nothing is committed.
            DamagedLakeError: a committed file is missing or unreadable.
        """
        name = self.table.name()[-1]
        old = list(self._entries({part_file(name, key) for key in steps[0].removed}))
        transaction = Staged(self.table)
        added = 0
        for step in steps:
            properties = {RUN: step.run_id} if step.run_id else {}
            if step is steps[-1]:
                properties[ADOPTED] = adopted
            added += self._stage(transaction, step, old if step.removed else [], properties)
        self._expire(transaction, old)
        transaction.commit_once(self.place.catalog)
        return added, len(old)

    def _stage(
        self,
        transaction: Staged,
        step: Step,
        old: Sequence[ManifestEntry],
        properties: dict[str, str],
    ) -> int:
        update = transaction.update_snapshot(snapshot_properties=properties)
        files = data_files(
            self.place, self.table, self.counts.files(self.table.name()[-1], step.added)
        )
        with update.overwrite() if old else update.merge_append() as snapshot:
            for entry in old:
                snapshot.delete_data_file(entry.data_file)
            for file in files:
                snapshot.append_data_file(file)
        return len(files)

    def _entries(self, keys: Collection[str]) -> Iterator[ManifestEntry]:
        """The files under some keys that the table has, as its manifests describe them."""
        head = self.table.current_snapshot()
        if head is None or not keys:
            return
        locations = {self.place.location(key) for key in keys}
        for manifest in head.manifests(self.table.io):
            for entry in manifest.fetch_manifest_entry(self.table.io):
                if entry.data_file.file_path in locations:
                    yield entry

    def _expire(self, transaction: Staged, old: Sequence[ManifestEntry]) -> None:
        """Expire snapshots that have files which left, and those that are too many."""
        snapshots = sorted(
            transaction.table_metadata.snapshots, key=lambda each: each.sequence_number or 0
        )
        first = min((entry.sequence_number or 0 for entry in old), default=None)
        last = max((each.sequence_number or 0 for each in self.table.snapshots()), default=0)
        expired = {each.snapshot_id for each in snapshots[: -self.keep]}
        if first is not None:
            expired |= {
                each.snapshot_id
                for each in snapshots
                if first <= (each.sequence_number or 0) <= last
            }
        if expired:
            ExpireSnapshots(transaction).by_ids(sorted(expired)).commit()
