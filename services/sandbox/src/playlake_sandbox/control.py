"""The control routes, under /sandbox: they are no source's, and need no token."""

from datetime import date
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict

from playlake_sandbox.accounts.permissions import Grant
from playlake_sandbox.faults.active_rules import FaultRule
from playlake_sandbox.rooms import RoomPlaylist
from playlake_sandbox.settings import Moment
from playlake_sandbox.sources import ROOMS
from playlake_sandbox.state import Current, Sandbox
from playlake_sandbox.tiers import Tier
from playlake_sandbox.web_api.access import Access, access
from playlake_sandbox.world.history import snapshot_id
from playlake_sandbox.world.library import Playlist

router = APIRouter(prefix="/sandbox", tags=["sandbox"])


class Health(BaseModel):
    """That the sandbox is serving, with its app tier and its seed."""

    status: Literal["ok"] = "ok"
    tier: Tier
    seed: int


class Clock(BaseModel):
    """The time of the sandbox's clock, in UTC."""

    model_config = ConfigDict(extra="forbid")

    now: Moment


class PlaylistOverview(BaseModel):
    """A playlist on the sandbox's date, and which kinds of tokens can read its contents."""

    id: str
    name: str
    kind: str
    owner: str
    collaborative: bool
    size: int
    snapshot_id: str
    readable_by: list[Grant]


@router.get("/health")
async def read_health(sandbox: Current) -> Health:
    """Returns that the sandbox is serving, with its app tier and its seed."""
    return Health(tier=sandbox.settings.tier, seed=sandbox.settings.seed)


@router.get("/clock")
async def read_clock(sandbox: Current) -> Clock:
    """Returns the sandbox's time."""
    return Clock(now=sandbox.clock.now)


@router.put("/clock")
async def move_clock(clock: Clock, sandbox: Current) -> Clock:
    """Sets the clock, forwards or back; playlists are then as they are on that date."""
    sandbox.clock.set(clock.now)
    return clock


@router.get("/playlists")
async def list_playlists(sandbox: Current) -> list[PlaylistOverview]:
    """Lists every playlist, including those that Spotify hides; what apps have made is last."""
    today, library = sandbox.today, sandbox.library
    playlists = [*map(library.playlist, range(library.count)), *sandbox.made.values()]
    return [_overview(sandbox, playlist, today) for playlist in playlists]


@router.get("/playlists/{source}")
async def list_playlists_of(source: str, sandbox: Current) -> list[RoomPlaylist]:
    """Lists every playlist of a source beside Spotify, including those that it hides."""
    for room in ROOMS:
        if room.name == source:
            return list(room.playlists(sandbox))
    raise HTTPException(HTTPStatus.NOT_FOUND, f"no source {source} beside Spotify is played here")


@router.get("/requests")
async def count_requests(sandbox: Current) -> dict[str, int]:
    """Returns the number of requests by route since the start, including refused ones."""
    return dict(sorted(sandbox.requests.items()))


@router.put("/faults")
async def replace_faults(rules: list[FaultRule], sandbox: Current) -> list[FaultRule]:
    """Replaces all fault rules; their counters start at 0."""
    sandbox.faults.replace(rules)
    return rules


@router.get("/faults")
async def list_faults(sandbox: Current) -> list[dict[str, object]]:
    """Lists the rules in force, with the number of requests each matched and was applied to."""
    return [
        {
            **each.rule.model_dump(mode="json"),
            "matched": each.matched,
            "applied": each.applied,
        }
        for each in sandbox.faults.rules
    ]


@router.delete("/faults", status_code=HTTPStatus.NO_CONTENT)
async def remove_faults(sandbox: Current) -> None:
    """Removes every rule; the changes that rules have made to the sandbox remain."""
    sandbox.faults.replace([])


def _overview(sandbox: Sandbox, playlist: Playlist, today: date) -> PlaylistOverview:
    held = sandbox.contents(playlist, today)
    readers = [
        caller
        for caller in Grant
        if access(sandbox.settings.tier, caller, playlist) is Access.CONTENTS
    ]
    return PlaylistOverview(
        id=playlist.id,
        name=playlist.profile.name,
        kind=playlist.profile.kind.value,
        owner=playlist.profile.owner.id,
        collaborative=playlist.profile.collaborative,
        size=len(held.slots),
        snapshot_id=snapshot_id(playlist, held),
        readable_by=readers,
    )
