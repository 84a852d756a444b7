"""The use case: fetch every planned playlist, bundle and land the snapshots, account for all.

However often the same run is started, nothing is landed twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from playlake_contracts.manifest import Outcome
from playlake_extractor.account import account, land_manifest
from playlake_extractor.bundle import Bundle
from playlake_extractor.earlier import find_earlier
from playlake_extractor.errors import AuthorisationNeededError
from playlake_extractor.fetch import Fetcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playlake_contracts.manifest import Manifest, PlaylistOutcome
    from playlake_extractor.domain.runs import Run
    from playlake_extractor.ports import Clock, RawStore, Spotify

log = structlog.get_logger()


def extract(
    run: Run, playlist_ids: Iterable[str], spotify: Spotify, store: RawStore, clock: Clock
) -> Manifest:
    """Carry a run to its manifest, going on where an earlier attempt broke off.

    A playlist that an earlier attempt landed stays accounted for, even if no longer planned.

    Raises:
        AuthorisationNeededError: Spotify refused the credentials; what was read is landed.
        LandingFailedError: S3 failed; starting the run again continues it.
    """
    started_at = clock()
    earlier = find_earlier(run, store)
    if earlier.manifest is not None:
        log.info("run_already_complete", outcomes=earlier.manifest.counts())
        return earlier.manifest
    missing = [playlist_id for playlist_id in playlist_ids if playlist_id not in earlier.playlists]
    with Bundle(run, store, clock, first_part=earlier.next_part) as bundle:
        fetched = list(_fetch_all(missing, Fetcher(run, spotify, bundle, clock)))
    manifest = account(
        run,
        [*earlier.playlists.values(), *fetched],
        [*earlier.parts, *bundle.parts],
        requests=spotify.requests,
        started_at=started_at,
        finished_at=clock(),
    )
    land_manifest(run, manifest, store)
    _log_finished(manifest)
    return manifest


def _fetch_all(playlist_ids: Iterable[str], fetcher: Fetcher) -> Iterator[PlaylistOutcome]:
    try:
        for playlist_id in playlist_ids:
            outcome = fetcher.fetch(playlist_id)
            _log_outcome(outcome)
            yield outcome
            fetcher.bundle.roll()  # a part grows old while playlists fail, too
    except AuthorisationNeededError:
        fetcher.bundle.land()
        raise
    fetcher.bundle.land()


def _log_outcome(outcome: PlaylistOutcome) -> None:
    tell = log.info if outcome.outcome is Outcome.LANDED else log.warning
    tell(
        "playlist_accounted",
        playlist_id=outcome.playlist_id,
        outcome=outcome.outcome,
        code=outcome.code,
        reason=outcome.reason,
        entries=outcome.entries,
        total=outcome.total,
        part=outcome.part,
    )


def _log_finished(manifest: Manifest) -> None:
    log.info(
        "run_finished",
        outcomes=manifest.counts(),
        configured=manifest.configured,
        parts=len(manifest.parts),
        requests=manifest.requests,
        duration_seconds=(manifest.finished_at - manifest.started_at).total_seconds(),
    )
