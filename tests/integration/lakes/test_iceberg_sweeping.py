"""Metadata of expired snapshots is removed, and nothing else. All data is synthetic."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from historical_lakes import commit_run, read
from iceberg_tables import iceberg_rows, lake_rows, opened, synced
from landed import entry

from playlake_contracts.keys import CURATED_PREFIX, ICEBERG_CATALOG_KEY, ICEBERG_PREFIX
from playlake_iceberg import sweeping, tables
from playlake_iceberg import sync as syncing
from playlake_iceberg.sqlite_catalog import in_folder

if TYPE_CHECKING:
    from playlake_iceberg.tables import Place
    from playlake_lake.folder import Folder

HOUR = datetime(2026, 11, 22, 6, tzinfo=UTC)
TABLE = "run_outcomes"
KEEP = 3


@pytest.fixture
def place(full: Folder, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The Iceberg tables of the lake `full`, which are swept at each snapshot."""
    monkeypatch.setattr(sweeping, "_EVERY_SNAPSHOTS", 1)
    return in_folder(full)


@pytest.fixture
def _merging(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each commit merges the manifests, as otherwise one in a hundred does."""
    monkeypatch.setitem(tables._PROPERTIES, "commit.manifest.min-count-to-merge", "2")


def sync_after_a_run(place: Place, folder: Folder, hour: int) -> int:
    """Commit a run and sync; return the number of files that were swept."""
    commit_run(folder, HOUR + timedelta(hours=hour), [read("p", [entry(hour)])])
    return synced(place, (TABLE,), KEEP)[TABLE].swept


def grow_older(folder: Folder, days: int = 2) -> None:
    """Move the times of all metadata back, as if that many days had passed."""
    for key in folder.keys(ICEBERG_PREFIX):
        stat = folder.path(key).stat()
        back = timedelta(days=days).total_seconds()
        os.utime(folder.path(key), (stat.st_atime, stat.st_mtime - back))


def metadata(folder: Folder) -> set[str]:
    """The paths of all metadata of the tables."""
    keys = folder.keys(ICEBERG_PREFIX)
    return {str(folder.path(key)) for key in keys if key != ICEBERG_CATALOG_KEY}


def referred_to(place: Place) -> set[str]:
    """The paths of all that a table refers to, found by reading every snapshot."""
    table = opened(place, TABLE)
    head = table.current_snapshot()
    assert head is not None
    assert head.summary is not None
    lists = {each.manifest_list for each in table.snapshots()}
    manifests = {
        manifest.manifest_path
        for each in table.snapshots()
        for manifest in each.manifests(table.io)
    }
    versions = {
        table.metadata_location,
        *(log.metadata_file for log in table.metadata.metadata_log),
    }
    return {*lists, *manifests, *versions, place.location(str(head.summary["playlake.adopted"]))}


@pytest.mark.usefixtures("_merging")
def test_what_expired_snapshots_leave_is_removed_and_nothing_else(
    full: Folder, place: Place
) -> None:
    swept, left = [], []
    for hour in range(9):
        swept.append(sync_after_a_run(place, full, hour))
        left.append(metadata(full) - referred_to(place))
        grow_older(full)
        assert referred_to(place) <= metadata(full)
    assert swept[:KEEP] == [0] * KEEP
    # Each sync leaves a list and manifests, and removes those of the sync before the last.
    assert sum(swept) > 8
    assert max(map(len, left)) == max(map(len, left[:6]))
    assert not any(left[2] & each for each in left[6:])
    assert iceberg_rows(place, (TABLE,)) == lake_rows(full, (TABLE,))


def test_every_snapshot_that_is_kept_is_read_after_a_sweep(full: Folder, place: Place) -> None:
    for hour in range(5):
        sync_after_a_run(place, full, hour)
        grow_older(full)
    table = opened(place, TABLE)
    assert len(table.snapshots()) == KEEP
    totals = [
        table.scan(snapshot_id=each.snapshot_id).to_arrow().num_rows for each in table.snapshots()
    ]
    assert totals == sorted(set(totals))
    assert totals[-1] == lake_rows(full, (TABLE,))[TABLE].total()


def test_a_file_that_is_not_metadata_of_the_table_stays(full: Folder, place: Place) -> None:
    before = full.versions(CURATED_PREFIX)
    own = ("notes.txt", "metadata/deeper/a.avro", "metadata/a.avro.kept", "own/metadata/a.avro")
    for name in own:
        full.overwrite(f"{ICEBERG_PREFIX}{TABLE}/{name}", b"somebody's own")
    for hour in range(5):
        sync_after_a_run(place, full, hour)
        grow_older(full)
    left = set(full.keys(f"{ICEBERG_PREFIX}{TABLE}/"))
    assert {f"{ICEBERG_PREFIX}{TABLE}/{name}" for name in own} <= left
    assert before.items() <= full.versions(CURATED_PREFIX).items()


def test_what_another_sync_has_written_for_its_next_commit_stays(
    full: Folder, place: Place
) -> None:
    """It may be as old as the newest snapshot, but for the clocks' difference."""
    for hour in range(4):
        sync_after_a_run(place, full, hour)
    staged = f"{ICEBERG_PREFIX}{TABLE}/metadata/00000000-staged-m0.avro"
    full.overwrite(staged, b"synthetic")
    assert sync_after_a_run(place, full, 5) == 0
    grow_older(full)
    sync_after_a_run(place, full, 6)
    assert staged in full.keys(ICEBERG_PREFIX)
    # Once all snapshots are newer by a day, nobody can commit it any more.
    for hour in range(7, 10):
        grow_older(full)
        sync_after_a_run(place, full, hour)
    assert staged not in full.keys(ICEBERG_PREFIX)


@pytest.mark.usefixtures("_merging")
def test_syncs_at_once_that_sweep_leave_whole_tables(
    full: Folder, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are not a day old here: the order alone has to protect what is committed."""
    monkeypatch.setattr(syncing, "_LONGEST_PAUSE_SECONDS", 0.1)
    monkeypatch.setattr(sweeping, "_CLOCKS_DIFFER_BY", timedelta())

    def commit_and_sync(hour: int) -> int:
        return sync_after_a_run(in_folder(full), full, hour)

    with ThreadPoolExecutor(3) as pool:
        swept = list(pool.map(commit_and_sync, range(12)))
    assert sum(swept) > 0
    synced(place, (TABLE,), KEEP)
    assert referred_to(place) <= metadata(full)
    assert iceberg_rows(place, (TABLE,)) == lake_rows(full, (TABLE,))


def test_a_sync_whose_oldest_snapshot_others_have_swept_leaves_it_to_them(
    full: Folder, place: Place
) -> None:
    sync_after_a_run(place, full, 0)
    as_it_was = opened(place, TABLE)
    for hour in range(1, 7):
        sync_after_a_run(place, full, hour)
        grow_older(full)
    assert sweeping.sweep(place, as_it_was) == 0
    assert referred_to(place) <= metadata(full)


def test_a_list_of_manifests_that_is_missing_is_no_sweep_of_others(
    full: Folder, place: Place
) -> None:
    for hour in range(4):
        sync_after_a_run(place, full, hour)
    table = opened(place, TABLE)
    oldest = min(table.snapshots(), key=lambda each: each.sequence_number or 0)
    Path(oldest.manifest_list).unlink()
    with pytest.raises(FileNotFoundError):
        sweeping.sweep(place, table)


def test_a_table_is_swept_once_in_a_hundred_snapshots(
    full: Folder, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "_EVERY_SNAPSHOTS", 100)
    for hour in range(5):
        assert sync_after_a_run(place, full, hour) == 0
        grow_older(full)
    newest = opened(place, TABLE).current_snapshot()
    assert newest is not None
    at = {
        number: newest.model_copy(update={"sequence_number": number})
        for number in (98, 99, 100, 150)
    }
    assert not sweeping.is_due(at[98], at[99])
    assert sweeping.is_due(at[99], at[100])
    assert sweeping.is_due(None, at[150])
    assert not sweeping.is_due(at[100], at[150])
