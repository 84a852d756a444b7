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
    from collections.abc import Iterable, Sequence

    from playlake_lake.compaction.store import Store


@dataclass(frozen=True, slots=True)
class RowCounts:
    """The counts that commit marks have.

    Attributes:
        store: the objects of the lake.
    """

    store: Store
    _known: dict[str, dict[str, int]] = field(default_factory=dict)

    def read(self, marks: Iterable[str]) -> None:
        """Read some marks at once; those that are known are not opened again."""
        unknown = [key for key in marks if key not in self._known]
        if not unknown:
            return
        with TemporaryDirectory(prefix="playlake-marks-") as aside, closing(connect(aside)) as duck:
            paths = map(str, self.store.local_files(unknown, Path(aside)))
            self._known.update(counts_of(duck, dict(zip(unknown, paths, strict=True))))

    def files(self, table: str, marks: Sequence[str]) -> list[str]:
        """The keys of the files of a table that belong to some marks, in order."""
        if table == "loads":
            return list(marks)
        self.read(marks)
        return [part_file(table, key) for key in marks if self._known[key][table]]
