"""ListenBrainz's routes that read playlists, with its rate-limit headers and its errors.

A refused request is answered as ListenBrainz does: a private playlist is one that does not exist.
Documentation: https://listenbrainz.readthedocs.io/en/latest/users/api/playlist.html
"""

import json
from http import HTTPStatus
from http.client import responses as status_phrases
from math import ceil
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, Response
from starlette.exceptions import HTTPException

from playlake_sandbox.rooms import Refusal, RoomPlaylist
from playlake_sandbox.sources.listenbrainz.jspf import Json, Seen, playlist_object
from playlake_sandbox.sources.listenbrainz.library import ROBIN, USERS, Kept, Shelf
from playlake_sandbox.state import Current, Sandbox
from playlake_sandbox.world.library import Playlist
from playlake_sandbox.world.standing_playlists import Person

USER_TOKEN = "sandbox-user-token"  # noqa: S105  the stand-in's own, good for nothing else
"""The user token of `robin`."""

_LIMIT, _LIMIT_WITH_TOKEN = 30, 50
_WINDOW_SECONDS = 10
_DEFAULT_COUNT = 25
_OVER_LIMIT = (
    "You have exceeded your rate limit. See the X-RateLimit-* response headers for more "
    "information on your current rate limit.\n"
)


class ListenBrainzError(Exception):
    """ListenBrainz refuses a request, with a status and a message for people."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(f"{status.value}: {message}")
        self.status = status
        self.message = message


def create(sandbox: Sandbox) -> FastAPI:
    """Returns the routes of a sandbox."""
    app = FastAPI(openapi_url=None)
    app.state.sandbox = sandbox
    app.add_api_route("/1/user/{name}/playlists", read_playlists, methods=["GET"])
    app.add_api_route("/1/playlist/{playlist_mbid}", read_playlist, methods=["GET"])
    for error in (ListenBrainzError, RequestValidationError, HTTPException):
        app.add_exception_handler(error, _error_response)
    return app


def playlists(sandbox: Sandbox) -> list[RoomPlaylist]:
    """Lists every playlist, also those that are private or were deleted."""
    found = (_seen(sandbox, playlist, kept) for playlist, kept in _shelf(sandbox).all)
    return [
        RoomPlaylist(
            each.playlist.id,
            each.playlist.profile.name,
            each.version,
            len(each.contents.slots),
        )
        for each in found
    ]


def refuse(refusal: Refusal) -> Response:
    """Returns the response with which a fault rule refuses a request."""
    if refusal.status == HTTPStatus.TOO_MANY_REQUESTS:
        response: Response = PlainTextResponse(refusal.message or _OVER_LIMIT, refusal.status)
        if refusal.wait is not None:
            response.headers["x-ratelimit-limit"] = str(_LIMIT)
            response.headers["x-ratelimit-remaining"] = "0"
            response.headers["x-ratelimit-reset-in"] = str(ceil(refusal.wait.total_seconds()))
        return response
    phrase = status_phrases.get(refusal.status, "Unknown error")
    return _json({"code": refusal.status, "error": refusal.message or phrase}, refusal.status)


async def caller(request: Request) -> Person | None:
    """Returns the user of a request's token; None without one. Raises ListenBrainzError (401)."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "token" or not token:
        message = "Provided Authorization header is invalid."
        raise ListenBrainzError(HTTPStatus.UNAUTHORIZED, message)
    if token != USER_TOKEN:
        raise ListenBrainzError(HTTPStatus.UNAUTHORIZED, "Invalid authorization token.")
    return ROBIN


Caller = Annotated[Person | None, Depends(caller)]


async def read_playlists(
    sandbox: Current,
    caller: Caller,
    name: str,
    count: Annotated[int, Query(ge=0)] = _DEFAULT_COUNT,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """Returns a page of the playlists that a user made; private ones to the user alone."""
    user = next((each for each in USERS if each.id.lower() == name.lower()), None)
    if user is None:
        raise ListenBrainzError(HTTPStatus.NOT_FOUND, f"Cannot find user: {name}")
    made = [
        _seen(sandbox, playlist, kept)
        for playlist, kept in _shelf(sandbox).all
        if kept.profile.owner == user and not kept.is_deleted
        if kept.profile.public or caller == user
    ]
    end = offset + count if count else None
    page = [playlist_object(each, with_tracks=False) for each in made[offset:end]]
    body = {"playlists": page, "playlist_count": len(made), "count": count, "offset": offset}
    return _answer(sandbox, body, caller)


async def read_playlist(sandbox: Current, caller: Caller, playlist_mbid: str) -> Response:
    """Returns a playlist with all its recordings."""
    try:
        UUID(playlist_mbid)
    except ValueError:
        message = "Provided playlist ID is invalid."
        raise ListenBrainzError(HTTPStatus.BAD_REQUEST, message) from None
    found = _shelf(sandbox).find(playlist_mbid)
    if found is None or not _is_visible(found[1], caller):
        raise ListenBrainzError(HTTPStatus.NOT_FOUND, f"Cannot find playlist: {playlist_mbid}")
    return _answer(sandbox, playlist_object(_seen(sandbox, *found), with_tracks=True), caller)


def _is_visible(kept: Kept, caller: Person | None) -> bool:
    return kept.profile.public or caller in (kept.profile.owner, *kept.collaborators)


def _shelf(sandbox: Sandbox) -> Shelf:
    return Shelf(sandbox.settings.seed, sandbox.settings.largest)


def _seen(sandbox: Sandbox, playlist: Playlist, kept: Kept) -> Seen:
    today = sandbox.today
    return Seen(playlist, kept, sandbox.contents(playlist, today), today)


def _answer(sandbox: Sandbox, body: Json, caller: Person | None) -> Response:
    response = _json(body)
    limit = _LIMIT if caller is None else _LIMIT_WITH_TOKEN
    response.headers["x-ratelimit-limit"] = str(limit)
    # Nothing is refused but by a fault rule, so the window is always new.
    response.headers["x-ratelimit-remaining"] = str(limit - 1)
    response.headers["x-ratelimit-reset-in"] = str(_WINDOW_SECONDS)
    reset = int(sandbox.clock.now.timestamp()) + _WINDOW_SECONDS
    response.headers["x-ratelimit-reset"] = str(reset)
    return response


def _json(body: Json, status: int = HTTPStatus.OK) -> Response:
    """JSON as ListenBrainz writes it: keys in order, no blanks, ASCII, and a line feed."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return Response(f"{text}\n", int(status), media_type="application/json")


async def _error_response(_: Request, error: Exception) -> Response:
    match error:
        case ListenBrainzError():
            return _json({"code": error.status.value, "error": error.message}, error.status)
        case RequestValidationError():
            message = f"'{error.errors()[0]['loc'][-1]}' should be a non-negative integer"
            return _json({"code": 400, "error": message}, HTTPStatus.BAD_REQUEST)
        case HTTPException():
            phrase = HTTPStatus(error.status_code).phrase
            return _json({"code": error.status_code, "error": phrase}, error.status_code)
        case _:
            raise error
