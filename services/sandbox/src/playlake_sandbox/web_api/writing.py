"""The routes that make a playlist and add to it, in both generations of the API.

`POST /me/playlists` and `POST /playlists/{id}/items` serve every app. Their forerunners,
`POST /users/{id}/playlists` and `POST /playlists/{id}/tracks`, answer newer apps with 403.
The stand-in takes additions only to playlists that were made in it.
"""

import json
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from playlake_sandbox.accounts.permissions import MODIFY_PRIVATE, MODIFY_PUBLIC
from playlake_sandbox.errors import SpotifyError
from playlake_sandbox.shapes import playlist_objects
from playlake_sandbox.spotify_json import json_response
from playlake_sandbox.web_api import access
from playlake_sandbox.web_api.calls import AuthorisedCall, Call, refuse_newer_apps
from playlake_sandbox.world.history import snapshot_id
from playlake_sandbox.world.made_playlists import MOST_HELD, MadePlaylist, item_of, new_playlist
from playlake_sandbox.world.music_catalog import Track
from playlake_sandbox.world.podcast_catalog import Episode
from playlake_sandbox.world.standing_playlists import LISTENER

MOST_ADDED = 100
"""Entries that one request adds."""

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Addition:
    """What a request adds: URIs, and where; `position` is None at the end."""

    uris: list[str]
    position: int | None


async def json_body(request: Request) -> dict[str, Any]:
    """Returns the object in a request's body; raises SpotifyError (400) for anything else.

    A list stands for the URIs: Spotify takes it, and spotipy sends it.
    """
    body = await request.body()
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        raise _refused("Error parsing JSON.") from None
    if isinstance(found, list):
        return {"uris": found}
    if not isinstance(found, dict):
        raise _refused("Error parsing JSON.")
    return found


Body = Annotated[dict[str, Any], Depends(json_body)]


async def addition(
    body: Body,
    uris: Annotated[str | None, Query()] = None,
    position: Annotated[int | None, Query(ge=0)] = None,
) -> Addition:
    """Returns what a request adds; raises SpotifyError (400). URIs in the query come first."""
    found = body.get("uris", []) if uris is None else uris.split(",")
    place = body.get("position") if position is None else position
    if not isinstance(found, list) or not all(isinstance(uri, str) for uri in found):
        raise _refused("Invalid track uri")
    if not found:
        raise _refused("No uris provided.")
    if len(found) > MOST_ADDED:
        raise _refused(f"You can add a maximum of {MOST_ADDED} tracks per request.")
    return Addition(found, place if isinstance(place, int) else None)


Adding = Annotated[Addition, Depends(addition)]


@router.post("/me/playlists")
async def make_my_playlist(call: AuthorisedCall, body: Body) -> Response:
    """Makes a playlist of the listener's."""
    return _make(call, body)


@router.post("/users/{user_id}/playlists", dependencies=[Depends(refuse_newer_apps)])
async def make_users_playlist(call: AuthorisedCall, user_id: str, body: Body) -> Response:
    """Makes a playlist of the listener's; newer apps use `/me/playlists` instead."""
    access.check_user(call.caller)
    if user_id != LISTENER.id:
        message = "You cannot create a playlist for another user"
        raise SpotifyError(HTTPStatus.FORBIDDEN, message)
    return _make(call, body)


@router.post("/playlists/{playlist_id}/items")
async def add_items(call: AuthorisedCall, playlist_id: str, adding: Adding) -> Response:
    """Adds tracks and episodes to a playlist."""
    return _add(call, playlist_id, adding)


@router.post("/playlists/{playlist_id}/tracks", dependencies=[Depends(refuse_newer_apps)])
async def add_tracks(call: AuthorisedCall, playlist_id: str, adding: Adding) -> Response:
    """Adds tracks and episodes to a playlist; newer apps use `/items` instead."""
    return _add(call, playlist_id, adding)


def _make(call: Call, body: dict[str, Any]) -> Response:
    access.check_user(call.caller)
    name, public = body.get("name"), body.get("public", True)
    if not isinstance(name, str) or not name:
        raise _refused("Missing required field: name")
    if not isinstance(public, bool):
        raise _refused("Invalid value for field: public")
    if body.get("collaborative"):
        raise _refused("Collaborative playlists cannot be made here")
    _check_scope(call, public=public)
    made, text = call.sandbox.made, body.get("description")
    # Spotify escapes descriptions so.
    description = escape(text).replace("/", "&#x2F;") if isinstance(text, str) else None
    playlist = new_playlist(call.view.seed, len(made), name, description, public=public)
    made[playlist.id] = playlist
    reading = call.reading_of(playlist)
    shape = playlist_objects.metadata(call.view, reading)
    shape |= playlist_objects.embedded_pages(call.view, reading)
    return json_response(shape, HTTPStatus.CREATED)


def _add(call: Call, playlist_id: str, adding: Addition) -> Response:
    access.check_user(call.caller)
    playlist = access.visible_playlist(call.sandbox, call.caller, playlist_id)
    if not isinstance(playlist, MadePlaylist):
        message = "You cannot add tracks to a playlist you don't own."
        raise SpotifyError(HTTPStatus.FORBIDDEN, message)
    _check_scope(call, public=playlist.profile.public)
    items = [_item(call, uri) for uri in adding.uris]
    held = len(playlist.entries)
    if adding.position is not None and adding.position > held:
        raise _refused("Index out of bounds.")
    if held + len(items) > MOST_HELD:
        # As users report; Spotify documents 403.
        raise SpotifyError(HTTPStatus.INTERNAL_SERVER_ERROR, "Server error.")
    grown = playlist.with_added(items, adding.position, call.sandbox.clock.now)
    call.sandbox.made[playlist_id] = grown
    version = snapshot_id(grown, call.reading_of(grown).contents)
    return json_response({"snapshot_id": version}, HTTPStatus.CREATED)


def _check_scope(call: Call, *, public: bool) -> None:
    needed = MODIFY_PUBLIC if public else MODIFY_PRIVATE
    access.check_scope(call.permission, needed)


def _item(call: Call, uri: str) -> Track | Episode:
    try:
        item = item_of(call.view.seed, uri)
    except ValueError:
        raise _refused(f"Invalid track uri: {uri}") from None
    if item is None:
        raise _refused("Payload contains a non-existing ID")
    return item


def _refused(message: str) -> SpotifyError:
    return SpotifyError(HTTPStatus.BAD_REQUEST, message)
