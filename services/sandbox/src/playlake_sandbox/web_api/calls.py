"""What every call of the Web API has: a permission, a view of the world, and selected fields."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request

from playlake_sandbox.accounts.permissions import Grant, Permission
from playlake_sandbox.accounts.token_store import AccessTokens
from playlake_sandbox.errors import SpotifyError
from playlake_sandbox.shapes.page_objects import Query
from playlake_sandbox.shapes.playlist_objects import Reading
from playlake_sandbox.shapes.view import View
from playlake_sandbox.state import Current, Sandbox
from playlake_sandbox.web_api.access import forbidden, visible_playlist
from playlake_sandbox.web_api.fields import Selection, parse_fields
from playlake_sandbox.world.library import Playlist

_REPEATED_IN_LINKS = ("additional_types", "fields", "market")


@dataclass(frozen=True, slots=True)
class Call:
    """An authorised call; `query` is repeated in links, `selection` is the parsed `fields`.

    The whole response is as of `today`, even if the clock passes midnight meanwhile.
    """

    sandbox: Sandbox
    permission: Permission
    today: date
    view: View
    query: Query
    selection: Selection

    @property
    def caller(self) -> Grant:
        """On whose behalf the call is made."""
        return self.permission.grant

    def reading(self, playlist_id: str) -> Reading:
        """Returns a visible playlist as it is today; raises SpotifyError (400, 404) for others."""
        return self.reading_of(visible_playlist(self.sandbox, self.caller, playlist_id))

    def reading_of(self, playlist: Playlist) -> Reading:
        """Returns a playlist as it is today."""
        held = self.sandbox.contents(playlist, self.today)
        return Reading(playlist, held, self.today, self.query)


async def authorised_call(request: Request, sandbox: Current) -> Call:
    """Returns the call of a request; raises SpotifyError (400, 401) if its token is not valid."""
    settings, given = sandbox.settings, request.query_params
    return Call(
        sandbox=sandbox,
        permission=_permission(request.headers.get("authorization"), sandbox.access_tokens),
        today=sandbox.today,
        view=View(settings.seed, settings.tier, str(request.base_url).rstrip("/")),
        query=tuple((name, given[name]) for name in _REPEATED_IN_LINKS if name in given),
        selection=_selection(given.get("fields", "")),
    )


AuthorisedCall = Annotated[Call, Depends(authorised_call)]


async def refuse_newer_apps(call: AuthorisedCall) -> None:
    """Raises SpotifyError (403) for apps of the restricted tier."""
    if call.view.tier.restricted:
        raise forbidden()


def _permission(authorization: str | None, tokens: AccessTokens) -> Permission:
    if not authorization:
        raise SpotifyError(HTTPStatus.UNAUTHORIZED, "No token provided")
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        message = "Only valid bearer authentication supported"
        raise SpotifyError(HTTPStatus.BAD_REQUEST, message)
    permission = tokens.find(token)
    if permission is None:
        expired = tokens.has_expired(token)
        message = "The access token expired" if expired else "Invalid access token"
        raise SpotifyError(HTTPStatus.UNAUTHORIZED, message)
    return permission


def _selection(fields: str) -> Selection:
    try:
        return parse_fields(fields)
    except ValueError:
        raise SpotifyError(HTTPStatus.BAD_REQUEST, "Invalid fields") from None
