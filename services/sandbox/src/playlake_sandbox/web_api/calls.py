"""What every call of the Web API has in common: who asks, through which app, and for what part."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request

from playlake_sandbox.accounts.permissions import Grant, Grants, Permission
from playlake_sandbox.errors import SpotifyError
from playlake_sandbox.shapes.page_objects import Query
from playlake_sandbox.shapes.playlist_objects import Reading
from playlake_sandbox.shapes.view import View
from playlake_sandbox.state import Current, Sandbox
from playlake_sandbox.web_api.access import visible_playlist
from playlake_sandbox.web_api.fields import Selection, parse_fields
from playlake_sandbox.world.library import Playlist

_REPEATED_IN_LINKS = ("additional_types", "fields", "market")


@dataclass(frozen=True, slots=True)
class Call:
    """An authorised call; `query` is what its links repeat, `selection` its parsed `fields`."""

    sandbox: Sandbox
    permission: Permission
    view: View
    query: Query
    selection: Selection

    @property
    def caller(self) -> Grant:
        """On whose behalf the call is made."""
        return self.permission.grant

    def reading(self, playlist_id: str) -> Reading:
        """Returns the playlist to read; raises SpotifyError (400, 404) if there is none to see."""
        library, tier = self.sandbox.library, self.view.tier
        playlist = visible_playlist(library, tier, self.caller, playlist_id)
        return self.reading_of(playlist)

    def reading_of(self, playlist: Playlist) -> Reading:
        """Returns a playlist as it is now."""
        sandbox = self.sandbox
        return Reading(playlist, sandbox.contents(playlist), sandbox.today, self.query)


async def authorised(request: Request, sandbox: Current) -> Call:
    """Returns the call of a request; raises SpotifyError (400, 401) without a token of ours."""
    settings, given = sandbox.settings, request.query_params
    return Call(
        sandbox=sandbox,
        permission=_permission(request.headers.get("authorization"), sandbox.grants),
        view=View(settings.seed, settings.tier, str(request.base_url).rstrip("/")),
        query=tuple((name, given[name]) for name in _REPEATED_IN_LINKS if name in given),
        selection=_selection(given.get("fields", "")),
    )


AuthorisedCall = Annotated[Call, Depends(authorised)]


def _permission(authorization: str | None, grants: Grants) -> Permission:
    if not authorization:
        raise SpotifyError(HTTPStatus.UNAUTHORIZED, "No token provided")
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        message = "Only valid bearer authentication supported"
        raise SpotifyError(HTTPStatus.BAD_REQUEST, message)
    permission = grants.find(token)
    if permission is None:
        expired = grants.has_expired(token)
        message = "The access token expired" if expired else "Invalid access token"
        raise SpotifyError(HTTPStatus.UNAUTHORIZED, message)
    return permission


def _selection(fields: str) -> Selection:
    try:
        return parse_fields(fields)
    except ValueError:
        raise SpotifyError(HTTPStatus.BAD_REQUEST, "Invalid fields") from None
