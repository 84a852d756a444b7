"""The sandbox's own routes, under /sandbox: no part of Spotify, and no token needed."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from playlake_sandbox.accounts.permissions import Grant
from playlake_sandbox.settings import Moment
from playlake_sandbox.state import Current, Sandbox
from playlake_sandbox.tiers import Tier
from playlake_sandbox.web_api.access import Access, access
from playlake_sandbox.world.history import snapshot_id
from playlake_sandbox.world.library import Playlist

router = APIRouter(prefix="/sandbox", tags=["sandbox"])


class Health(BaseModel):
    """That the sandbox serves, and as what."""

    status: Literal["ok"] = "ok"
    tier: Tier
    seed: int


class Clock(BaseModel):
    """The sandbox's clock, in UTC; it stands still until it is moved."""

    model_config = ConfigDict(extra="forbid")

    now: Moment


class ListedPlaylist(BaseModel):
    """A playlist on the sandbox's date, and whose tokens read its contents."""

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
    """Tells that the sandbox serves, for which app tier and from which seed."""
    return Health(tier=sandbox.settings.tier, seed=sandbox.settings.seed)


@router.get("/clock")
async def read_clock(sandbox: Current) -> Clock:
    """Tells the sandbox's time."""
    return Clock(now=sandbox.now)


@router.put("/clock")
async def move_clock(clock: Clock, sandbox: Current) -> Clock:
    """Moves the clock, forwards or back; playlists are then as they are on that date."""
    sandbox.now = clock.now
    return clock


@router.get("/playlists")
async def list_playlists(sandbox: Current) -> list[ListedPlaylist]:
    """Lists every playlist, those that Spotify hides included."""
    numbers = range(sandbox.library.count)
    return [_listed(sandbox, sandbox.library.playlist(number)) for number in numbers]


@router.get("/requests")
async def count_requests(sandbox: Current) -> dict[str, int]:
    """Tells how many requests each route has had since the start, refused ones included."""
    return dict(sorted(sandbox.requests.items()))


def _listed(sandbox: Sandbox, playlist: Playlist) -> ListedPlaylist:
    today = sandbox.contents(playlist)
    readers = [
        caller
        for caller in Grant
        if access(sandbox.settings.tier, caller, playlist) is Access.CONTENTS
    ]
    return ListedPlaylist(
        id=playlist.id,
        name=playlist.profile.name,
        kind=playlist.profile.kind.value,
        owner=playlist.profile.owner.id,
        collaborative=playlist.profile.collaborative,
        size=len(today.slots),
        snapshot_id=snapshot_id(playlist, today),
        readable_by=readers,
    )
