"""The routes `playlists` and `playlistItems` of the Data API, and what the control routes list."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Depends, FastAPI, Header, Query
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from playlake_sandbox.rooms import RoomPlaylist
from playlake_sandbox.sources.youtube import objects
from playlake_sandbox.sources.youtube.errors import (
    JSON_TYPE,
    YoutubeError,
    error_response,
    invalid_key,
)
from playlake_sandbox.sources.youtube.quota import Quota
from playlake_sandbox.sources.youtube.world import Kept, channel_id, find, kept_playlists
from playlake_sandbox.state import Sandbox

API_KEY: Final = "sandbox-api-key"
_MOST_RESULTS: Final = 50
_DEFAULT_RESULTS: Final = 5
_TOKEN: Final = "PT:"  # noqa: S105 - where a page begins
_PARTS: Final = ("snippet", "status", "contentDetails")

Results = Annotated[int, Query(alias="maxResults", ge=0, le=_MOST_RESULTS)]
Token = Annotated[str | None, Query(alias="pageToken")]
Known = Annotated[str | None, Header(alias="if-none-match")]


def create_data_api(sandbox: Sandbox, quota: Quota | None = None) -> FastAPI:
    """Returns the Data API of a sandbox; by default a day has as many units as YouTube's."""
    api = _DataApi(sandbox, quota or Quota(lambda: sandbox.clock.now))
    app = FastAPI(openapi_url=None, dependencies=[Depends(api.admit)])
    for error in (YoutubeError, RequestValidationError, HTTPException):
        app.add_exception_handler(error, error_response)
    app.add_api_route("/v3/playlists", api.read_playlists)
    app.add_api_route("/v3/playlistItems", api.read_entries)
    return app


class _DataApi:
    """The routes of a sandbox."""

    def __init__(self, sandbox: Sandbox, quota: Quota) -> None:
        self._sandbox = sandbox
        self._quota = quota

    async def admit(
        self, x_goog_api_key: Annotated[str | None, Header()] = None, key: str | None = None
    ) -> None:
        """Checks the key of a request, and spends its unit."""
        _check_key(x_goog_api_key or key)
        self._quota.spend()

    async def read_playlists(
        self,
        part: str,
        ids: Annotated[str | None, Query(alias="id")] = None,
        channel: Annotated[str | None, Query(alias="channelId")] = None,
        results: Results = _DEFAULT_RESULTS,
        token: Token = None,
        known: Known = None,
    ) -> Response:
        """Returns playlists by their ids, or the public ones of a channel."""
        kept, start = _kept(self._sandbox, ids, channel), _offset(token)
        shown = [
            objects.playlist(one, _slots(self._sandbox, one), part.split(","))
            for one in kept[start : start + results]
        ]
        return _page("playlist", shown, (start, results, len(kept)), known)

    async def read_entries(
        self,
        part: str,
        playlist: Annotated[str, Query(alias="playlistId")],
        results: Results = _DEFAULT_RESULTS,
        token: Token = None,
        known: Known = None,
    ) -> Response:
        """Returns a page of the entries of a playlist."""
        kept = _readable(self._sandbox, playlist)
        slots, start = _slots(self._sandbox, kept), _offset(token)
        shown = [
            objects.entry(kept, slot, position, self._sandbox.today, part.split(","))
            for position, slot in enumerate(slots[start : start + results], start)
        ]
        return _page("playlistItem", shown, (start, results, len(slots)), known)


def overview(sandbox: Sandbox) -> Sequence[RoomPlaylist]:
    """Lists every playlist of the day, also those that are private, deleted or forbidden."""
    return [_overview(sandbox, kept) for kept in kept_playlists(sandbox.settings.seed)]


def _overview(sandbox: Sandbox, kept: Kept) -> RoomPlaylist:
    slots = _slots(sandbox, kept)
    etag = objects.playlist(kept, slots, _PARTS)["etag"]
    return RoomPlaylist(kept.playlist.id, kept.playlist.profile.name, etag, len(slots))


def _check_key(key: str | None) -> None:
    if not key:
        message = "The request is missing a valid API key."
        raise YoutubeError(HTTPStatus.FORBIDDEN.value, "forbidden", message)
    if key != API_KEY:
        raise invalid_key()


def _kept(sandbox: Sandbox, ids: str | None, channel: str | None) -> list[Kept]:
    seed = sandbox.settings.seed
    if ids is not None:
        found = (find(seed, one, sandbox.today) for one in ids.split(","))
        return [one for one in found if one is not None]
    if channel is None:
        message = "No filter selected. Expected one of: id, channelId, mine"
        raise YoutubeError(HTTPStatus.BAD_REQUEST.value, "missingRequiredParameter", message)
    every = kept_playlists(seed)
    if channel not in {channel_id(seed, one.playlist.profile.owner) for one in every}:
        raise YoutubeError(HTTPStatus.NOT_FOUND.value, "channelNotFound", "Channel not found.")
    return [
        one
        for one in every
        if channel_id(seed, one.playlist.profile.owner) == channel
        and one.privacy == "public"
        and one.is_visible(sandbox.today)
    ]


def _readable(sandbox: Sandbox, playlist_id: str) -> Kept:
    kept = find(sandbox.settings.seed, playlist_id, sandbox.today)
    if kept is None:
        message = "The playlist identified with the request's playlistId cannot be found."
        raise YoutubeError(HTTPStatus.NOT_FOUND.value, "playlistNotFound", message)
    if not kept.is_accessible:
        message = "The request is not properly authorized to retrieve the playlist items."
        raise YoutubeError(HTTPStatus.FORBIDDEN.value, "playlistItemsNotAccessible", message)
    return kept


def _slots(sandbox: Sandbox, kept: Kept) -> Sequence[int]:
    return sandbox.contents(kept.playlist, sandbox.today).slots


def _page(
    kind: str,
    shown: Sequence[objects.Object],
    window: tuple[int, int, int],
    known: str | None,
) -> Response:
    """Returns a page, or 304 if the client knows it.

    `window` says where it begins, how many objects it may have, and how many there are.
    """
    start, results, total = window
    following, preceding = start + results, max(start - results, 0)
    members = {
        **({"nextPageToken": _token(following)} if results and following < total else {}),
        **({"prevPageToken": _token(preceding)} if start else {}),
        "items": list(shown),
        "pageInfo": {"totalResults": total, "resultsPerPage": results},
    }
    body = objects.with_etag(f"{kind}ListResponse", members)
    headers = {"etag": body["etag"]}
    if known is not None and known.strip('"') == body["etag"]:
        return Response(status_code=HTTPStatus.NOT_MODIFIED.value, headers=headers)
    return Response(objects.written(body), media_type=JSON_TYPE, headers=headers)


def _token(offset: int) -> str:
    return urlsafe_b64encode(f"{_TOKEN}{offset}".encode()).decode().rstrip("=")


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    try:
        text = urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        return int(text.removeprefix(_TOKEN))
    except ValueError:
        message = "The request specifies an invalid page token."
        raise YoutubeError(HTTPStatus.BAD_REQUEST.value, "invalidPageToken", message) from None
