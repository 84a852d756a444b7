"""Saved snapshots are landed as one run, by the code that lands what the extractor fetches.

The run's id, its parts and its manifest follow from the responses and their moment alone, so
the same import a second time, or after one that broke off, lands nothing twice.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from typing import TYPE_CHECKING

from playlake_contracts.keys import RawKey, run_prefix
from playlake_contracts.raw import Head
from playlake_contracts.runs import RunId
from playlake_extractor.ports import Traffic
from playlake_extractor.run import playlist_outcomes as outcomes
from playlake_extractor.run.bundle import Bundle, Snapshot
from playlake_extractor.run.definition import SOURCE, Run
from playlake_extractor.run.manifest_writer import account, land_manifest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from playlake.importing.snapshots import SavedSnapshot
    from playlake_contracts.manifest import PlaylistOutcome
    from playlake_extractor.ports import RawStore


def run_id_of(snapshots: Iterable[SavedSnapshot], at: datetime) -> RunId:
    """The id of the run that lands snapshots, in whatever order and files they were saved."""
    responses = (response for snapshot in snapshots for response in snapshot.responses)
    digests = sorted(hashlib.sha256(response.body).hexdigest() for response in responses)
    return RunId.derive(SOURCE, at, *digests)


def is_landed(run_id: RunId, store: RawStore) -> bool:
    """Whether a run is complete: its manifest is landed.

    Raises:
        LandingFailedError: S3 did not answer.
    """
    manifest = RawKey.of_manifest(SOURCE, run_id)
    return str(manifest) in store.keys(run_prefix(SOURCE, run_id))


def land(snapshots: Iterable[SavedSnapshot], run_id: RunId, store: RawStore) -> None:
    """Land snapshots and the manifest of their run.

    Raises:
        LandingFailedError: S3 did not take an object; landing again continues.
    """
    run = Run(run_id, version("playlake-extractor"), trigger="import")
    at = run_id.scheduled_at
    in_order = sorted(snapshots, key=lambda snapshot: snapshot.playlist_id)
    with Bundle(run, store, lambda: at) as bundle:
        landed = [_add(snapshot, run, bundle) for snapshot in in_order]
        bundle.land()
    manifest = account(
        run,
        landed,
        bundle.parts,
        configured=len(in_order),
        traffic=Traffic(),
        started_at=at,
        finished_at=at,
    )
    land_manifest(run, manifest, store)


def _add(snapshot: SavedSnapshot, run: Run, bundle: Bundle) -> PlaylistOutcome:
    head = Head(
        source=run.source,
        playlist_id=snapshot.playlist_id,
        run_id=str(run.run_id),
        fetched_at=run.run_id.scheduled_at,
        snapshot_id=snapshot.playlist.snapshot_id,
    )
    playlist = snapshot.response.body if snapshot.response else None
    pages = (page.body for page in snapshot.pages)
    part = bundle.add(Snapshot(head, lambda: playlist, pages, lambda: snapshot.tail))
    return outcomes.landed(
        snapshot.playlist_id, snapshot.playlist, snapshot.tail, total=snapshot.total, part=part
    )
