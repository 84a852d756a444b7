"""Removes metadata of an Iceberg table that nothing refers to any more: that of expired snapshots.

It looks under `iceberg/` alone, so no file of the lake is removed. It is safe beside other syncs: a
table never goes back to an earlier snapshot, and a commit succeeds only on top of the newest one.
So a file that is older than the oldest snapshot, and that this snapshot does not name, was written
for snapshots that are expired or for a commit that can no longer succeed.
`docs/decisions/0042-iceberg-by-a-schedule.md` has the whole argument.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from playlake_contracts.keys import iceberg_prefix
from playlake_iceberg.snapshots import ADOPTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from pyiceberg.table import Table as IcebergTable
    from pyiceberg.table.snapshots import Snapshot

    from playlake_iceberg.tables import Place

# Reading the list of objects costs a request or two, so it is not done in each sync.
_EVERY_SNAPSHOTS: Final = 100
# The times of files are those of S3 or of a machine, whose clocks may differ.
_CLOCKS_DIFFER_BY: Final = timedelta(days=1)
_METADATA: Final = re.compile(
    r"(metadata/[^/]+(\.avro|\.metadata\.json)|adopted/[0-9a-f]{32}\.json\.zst)"
)


def is_due(before: Snapshot | None, after: Snapshot | None) -> bool:
    """Whether a sync has to sweep: it has made a snapshot whose number is a multiple of a hundred.

    Args:
        before: the newest snapshot of the table before the sync.
        after: its newest snapshot after it.
    """
    return _hundreds(before) < _hundreds(after)


def sweep(place: Place, table: IcebergTable) -> int:
    """Remove the metadata that a table does not refer to; return the number of files.

    Args:
        place: where the tables are.
        table: the table as it was before the sync. Readers that began since then find all they
            need.

    Errors of the store and of what stores the metadata are raised as they are.
    """
    head, oldest = table.current_snapshot(), _oldest(table)
    if head is None or oldest is None:
        return 0
    prefix = iceberg_prefix(table.name()[-1])
    written = place.store.written_at(prefix)
    try:
        named = {*_named(table, oldest), *_adopted(place, head)}
    except FileNotFoundError:
        if table.refresh().snapshot_by_id(oldest.snapshot_id) is None:
            return 0  # other syncs have expired what was the oldest, and swept
        raise
    unnamed = [
        key
        for key in _before(written, place, oldest)
        if _METADATA.fullmatch(key.removeprefix(prefix)) and place.location(key) not in named
    ]
    for key in unnamed:
        place.store.remove(key)
    return len(unnamed)


def _hundreds(newest: Snapshot | None) -> int:
    return 0 if newest is None else (newest.sequence_number or 0) // _EVERY_SNAPSHOTS


def _oldest(table: IcebergTable) -> Snapshot | None:
    return min(table.snapshots(), key=lambda each: each.sequence_number or 0, default=None)


def _before(written: Mapping[str, datetime], place: Place, oldest: Snapshot) -> Iterator[str]:
    """The keys of what was written well before the oldest snapshot was committed."""
    committed = next(
        (at for key, at in written.items() if place.location(key) == oldest.manifest_list), None
    )
    if committed is not None:
        yield from (key for key, at in written.items() if at < committed - _CLOCKS_DIFFER_BY)


def _named(table: IcebergTable, oldest: Snapshot) -> Iterator[str]:
    """The addresses of the metadata that a table refers to, if it is older than that snapshot."""
    yield table.metadata_location
    yield from (each.metadata_file for each in table.metadata.metadata_log)
    yield from (each.manifest_list for each in table.snapshots())
    # A manifest that a later snapshot names is in this one as well, or was written after it.
    yield from (each.manifest_path for each in oldest.manifests(table.io))


def _adopted(place: Place, head: Snapshot) -> Iterator[str]:
    """The address of the list of adopted marks that is in force."""
    if head.summary is not None and (key := head.summary.get(ADOPTED)) is not None:
        yield place.location(key)
