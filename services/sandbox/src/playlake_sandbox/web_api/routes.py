"""The Web API under /v1: the routes that a reader of playlists needs."""

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Query
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from playlake_sandbox.errors import SpotifyError
from playlake_sandbox.refusals import refuse
from playlake_sandbox.responses import found
from playlake_sandbox.shapes import music_objects, people, playlist_objects
from playlake_sandbox.shapes.page_objects import Window, page
from playlake_sandbox.shapes.playlist_objects import MOST_ITEMS, MOST_TRACKS
from playlake_sandbox.state import Sandbox
from playlake_sandbox.web_api import access
from playlake_sandbox.web_api.calls import AuthorisedCall, Call
from playlake_sandbox.web_api.fields import select
from playlake_sandbox.world.ids import number_of
from playlake_sandbox.world.standing_playlists import LISTENER

_MOST_PLAYLISTS = 50
_DEFAULT_LIMIT = 20

Offset = Annotated[int, Query(ge=0)]
router = APIRouter()


def create_web_api(sandbox: Sandbox) -> FastAPI:
    """Returns the Web API of a sandbox."""
    app = FastAPI(openapi_url=None)
    app.state.sandbox = sandbox
    # Taken over rather than included, so that an unserved request's route can be found as well.
    app.router.routes.extend(router.routes)
    for refusal in (SpotifyError, RequestValidationError, HTTPException):
        app.add_exception_handler(refusal, refuse)
    return app


@router.get("/me")
async def read_me(call: AuthorisedCall) -> Response:
    """Returns the listener's own profile."""
    access.check_user(call.caller)
    return found(people.profile(call.view, LISTENER))


@router.get("/me/playlists")
async def read_my_playlists(
    call: AuthorisedCall,
    limit: Annotated[int, Query(ge=1, le=_MOST_PLAYLISTS)] = _DEFAULT_LIMIT,
    offset: Offset = 0,
) -> Response:
    """Returns a page of the listener's own and followed playlists."""
    access.check_user(call.caller)
    window = Window(f"{call.view.base}/v1/me/playlists", offset, limit, _MOST_PLAYLISTS)
    library = call.sandbox.library
    followed = access.listed(library, call.permission)
    shown = [library.playlist(number) for number in followed[window.slice]]
    items = [playlist_objects.listed(call.view, call.reading_of(playlist)) for playlist in shown]
    return found(page(window, len(followed), items))


@router.get("/playlists/{playlist_id}")
async def read_playlist(call: AuthorisedCall, playlist_id: str) -> Response:
    """Returns a playlist, with its first entries if the caller may read them."""
    reading = call.reading(playlist_id)
    shape = playlist_objects.metadata(call.view, reading)
    allowed = access.access(call.view.tier, call.caller, reading.playlist)
    wanted = not call.selection or not call.selection.keys().isdisjoint(call.view.tier.page_keys)
    if allowed is access.Access.CONTENTS and wanted:
        shape |= playlist_objects.embedded_pages(call.view, reading)
    return found(select(call.selection, shape))


@router.get("/playlists/{playlist_id}/items")
async def read_items(
    call: AuthorisedCall,
    playlist_id: str,
    limit: Annotated[int, Query(ge=1, le=MOST_ITEMS)] = _DEFAULT_LIMIT,
    offset: Offset = 0,
) -> Response:
    """Returns a page of entries."""
    return _entries(call, playlist_id, "items", offset, limit)


async def refuse_newer_apps(call: AuthorisedCall) -> None:
    """Raises SpotifyError (403) for apps of the tier that lost an address."""
    if call.view.tier.restricted:
        raise access.forbidden()


@router.get("/playlists/{playlist_id}/tracks", dependencies=[Depends(refuse_newer_apps)])
async def read_tracks(
    call: AuthorisedCall,
    playlist_id: str,
    limit: Annotated[int, Query(ge=1, le=MOST_TRACKS)] = MOST_TRACKS,
    offset: Offset = 0,
) -> Response:
    """Returns a page of entries, from the address that newer apps no longer have."""
    return _entries(call, playlist_id, "tracks", offset, limit)


@router.get("/artists/{artist_id}")
async def read_artist(call: AuthorisedCall, artist_id: str) -> Response:
    """Returns an artist."""
    number = _number(call, "artist", artist_id)
    return found(music_objects.artist(call.view, number, call.sandbox.today))


@router.get("/albums/{album_id}")
async def read_album(call: AuthorisedCall, album_id: str) -> Response:
    """Returns an album with its tracks."""
    number = _number(call, "album", album_id)
    return found(music_objects.album(call.view, number, call.sandbox.today))


def _entries(call: Call, playlist_id: str, key: str, offset: int, limit: int) -> Response:
    reading = call.reading(playlist_id)
    access.check_contents(call.view.tier, call.caller, reading.playlist)
    shape = playlist_objects.entries_page(call.view, reading, key, offset, limit)
    return found(select(call.selection, shape))


def _number(call: Call, kind: str, spotify_id: str) -> int:
    access.check_id(spotify_id)
    number = number_of(call.view.seed, kind, spotify_id)
    if number is None:
        raise access.not_found()
    return number
