"""The run's account of itself: the manifest, landed last, which makes the run complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.keys import RawKey
from playlake_contracts.manifest import Manifest, encode_manifest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from playlake_contracts.manifest import PartSummary, PlaylistOutcome
    from playlake_extractor.domain.runs import Run
    from playlake_extractor.ports import RawStore

CONTENT_TYPE = "application/json"


def account(
    run: Run,
    playlists: Sequence[PlaylistOutcome],
    parts: Sequence[PartSummary],
    *,
    requests: int,
    started_at: datetime,
    finished_at: datetime,
) -> Manifest:
    """The manifest of a run whose every playlist has its outcome."""
    return Manifest(
        source=run.source,
        run_id=str(run.run_id),
        trigger=run.trigger,
        extractor_version=run.extractor_version,
        scheduled_at=run.run_id.scheduled_at,
        started_at=started_at,
        finished_at=finished_at,
        configured=len(playlists),
        requests=requests,
        playlists=list(playlists),
        parts=list(parts),
    )


def land_manifest(run: Run, manifest: Manifest, store: RawStore) -> None:
    """Land the run's last object.

    Raises:
        ValueError: the account does not add up.
        LandingFailedError: S3 did not take it.
    """
    key = RawKey.of_manifest(run.source, run.run_id)
    store.land(str(key), encode_manifest(manifest), CONTENT_TYPE)
