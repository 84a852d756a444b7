"""The use case: plan, fetch what the plan leaves, bundle and land it, account for all, remember.

However often the same run is started, nothing is landed twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import structlog

from playlake_contracts.outcomes import Outcome
from playlake_extractor.errors import AuthorisationNeededError, StopError
from playlake_extractor.run.bundle import Bundle
from playlake_extractor.run.details import Asked
from playlake_extractor.run.enrichment import Enricher
from playlake_extractor.run.fetch import Fetcher
from playlake_extractor.run.manifest_writer import account, land_manifest
from playlake_extractor.run.plan import make_plan
from playlake_extractor.run.resume import find_earlier
from playlake_extractor.run.state_store import keep, keep_closed, recall, recall_asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from playlake_contracts.manifest import DetailsCounts, Manifest, PlaylistOutcome
    from playlake_extractor.ports import Clock, RawStore, Spotify, StateStore
    from playlake_extractor.run.definition import Run
    from playlake_extractor.run.details import Found
    from playlake_extractor.run.enrichment import Enrichment
    from playlake_extractor.run.plan import Plan
    from playlake_extractor.run.resume import Earlier
    from playlake_extractor.sources.spotify.responses import Listed

_AS_WISHED = {Outcome.LANDED, Outcome.UNCHANGED}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Stores:
    """Where a run lands, and where runs remember."""

    raw: RawStore
    state: StateStore


def extract(
    run: Run,
    wanted: Sequence[str] | None,
    spotify: Spotify,
    stores: Stores,
    clock: Clock,
    enrichment: Enrichment | None = None,
) -> Manifest:
    """Carry a run to its manifest, going on where an earlier attempt broke off.

    A playlist that an earlier attempt landed stays accounted for, even if no longer planned.

    Args:
        run: the run.
        wanted: playlist ids, each once; None: all that the user owns or collaborates on.
        spotify: where they are read.
        stores: where they are landed.
        clock: the time, in UTC.
        enrichment: whether details of their artists and albums are asked for as well.

    Raises:
        StopError: the run cannot go on; what was read is landed, and starting it again continues.
    """
    started_at = clock()
    state = recall(stores.state)
    spotify.respect(state.not_before)
    earlier = find_earlier(run, stores.raw, state)
    if earlier.manifest is not None:
        log.info("run_already_complete", outcomes=earlier.manifest.counts())
        keep(stores.state, earlier.manifest)
        return earlier.manifest
    with Bundle(run, stores.raw, clock, first_part=earlier.next_part) as bundle:
        named = None if enrichment is None else earlier.found.named
        fetcher = Fetcher(run, spotify, state, bundle, clock, named)
        try:
            carried = _carry(wanted, earlier, fetcher, enrichment)
        except StopError as error:
            if isinstance(error, AuthorisationNeededError):
                bundle.land()
            keep_closed(stores.state, spotify.not_before, clock())
            raise
    manifest = account(
        run,
        carried.outcomes,
        [*earlier.parts, *bundle.parts],
        configured=carried.configured,
        traffic=spotify.traffic,
        not_before=spotify.not_before,
        details=carried.details,
        started_at=started_at,
        finished_at=clock(),
    )
    land_manifest(run, manifest, stores.raw)
    keep(stores.state, manifest, carried.mine)
    _log_finished(manifest)
    return manifest


@dataclass(frozen=True, slots=True)
class _Carried:
    """What a run comes to, short of its manifest.

    Attributes:
        mine: the user's playlists, where they were listed.
    """

    outcomes: list[PlaylistOutcome]
    configured: int
    mine: list[str] | None
    details: DetailsCounts | None


def _carry(
    wanted: Sequence[str] | None,
    earlier: Earlier,
    fetcher: Fetcher,
    enrichment: Enrichment | None,
) -> _Carried:
    # Read before anything is asked of Spotify, for what cannot be read ends the run.
    known = Asked() if enrichment is None else recall_asked(enrichment.store)
    plan = make_plan(fetcher.run, wanted, fetcher.state, fetcher.spotify)
    found = {**_carry_out(plan, earlier, fetcher), **earlier.playlists}
    return _Carried(
        outcomes=[found[one] for one in dict.fromkeys([*earlier.playlists, *plan.playlists])],
        configured=len({*earlier.playlists, *plan.playlists}),
        mine=plan.mine,
        details=_details(enrichment, known, earlier.found, fetcher),
    )


def _carry_out(plan: Plan, earlier: Earlier, fetcher: Fetcher) -> dict[str, PlaylistOutcome]:
    done = {*plan.settled, *earlier.playlists}
    log.info("run_planned", playlists=len({*plan.playlists, *done}), settled=len(done))
    left = [one for one in plan.playlists if one not in earlier.playlists]
    for settled in plan.settled.values():
        _log_outcome(settled, fetcher.spotify.traffic.requests)
    to_fetch = [one for one in left if one not in plan.settled]
    fetched = {o.playlist_id: o for o in _fetch_all(to_fetch, plan.listed, fetcher)}
    return {**plan.settled, **fetched}


def _fetch_all(
    playlist_ids: Iterable[str], listed: Mapping[str, Listed], fetcher: Fetcher
) -> Iterator[PlaylistOutcome]:
    for playlist_id in playlist_ids:
        outcome = fetcher.fetch(playlist_id, listed.get(playlist_id))
        _log_outcome(outcome, fetcher.spotify.traffic.requests)
        yield outcome
        fetcher.bundle.roll()  # a part grows old while playlists fail, too
    fetcher.bundle.land()


def _details(
    enrichment: Enrichment | None, known: Asked, found: Found, fetcher: Fetcher
) -> DetailsCounts | None:
    if enrichment is None:
        return found.counts() if found.landed else None
    enricher = Enricher(fetcher.run, fetcher.spotify, fetcher.bundle, fetcher.clock)
    return enricher.enrich(enrichment, known, found)


def _log_outcome(outcome: PlaylistOutcome, requests: int) -> None:
    tell = log.info if outcome.outcome in _AS_WISHED else log.warning
    tell(
        "playlist_accounted",
        playlist_id=outcome.playlist_id,
        outcome=outcome.outcome,
        code=outcome.code,
        reason=outcome.reason,
        entries=outcome.entries,
        total=outcome.total,
        part=outcome.part,
        requests=requests,
    )


def _log_finished(manifest: Manifest) -> None:
    log.info(
        "run_finished",
        outcomes=manifest.counts(),
        configured=manifest.configured,
        parts=len(manifest.parts),
        requests=manifest.requests,
        retries=manifest.retries,
        waited_seconds=manifest.waited_seconds,
        details=None if manifest.details is None else msgspec.to_builtins(manifest.details),
        duration_seconds=(manifest.finished_at - manifest.started_at).total_seconds(),
    )
