"""How many rows each table has of each commit mark; a mark is opened once in a sync."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from playlake_lake.committed import part_file
from playlake_lake.mark_counts import counts_of
from playlake_lake.query_views import connect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playlake_lake.compaction.store import Store


@dataclass(frozen=True, slots=True)
class RowCounts:
    """The counts that commit marks have.

    Attributes:
        store: the objects of the lake.
    """

    store: Store
    _known: dict[str, dict[str, int]] = field(default_factory=dict)

    def files(self, table: str, marks: Iterable[str]) -> list[str]:
        """The keys of the files of a table that belong to some marks, in order."""
        keys = list(marks)
        if table == "loads":
            return keys
        self._read([key for key in keys if key not in self._known])
        return [part_file(table, key) for key in keys if self._known[key][table]]

    def _read(self, marks: list[str]) -> None:
        with TemporaryDirectory(prefix="playlake-marks-") as aside, closing(connect(aside)) as duck:
            paths = self.store.local_files(marks, Path(aside))
            self._known.update(counts_of(duck, dict(zip(marks, map(str, paths), strict=True))))
