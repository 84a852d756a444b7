"""Writes the run manifest. It is landed last, and its presence says that the run is complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.keys import RawKey
from playlake_contracts.manifest import Manifest, encode_manifest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from playlake_contracts.manifest import DetailsCounts, PartSummary, PlaylistOutcome
    from playlake_extractor.ports import RawStore, Traffic
    from playlake_extractor.run.definition import Run

CONTENT_TYPE = "application/json"


def make_manifest(  # noqa: PLR0913 - the manifest's fields
    run: Run,
    playlists: Sequence[PlaylistOutcome],
    parts: Sequence[PartSummary],
    *,
    configured: int,
    traffic: Traffic,
    not_before: Mapping[str, datetime] | None = None,
    details: DetailsCounts | None = None,
    consent_ends_on: date | None = None,
    started_at: datetime,
    finished_at: datetime,
) -> Manifest:
    """The manifest of a run that covers `configured` playlists."""
    return Manifest(
        source=run.source,
        run_id=str(run.run_id),
        trigger=run.trigger,
        extractor_version=run.extractor_version,
        scheduled_at=run.run_id.scheduled_at,
        started_at=started_at,
        finished_at=finished_at,
        configured=configured,
        requests=traffic.requests,
        retries=traffic.retries,
        waited_seconds=round(traffic.waited.total_seconds(), 3),
        playlists=list(playlists),
        parts=list(parts),
        not_before=dict(not_before or {}),
        details=details,
        consent_ends_on=consent_ends_on,
        account=run.account,
    )


def land_manifest(run: Run, manifest: Manifest, store: RawStore) -> None:
    """Land the run's last object.

    Raises:
        ValueError: the manifest does not add up.
        LandingFailedError: S3 did not accept it.
        RunTakenError: another extractor has landed a different manifest of the run.
    """
    key = RawKey.of_manifest(run.source, run.run_id)
    store.land(str(key), encode_manifest(manifest), CONTENT_TYPE)
