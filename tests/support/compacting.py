"""Compactions of lakes in folders, what they leave, and what becomes of parts meanwhile."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pyarrow.parquet as pq

from playlake_contracts.tables import TABLES
from playlake_lake.compaction.compact import Compaction
from playlake_lake.compaction.in_force import InForce, read_in_force
from playlake_lake.folder import Folder, etag
from playlake_lake.marks import held_tables
from playlake_lake.tables import query
from playlake_transformer.domain.commit_mark import Commit, commit_mark_file
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playlake_contracts.keys import RawKey

# Long after the days of synthetic lakes.
LATER: Final = datetime(2028, 1, 1, tzinfo=UTC)
HISTORY: Final = ("changes", "memberships", "timeline")


def compact(folder: Folder, now: datetime = LATER, **settings: Any) -> list[str]:  # noqa: ANN401
    """Compact a lake; return why each month was made, and the months of the history."""
    reasons: list[str] = []
    compaction = Compaction(folder, held_tables(folder), now, **settings)
    history = compaction.run(lambda plan, made: reasons.append(_line(plan.month, plan.why, made)))
    return [*reasons, *(f"history {month}" for month in history)]


def _line(month: str, why: str, made: object) -> str:
    return f"{month} {why}" + ("" if made is not None else " (not in force)")


def rows(folder: Folder, tables: Sequence[str] = tuple(TABLES)) -> dict[str, Counter[str]]:
    """All rows of tables, as texts."""
    selects = (f"SELECT '{name}', {name}::VARCHAR FROM {name}" for name in tables)
    found: dict[str, Counter[str]] = {name: Counter() for name in tables}
    for name, row in query(folder, " UNION ALL ".join(selects)).rows:
        found[name][row] += 1
    return found


def contained(folder: Folder) -> tuple[int, int]:
    """The number of months in force, and of the parts in them."""
    months = in_force(folder).months
    return len(months), sum(month.parts for month in months.values())


def in_force(folder: Folder) -> InForce:
    """What is in force."""
    return read_in_force(folder)


def overwrite_files(folder: Folder, key: RawKey, raw: bytes) -> None:
    """Write the files of a part anew, as another version of the transformer would make them."""
    made = {file.key: file.body for file in transform(raw, key).files}
    for name, table in TABLES.items():
        there = key.curated(name)
        if there in made:
            folder.overwrite(there, made[there])
        elif name != "loads" and folder.size(there) is not None:
            pq.write_table(table.schema.empty_table(), folder.path(there))


def overwrite_mark(folder: Folder, key: RawKey, raw: bytes) -> None:
    """Write its mark anew, after the files."""
    committed_at = datetime(2026, 12, 24, tzinfo=UTC)
    commit = Commit(etag(raw), len(raw), committed_at, timedelta(seconds=1), "0.1-test")
    mark = commit_mark_file(key, transform(raw, key), commit)
    folder.overwrite(mark.key, mark.body)


class StoppedError(Exception):
    """The process has died."""


@dataclass(frozen=True, slots=True)
class StoppingFolder(Folder):
    """A folder whose process dies before one of its writes.

    Attributes:
        root: the folder.
        left: the writes that are left, as the only item.
    """

    left: list[int]

    def put_new(self, key: str, body: bytes) -> bool:
        self._write()
        return Folder.put_new(self, key, body)

    def put_file(self, key: str, source: Path) -> bool:
        self._write()
        return Folder.put_file(self, key, source)

    def replace(self, key: str, body: bytes, held: str | None) -> bool:
        self._write()
        return Folder.replace(self, key, body, held)

    def remove(self, key: str) -> None:
        self._write()
        Folder.remove(self, key)

    def _write(self) -> None:
        if self.left[0] == 0:
            raise StoppedError
        self.left[0] -= 1
