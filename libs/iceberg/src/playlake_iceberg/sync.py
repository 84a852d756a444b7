"""Brings the Iceberg tables of a lake to what is committed.

Each table is read before the marks are listed, and a commit succeeds only if the table is still
what was read. So of two syncs at once none undoes or repeats what the other did: the slower one
looks again. A sync that dies leaves each table as it was, or as it should be. Now and then a sync
removes the metadata of expired snapshots.
"""

from __future__ import annotations

import random
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from pyiceberg.exceptions import CommitFailedException

from playlake_contracts.tables import DATA_TABLES, TABLES
from playlake_iceberg.adopted import START_ANEW, encode_adopted, read_adopted
from playlake_iceberg.errors import BusyTableError, ForeignTableError
from playlake_iceberg.planning import after, steps_of
from playlake_iceberg.snapshots import ADOPTED, RUN, Commit
from playlake_iceberg.sweeping import is_due, sweep
from playlake_iceberg.tables import open_table
from playlake_lake.marks import mark_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from pyiceberg.table import Table as IcebergTable
    from pyiceberg.table.snapshots import Snapshot

    from playlake_iceberg.planning import Step
    from playlake_iceberg.row_counts import RowCounts
    from playlake_iceberg.tables import Place

# The tables that are adopted. Commit marks come last, as in the lake. Quarantine is left out: its
# rows expire earlier than their marks.
ADOPTED_TABLES: Final = (*(table.name for table in DATA_TABLES), "loads")
# Each commit writes the metadata of the table anew, so many runs share one.
_STEPS_A_COMMIT: Final = 50
_ATTEMPTS: Final = 20
_LONGEST_PAUSE_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did to a table.

    Attributes:
        table: its name.
        snapshots: the number of new snapshots.
        added: the number of files that came in.
        removed: the number of files that went out.
        swept: the number of files of old metadata that were removed.
        rows: the number of rows that it has now.
        run_id: the run of its newest snapshot; None if it has none.
    """

    table: str
    snapshots: int
    added: int
    removed: int
    swept: int
    rows: int
    run_id: str | None


class _MovedError(Exception):
    """Another sync has committed since the table was read."""


def sync(
    place: Place,
    tables: Collection[str],
    counts: RowCounts,
    keep: int,
    done: Callable[[Synced], None] = lambda _: None,
) -> list[Synced]:
    """Bring the Iceberg tables to what is committed; without new commits nothing is written.

    Args:
        place: where they are.
        tables: the tables that the lake holds; those of `ADOPTED_TABLES` among them are adopted.
        counts: reads the marks of the lake.
        keep: the number of runs that have a snapshot, at least 1.
        done: takes what was done to each table.

    Raises:
        IcebergError: a table is not as a sync left it, or others commit to it again and again.
        DamagedLakeError: a committed file is missing or unreadable.
    """
    found = []
    for name in (name for name in ADOPTED_TABLES if name in tables):
        found.append(_synced(place, name, counts, keep))
        done(found[-1])
    return found


def _synced(place: Place, name: str, counts: RowCounts, keep: int) -> Synced:
    first: IcebergTable | None = None
    snapshots = added = removed = 0
    for _ in _attempts(name):
        with suppress(CommitFailedException, _MovedError):
            while True:
                table = open_table(place, TABLES[name])
                first = table if first is None else first
                made, more, fewer = _advance(place, table, counts, keep)
                snapshots, added, removed = snapshots + made, added + more, removed + fewer
                if not made:
                    swept = _swept(place, first, table)
                    return Synced(name, snapshots, added, removed, swept, *_state(table))
    raise AssertionError  # the attempts end with an error


def _swept(place: Place, before: IcebergTable, after: IcebergTable) -> int:
    """Remove what the table did not refer to before the sync, if it is time; the files removed."""
    is_time = is_due(before.current_snapshot(), after.current_snapshot())
    return sweep(place, before) if is_time else 0


def _attempts(name: str) -> Iterator[None]:
    for _ in range(_ATTEMPTS):
        yield
        time.sleep(random.uniform(0, _LONGEST_PAUSE_SECONDS))  # noqa: S311 - no secret
    raise BusyTableError(
        f"others commit to the Iceberg table {name} again and again: let them end, then run "
        "`playlake iceberg sync` again"
    )


def _advance(
    place: Place, table: IcebergTable, counts: RowCounts, keep: int
) -> tuple[int, int, int]:
    """Commit the next snapshots of a table: how many, and the files that came and went.

    Raises:
        CommitFailedException: another sync has committed.
        _MovedError: likewise.
    """
    before, adopted = _adopted(place, table)
    # The marks are listed after the table was read: what it has adopted was there before.
    marks = mark_versions(place.store)
    steps = steps_of(adopted, marks, keep)
    if not steps:
        return 0, 0, 0
    counts.read(chain.from_iterable(step.added for step in steps))
    steps = steps[:_STEPS_A_COMMIT]
    key, body = encode_adopted(table.name()[-1], after(adopted, marks, steps), before)
    place.store.put_new(key, body)
    added, removed = _committed(Commit(place, table, counts, keep), steps, key)
    if before is not None:
        place.store.remove(before)
    return len(steps), added, removed


def _adopted(place: Place, table: IcebergTable) -> tuple[str | None, Mapping[str, str]]:
    """The key of the list of the marks that a table has adopted, and the marks."""
    head = table.current_snapshot()
    if head is None:
        return None, {}
    key = None if head.summary is None else head.summary.get(ADOPTED)
    if key is None:
        raise ForeignTableError(
            f"another program has written to the Iceberg table {table.name()[-1]}, in snapshot "
            f"{head.snapshot_id}: {START_ANEW}"
        )
    found = read_adopted(place.store, key)
    if found is not None:
        return key, found
    _check_is_still(table, head)
    raise ForeignTableError(f"{key} is missing though the table needs it: {START_ANEW}")


def _committed(commit: Commit, steps: Sequence[Step], key: str) -> tuple[int, int]:
    """Commit steps; see `Commit.of`."""
    head = commit.table.current_snapshot()
    try:
        return commit.of(steps, key)
    except FileNotFoundError:
        _check_is_still(commit.table, head)  # or other syncs have expired what was read, and swept
        raise


def _check_is_still(table: IcebergTable, head: Snapshot | None) -> None:
    """Raise `_MovedError` if the newest snapshot of a table is another one by now."""
    if table.refresh().current_snapshot() != head:
        raise _MovedError


def _state(table: IcebergTable) -> tuple[int, str | None]:
    """The number of rows of a table, and the run of its newest snapshot."""
    head = table.current_snapshot()
    if head is None or head.summary is None:
        return 0, None
    return int(head.summary.get("total-records") or 0), head.summary.get(RUN)
