"""The plan of a run: which playlists it is asked for, and which of them need not be read.

`GET /me/playlists` tells the version of fifty playlists at once. It is asked as long as that is
cheaper than to ask for each playlist on its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from playlake_extractor.errors import (
    AuthorisationNeededError,
    ConfigurationError,
    ForbiddenError,
    PlaylistError,
    StoppedEarlyError,
)
from playlake_extractor.run import playlist_outcomes as outcomes
from playlake_extractor.run.state import State, in_force
from playlake_extractor.sources.spotify.responses import (
    Listed,
    Listing,
    decode_listing,
    decode_user,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from playlake_contracts.manifest import PlaylistOutcome
    from playlake_extractor.ports import Spotify
    from playlake_extractor.run.definition import Run

# https://developer.spotify.com/documentation/web-api/reference/get-a-list-of-current-users-playlists
_LISTED_AT_ONCE = 50

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do.

    Attributes:
        playlists: every playlist that the run is asked for, once.
        settled: the outcomes of those that need not be read.
        listed: those that stand in the user's list, as they stand there.
        mine: the playlists of the user, where they were listed for it.
    """

    playlists: tuple[str, ...]
    settled: dict[str, PlaylistOutcome] = field(default_factory=dict)
    listed: dict[str, Listed] = field(default_factory=dict)
    mine: list[str] | None = None


def make_plan(run: Run, wanted: Sequence[str] | None, state: State, spotify: Spotify) -> Plan:
    """Plan a run.

    Args:
        run: the run.
        wanted: playlist ids, each once; None: all that the user owns or collaborates on.
        state: what earlier runs remember.
        spotify: asked for the user's list.

    Raises:
        AuthorisationNeededError: Spotify refused the credentials.
        ConfigurationError: without a user nobody's playlists are all.
        StoppedEarlyError: the list cannot be had now, and no earlier run had it.
    """
    if wanted is None:
        return _plan_mine(run, state, spotify)
    listed = _found(_listed_for(run, wanted, state, spotify))
    return Plan(tuple(wanted), _settled(run, wanted, listed, state), listed)


def _plan_mine(run: Run, state: State, spotify: Spotify) -> Plan:
    if not spotify.speaks_for_a_user:
        raise ConfigurationError(
            "PLAYLAKE_PLAYLISTS is mine, but there is no user: set PLAYLAKE_SPOTIFY_REFRESH_TOKEN, "
            "or name the playlists"
        )
    try:
        user = decode_user(spotify.user())
        listed = _found(_all_listed(spotify))
    except ForbiddenError as error:
        raise AuthorisationNeededError(
            f"{error} when asked who the user is: the app's owner needs Spotify Premium, and the "
            "user a place on the app's list in Spotify's dashboard, under User Management"
        ) from error
    except PlaylistError as error:
        return _plan_as_last_time(state, error)
    mine = [one.id for one in listed.values() if one.collaborative or one.owner == user]
    return Plan(tuple(mine), _settled(run, mine, listed, state), listed, mine)


def _plan_as_last_time(state: State, error: PlaylistError) -> Plan:
    if state.mine is None:
        message = f"the user's playlists cannot be listed now: {error}"
        raise StoppedEarlyError(message) from error
    log.warning("listed_as_last_time", playlists=len(state.mine), reason=str(error))
    return Plan(tuple(state.mine))


def _listed_for(
    run: Run, wanted: Sequence[str], state: State, spotify: Spotify
) -> Iterator[Listed]:
    """The user's list, as far as it may spare more requests than it costs.

    It tells which playlists did not change, and of the long ones the version to check.
    """
    sought = {one for one in wanted if _may_serve(run, one, state)}
    if len(wanted) > _LISTED_AT_ONCE:
        sought = set(wanted)
    pages = _pages(spotify) if spotify.speaks_for_a_user and len(sought) > 1 else iter(())
    try:
        for number, page in enumerate(pages, start=1):
            yield from filter(None, page.items)
            sought -= {one.id for one in page.items if one is not None}
            pages_left = -(-(page.total or 0) // _LISTED_AT_ONCE) - number
            if pages_left >= len(sought):
                return
    except PlaylistError as error:
        log.warning("not_listed", reason=str(error))


def _all_listed(spotify: Spotify) -> Iterator[Listed]:
    for page in _pages(spotify):
        yield from filter(None, page.items)


def _pages(spotify: Spotify) -> Iterator[Listing]:
    offset = 0
    while True:
        page = decode_listing(spotify.my_playlists(offset))
        yield page
        offset += _LISTED_AT_ONCE
        if page.next is None or offset >= (page.total or 0):
            return


def _found(listed: Iterable[Listed]) -> dict[str, Listed]:
    """By id, each once: a playlist that moves meanwhile is on two pages."""
    return {one.id: one for one in listed}


def _may_serve(run: Run, playlist_id: str, state: State) -> bool:
    remembered = state.playlists.get(playlist_id)
    return remembered is not None and in_force(remembered, remembered.snapshot_id, run)


def _settled(
    run: Run, wanted: Iterable[str], listed: dict[str, Listed], state: State
) -> dict[str, PlaylistOutcome]:
    return dict(_unchanged(run, [listed[one] for one in wanted if one in listed], state))


def _unchanged(
    run: Run, listed: Iterable[Listed], state: State
) -> Iterator[tuple[str, PlaylistOutcome]]:
    for one in listed:
        remembered = state.playlists.get(one.id)
        if remembered is not None and in_force(remembered, one.snapshot_id, run):
            yield one.id, outcomes.unchanged(one.id, one.name, one.snapshot_id, remembered)
