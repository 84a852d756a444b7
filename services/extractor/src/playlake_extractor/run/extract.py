"""Carries out a run: makes a plan, reads the playlists, lands them, and writes the manifest.

Nothing is landed twice, however often the same run is started.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import structlog

from playlake_contracts.log_events import (
    PlaylistAccounted,
    RunAlreadyComplete,
    RunFinished,
    RunPlanned,
)
from playlake_extractor.errors import AuthorisationNeededError, StopError
from playlake_extractor.run.bundle import Bundle
from playlake_extractor.run.details import RequestedDetails
from playlake_extractor.run.enrichment import Enricher
from playlake_extractor.run.erasures import cleaning, read_erased
from playlake_extractor.run.fetch import Fetcher
from playlake_extractor.run.manifest_writer import land_manifest, make_manifest
from playlake_extractor.run.plan import make_plan
from playlake_extractor.run.request_budget import RequestBudget, in_fair_order
from playlake_extractor.run.resume import find_landed
from playlake_extractor.run.state_store import load_requested, load_state, save_closed, save_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from playlake_contracts.erased import Erased
    from playlake_contracts.manifest import DetailsCounts, Manifest, PlaylistOutcome
    from playlake_extractor.ports import Clock, ListedPlaylist, RawStore, Source, StateStore
    from playlake_extractor.run.covers import CoverKeeper
    from playlake_extractor.run.definition import Run
    from playlake_extractor.run.details import DetailsOfRun
    from playlake_extractor.run.enrichment import Enrichment
    from playlake_extractor.run.plan import Plan
    from playlake_extractor.run.resume import Landed

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Stores:
    """Where a run lands its objects, and where runs store their state."""

    raw: RawStore
    state: StateStore


def extract(  # noqa: PLR0913 - what a run may do as well comes last
    run: Run,
    wanted: Sequence[str] | None,
    source: Source,
    stores: Stores,
    clock: Clock,
    enrichment: Enrichment | None = None,
    *,
    covers: CoverKeeper | None = None,
) -> Manifest:
    """Carry out a run, and continue where an earlier attempt broke off.

    A playlist that an earlier attempt landed keeps its outcome, even if no longer planned.

    Args:
        run: the run.
        wanted: playlist ids, each once; None for all that the user owns or collaborates on.
        source: the source of the playlists.
        stores: the stores of raw objects and of the state.
        clock: the time, in UTC.
        enrichment: given if details are requested as well.
        covers: given if covers are kept as well.

    Raises:
        StopError: the run cannot continue; starting it again continues it later.
    """
    started_at = clock()
    state = load_state(stores.state, source.name)
    source.respect(state.not_before)
    landed = find_landed(run, stores.raw, state, source)
    if landed.manifest is not None:
        RunAlreadyComplete(outcomes=landed.manifest.counts()).write(log)
        save_run(stores.state, landed.manifest)
        return landed.manifest
    erased = read_erased(stores.raw)
    clean = cleaning(source.name, erased, source.without_users, run.pseudonyms)
    with Bundle(run, stores.raw, clock, first_part=landed.next_part, clean=clean) as bundle:
        named = None if enrichment is None else landed.details.named
        fetcher = Fetcher(run, source, state, bundle, clock, named, covers)
        try:
            carried_out = _carry_out(wanted, landed, fetcher, enrichment, erased)
        except StopError as error:
            if isinstance(error, AuthorisationNeededError):
                bundle.land()
            save_closed(stores.state, source.name, source.not_before, clock())
            raise
    manifest = make_manifest(
        run,
        carried_out.outcomes,
        [*landed.parts, *bundle.parts],
        configured=carried_out.configured,
        traffic=source.traffic,
        not_before=source.not_before,
        details=carried_out.details,
        consent_ends_on=source.consent_ends_on,
        started_at=started_at,
        finished_at=clock(),
    )
    land_manifest(run, manifest, stores.raw)
    save_run(stores.state, manifest, carried_out.mine, fetcher.broken_off)
    _write_finished(manifest, covers)
    return manifest


@dataclass(frozen=True, slots=True)
class _CarriedOut:
    """The results of a run for its manifest.

    Attributes:
        mine: the user's playlists, if they were listed.
    """

    outcomes: list[PlaylistOutcome]
    configured: int
    mine: list[str] | None
    details: DetailsCounts | None


def _carry_out(
    wanted: Sequence[str] | None,
    landed: Landed,
    fetcher: Fetcher,
    enrichment: Enrichment | None,
    erased: Erased,
) -> _CarriedOut:
    # Loaded before the first request, because an unreadable object ends the run.
    known = (
        RequestedDetails()
        if enrichment is None
        else load_requested(enrichment.store, fetcher.source.name)
    )
    plan = make_plan(fetcher.run, wanted, fetcher.state, fetcher.source, erased)
    found = {**_fetch_planned(plan, landed, fetcher), **landed.playlists}
    return _CarriedOut(
        outcomes=[found[one] for one in dict.fromkeys([*landed.playlists, *plan.playlists])],
        configured=len({*landed.playlists, *plan.playlists}),
        mine=plan.mine,
        details=_details(enrichment, known, landed.details, fetcher),
    )


def _fetch_planned(plan: Plan, landed: Landed, fetcher: Fetcher) -> dict[str, PlaylistOutcome]:
    done = {*plan.settled, *landed.playlists}
    RunPlanned(playlists=len({*plan.playlists, *done}), settled=len(done)).write(log)
    for settled in plan.settled.values():
        _write_outcome(settled, fetcher.source.traffic.requests)
    to_fetch = [one for one in plan.playlists if one not in done]
    fetched = {o.playlist_id: o for o in _fetch_all(to_fetch, plan.listed, fetcher)}
    return {**plan.settled, **fetched}


def _fetch_all(
    playlist_ids: Iterable[str], listed: Mapping[str, ListedPlaylist], fetcher: Fetcher
) -> Iterator[PlaylistOutcome]:
    budget = RequestBudget.left_to(fetcher.source)
    for playlist_id in in_fair_order(playlist_ids, fetcher.state, budget):
        outcome = fetcher.fetch(playlist_id, listed.get(playlist_id), budget)
        _write_outcome(outcome, fetcher.source.traffic.requests)
        yield outcome
        fetcher.bundle.roll()  # a part grows old while playlists fail, too
    fetcher.bundle.land()


def _details(
    enrichment: Enrichment | None,
    known: RequestedDetails,
    found: DetailsOfRun,
    fetcher: Fetcher,
) -> DetailsCounts | None:
    if enrichment is None:
        return found.counts() if found.landed else None
    enricher = Enricher(fetcher.run, fetcher.source, fetcher.bundle, fetcher.clock)
    return enricher.enrich(enrichment, known, found)


def _write_outcome(outcome: PlaylistOutcome, requests: int) -> None:
    PlaylistAccounted(
        playlist_id=outcome.playlist_id,
        outcome=outcome.outcome,
        code=outcome.code,
        reason=outcome.reason,
        entries=outcome.entries,
        total=outcome.total,
        part=outcome.part,
        requests=requests,
    ).write(log)


def _write_finished(manifest: Manifest, covers: CoverKeeper | None) -> None:
    RunFinished(
        outcomes=manifest.counts(),
        configured=manifest.configured,
        parts=len(manifest.parts),
        requests=manifest.requests,
        retries=manifest.retries,
        waited_seconds=manifest.waited_seconds,
        details=None if manifest.details is None else msgspec.to_builtins(manifest.details),
        covers=None if covers is None else covers.counts,
        duration_seconds=(manifest.finished_at - manifest.started_at).total_seconds(),
    ).write(log)
