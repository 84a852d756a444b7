"""The user behind an access token, and their list of playlists."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from playlake.errors import CommandError
from playlake.spotify.app_kinds import AppKind, app_kind_of
from playlake.spotify.sending import send

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake.spotify.sending import Answer

_MAX_SAID = 200
_ADVICE: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "it does not take the access token that it gave itself; try again",
    HTTPStatus.FORBIDDEN: (
        "the app's owner needs Spotify Premium, or this account is not on the app's list of "
        "users (Dashboard > Settings > User Management, at most 5)"
    ),
    HTTPStatus.TOO_MANY_REQUESTS: "the app has sent too many requests; try again later",
}


@dataclass(frozen=True, slots=True)
class User:
    """A Spotify user; some have no display name."""

    id: str
    name: str | None

    def __str__(self) -> str:
        return self.id if self.name is None else f"{self.name} ({self.id})"


@dataclass(frozen=True, slots=True)
class Library:
    """A user's list of playlists: how many there are, and the kind of app that the list shows."""

    playlists: int
    app_kind: AppKind | None


def read_user(api_url: str, access_token: str) -> User:
    """Read who the user is.

    Raises:
        CommandError: Spotify refused, or did not answer.
    """
    match _get(api_url, "me", access_token):
        case {"id": str(user_id), **profile}:
            name = profile.get("display_name")
            return User(user_id, name if isinstance(name, str) else None)
    raise _undocumented("me")


def read_library(api_url: str, access_token: str) -> Library:
    """Read how many playlists the user owns or follows, and what their list shows of the app.

    Raises:
        CommandError: Spotify refused, or did not answer.
    """
    match _get(api_url, "me/playlists?limit=1", access_token):
        case {"total": int(total), "items": [dict(first), *_]}:
            return Library(total, app_kind_of(first))
        case {"total": int(total), "items": list()}:
            return Library(total, None)
    raise _undocumented("me/playlists")


def _get(api_url: str, path: str, access_token: str) -> Mapping[str, Any]:
    answer = send(f"{api_url.rstrip('/')}/{path}", access_token)
    if answer.is_ok:
        return answer.body
    advice = _ADVICE.get(answer.status, "try again later")
    raise CommandError(f"Spotify answered {answer.status}{_said(answer)} to GET /{path}: {advice}")


def _said(answer: Answer) -> str:
    match answer.body:
        case {"error": {"message": str(message)}} if message.strip():
            return f" ({' '.join(message.split())[:_MAX_SAID]})"
    return ""


def _undocumented(path: str) -> CommandError:
    return CommandError(f"Spotify's answer to GET /{path} is not as documented: try again later")
