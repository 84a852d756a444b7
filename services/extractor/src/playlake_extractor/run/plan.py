"""The plan of a run: which playlists it covers, and which of them need not be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from playlake_contracts.erased import NOTHING
from playlake_contracts.log_events import PlaylistLeftOut
from playlake_contracts.outcomes import Outcome
from playlake_extractor.errors import PlaylistError, ReadTooLittleError, StoppedEarlyError
from playlake_extractor.run import playlist_outcomes
from playlake_extractor.run.erasures import without_erased
from playlake_extractor.run.state import State, in_force

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from playlake_contracts.erased import Erased
    from playlake_contracts.manifest import PlaylistOutcome
    from playlake_extractor.ports import ListedPlaylist, OwnPlaylists, Source
    from playlake_extractor.run.definition import Run

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a run.

    Attributes:
        playlists: the ids of all playlists that the run covers, each once.
        settled: the outcomes of those that need not be read.
        listed: the entries of listed playlists, by id.
        mine: the ids of the user's own playlists, if they were listed.
    """

    playlists: tuple[str, ...]
    settled: dict[str, PlaylistOutcome] = field(default_factory=dict)
    listed: dict[str, ListedPlaylist] = field(default_factory=dict)
    mine: list[str] | None = None


def make_plan(
    run: Run,
    wanted: Sequence[str] | None,
    state: State,
    source: Source,
    erased: Erased = NOTHING,
) -> Plan:
    """Plan a run.

    Args:
        run: the run.
        wanted: playlist ids, each once; None for all that the user owns or collaborates on.
        state: what earlier runs stored.
        source: lists playlists.
        erased: what was erased from the lake; the run does not cover it.

    Raises:
        AuthorisationNeededError: the source refused the credentials.
        ConfigurationError: the credentials belong to no user, so there is no list.
        StoppedEarlyError: a quota or the budget allows no request for the list, and no earlier run
            has stored it.
        ReadTooLittleError: the list cannot be read for another reason, and is not stored either.
    """
    if wanted is None:
        return _plan_own(run, state, source, erased)
    wanted = without_erased(wanted, source.name, erased)
    maybe = {one for one in wanted if _may_be_in_force(run, one, state)}
    listed = {one.playlist_id: one for one in source.listed(wanted, maybe)}
    return Plan(tuple(wanted), _settled(run, wanted, listed, state), listed)


def _plan_own(run: Run, state: State, source: Source, erased: Erased) -> Plan:
    try:
        own = source.own_playlists()
    except PlaylistError as error:
        return _plan_as_listed_before(state, error, source, erased)
    _warn_of_left_out(own)
    listed = {one.playlist_id: one for one in own.playlists}
    listed = {one: listed[one] for one in without_erased(listed, source.name, erased)}
    return Plan(tuple(listed), _settled(run, listed, listed, state), listed, list(listed))


def _plan_as_listed_before(
    state: State, error: PlaylistError, source: Source, erased: Erased
) -> Plan:
    if state.mine is None:
        is_limited = error.outcome is Outcome.RATE_LIMITED
        stop = StoppedEarlyError if is_limited else ReadTooLittleError
        raise stop(f"the user's playlists cannot be listed now: {error}") from error
    log.warning("listed_as_last_time", playlists=len(state.mine), reason=str(error))
    return Plan(tuple(without_erased(state.mine, source.name, erased)))


def _warn_of_left_out(own: OwnPlaylists) -> None:
    for one in own.left_out:
        PlaylistLeftOut(playlist_id=one.playlist_id, reason=one.reason).write(log)


def _may_be_in_force(run: Run, playlist_id: str, state: State) -> bool:
    last = state.playlists.get(playlist_id)
    return last is not None and in_force(last, last.snapshot_id, run)


def _settled(
    run: Run, wanted: Iterable[str], listed: Mapping[str, ListedPlaylist], state: State
) -> dict[str, PlaylistOutcome]:
    return dict(_unchanged(run, [listed[one] for one in wanted if one in listed], state))


def _unchanged(
    run: Run, listed: Iterable[ListedPlaylist], state: State
) -> Iterator[tuple[str, PlaylistOutcome]]:
    for one in listed:
        before = state.playlists.get(one.playlist_id)
        if before is not None and in_force(before, one.snapshot_id, run):
            yield (
                one.playlist_id,
                playlist_outcomes.unchanged(one.playlist_id, one.name, one.snapshot_id, before),
            )
