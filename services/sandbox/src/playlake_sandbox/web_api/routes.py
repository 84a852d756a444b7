"""The routes of the Web API, under /v1, that are needed to read and to make playlists."""

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Query
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from playlake_sandbox.accounts.permissions import READ_LIBRARY
from playlake_sandbox.errors import SpotifyError, error_response
from playlake_sandbox.shapes import music_objects, playlist_objects
from playlake_sandbox.shapes.page_objects import Window, page
from playlake_sandbox.shapes.playlist_objects import MOST_ITEMS, MOST_TRACKS
from playlake_sandbox.shapes.saved_song_objects import (
    MOST_SAVED_SONGS,
    SavedSongs,
    saved_songs_page,
)
from playlake_sandbox.shapes.view import user_profile
from playlake_sandbox.spotify_json import json_response
from playlake_sandbox.state import Sandbox
from playlake_sandbox.web_api import access, writing
from playlake_sandbox.web_api.calls import AuthorisedCall, Call, refuse_newer_apps
from playlake_sandbox.web_api.fields import select
from playlake_sandbox.world.ids import number_of
from playlake_sandbox.world.saved_songs import LIKED_SONGS
from playlake_sandbox.world.standing_playlists import LISTENER

_MOST_PLAYLISTS = 50
_DEFAULT_LIMIT = 20

Offset = Annotated[int, Query(ge=0)]
router = APIRouter()


def create_web_api(sandbox: Sandbox) -> FastAPI:
    """Returns the Web API of a sandbox."""
    app = FastAPI(openapi_url=None)
    app.state.sandbox = sandbox
    # Copied, not included, so that the counter finds the route of a request that a fault answers.
    app.router.routes.extend([*router.routes, *writing.router.routes])
    for error in (SpotifyError, RequestValidationError, HTTPException):
        app.add_exception_handler(error, error_response)
    return app


@router.get("/me")
async def read_me(call: AuthorisedCall) -> Response:
    """Returns the listener's own profile."""
    access.check_user(call.caller)
    return json_response(user_profile(call.view, LISTENER))


@router.get("/me/playlists")
async def read_my_playlists(
    call: AuthorisedCall,
    limit: Annotated[int, Query(ge=1, le=_MOST_PLAYLISTS)] = _DEFAULT_LIMIT,
    offset: Offset = 0,
) -> Response:
    """Returns a page of the playlists that the listener owns or follows."""
    access.check_user(call.caller)
    window = Window(f"{call.view.base}/v1/me/playlists", offset, limit, _MOST_PLAYLISTS)
    followed = access.listed(call.sandbox, call.permission)
    shown = [call.reading_of(playlist()) for playlist in followed[window.slice]]
    items = [playlist_objects.listed_playlist(call.view, reading) for reading in shown]
    return json_response(page(window, len(followed), items))


@router.get("/me/tracks")
async def read_saved_songs(
    call: AuthorisedCall,
    limit: Annotated[int, Query(ge=1, le=MOST_SAVED_SONGS)] = _DEFAULT_LIMIT,
    offset: Offset = 0,
) -> Response:
    """Returns a page of the songs that the listener saved, the newest first."""
    access.check_user(call.caller)
    access.check_scope(call.permission, READ_LIBRARY)
    sandbox = call.sandbox
    songs = SavedSongs(sandbox.settings.liked_songs, call.today, sandbox.edits[LIKED_SONGS])
    return json_response(saved_songs_page(call.view, songs, offset, limit))


@router.get("/playlists/{playlist_id}")
async def read_playlist(call: AuthorisedCall, playlist_id: str) -> Response:
    """Returns a playlist, with its first entries if the caller may read them."""
    reading = call.reading(playlist_id)
    shape = playlist_objects.metadata(call.view, reading)
    allowed = access.access(call.view.tier, call.caller, reading.playlist)
    selected = not call.selection or not call.selection.keys().isdisjoint(call.view.tier.page_keys)
    if allowed is access.Access.CONTENTS and selected:
        shape |= playlist_objects.embedded_pages(call.view, reading)
    return json_response(select(call.selection, shape))


@router.get("/playlists/{playlist_id}/items")
async def read_items(
    call: AuthorisedCall,
    playlist_id: str,
    limit: Annotated[int, Query(ge=1, le=MOST_ITEMS)] = _DEFAULT_LIMIT,
    offset: Offset = 0,
) -> Response:
    """Returns a page of entries."""
    return _entries(call, playlist_id, "items", offset, limit)


@router.get("/playlists/{playlist_id}/tracks", dependencies=[Depends(refuse_newer_apps)])
async def read_tracks(
    call: AuthorisedCall,
    playlist_id: str,
    limit: Annotated[int, Query(ge=1, le=MOST_TRACKS)] = MOST_TRACKS,
    offset: Offset = 0,
) -> Response:
    """Returns a page of entries; newer apps use `/items` instead."""
    return _entries(call, playlist_id, "tracks", offset, limit)


@router.get("/artists/{artist_id}")
async def read_artist(call: AuthorisedCall, artist_id: str) -> Response:
    """Returns an artist."""
    number = _number(call, "artist", artist_id)
    return json_response(music_objects.artist(call.view, number, call.today))


@router.get("/albums/{album_id}")
async def read_album(call: AuthorisedCall, album_id: str) -> Response:
    """Returns an album with its tracks."""
    number = _number(call, "album", album_id)
    return json_response(music_objects.album(call.view, number, call.today))


def _entries(call: Call, playlist_id: str, key: str, offset: int, limit: int) -> Response:
    reading = call.reading(playlist_id)
    access.check_contents(call.view.tier, call.caller, reading.playlist)
    shape = playlist_objects.entries_page(call.view, reading, key, offset, limit)
    return json_response(select(call.selection, shape))


def _number(call: Call, kind: str, spotify_id: str) -> int:
    access.check_id(spotify_id)
    number = number_of(call.view.seed, kind, spotify_id)
    if number is None:
        raise access.not_found()
    return number
