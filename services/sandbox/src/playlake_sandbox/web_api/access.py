"""What a caller may read of a playlist: the rules of the three app tiers."""

from collections.abc import Callable, Sequence
from enum import Enum
from functools import partial
from http import HTTPStatus

from playlake_sandbox.accounts.permissions import (
    PLAYLIST_SCOPE,
    READ_COLLABORATIVE,
    READ_PRIVATE,
    Grant,
    Permission,
)
from playlake_sandbox.errors import SpotifyError
from playlake_sandbox.state import Sandbox
from playlake_sandbox.tiers import Tier
from playlake_sandbox.world.ids import is_base62_id
from playlake_sandbox.world.library import Playlist
from playlake_sandbox.world.standing_playlists import LISTENER


class Access(Enum):
    """How much of a playlist a caller may read."""

    NOTHING = "nothing"
    METADATA = "metadata"
    CONTENTS = "contents"


def access(tier: Tier, caller: Grant, playlist: Playlist) -> Access:
    """Returns how much of a playlist a caller may read with an app of a tier."""
    profile = playlist.profile
    if profile.editorial or (caller is Grant.CLIENT and not profile.public):
        return Access.NOTHING
    if not tier.restricted:
        return Access.CONTENTS
    takes_part = profile.owner == LISTENER or profile.collaborative
    return Access.CONTENTS if caller is Grant.USER and takes_part else Access.METADATA


def visible_playlist(sandbox: Sandbox, caller: Grant, playlist_id: str) -> Playlist:
    """Returns a playlist; raises SpotifyError (400, 404) if the caller may read nothing of it."""
    check_id(playlist_id)
    playlist = sandbox.find(playlist_id)
    if playlist is None or access(sandbox.settings.tier, caller, playlist) is Access.NOTHING:
        raise not_found()
    return playlist


def listed(sandbox: Sandbox, permission: Permission) -> Sequence[Callable[[], Playlist]]:
    """Returns functions that give the followed playlists that a user's scopes list.

    What an app has made is at the beginning, the newest first.
    """
    library, scopes = sandbox.library, permission.scopes
    followed: list[Callable[[], Playlist]] = [
        *(partial(sandbox.made.__getitem__, key) for key in reversed(sandbox.made)),
        *(partial(library.playlist, number) for number in library.followed),
    ]
    if scopes.issuperset(PLAYLIST_SCOPE.split()):
        return followed
    return [each for each in followed if _needed_scopes(each()) <= scopes]


def check_contents(tier: Tier, caller: Grant, playlist: Playlist) -> None:
    """Raises SpotifyError (401, 403) if the caller may not read the playlist's contents."""
    if access(tier, caller, playlist) is not Access.CONTENTS:
        check_user(caller)
        raise forbidden()


def check_user(caller: Grant) -> None:
    """Raises SpotifyError (401) if the token is not a user's."""
    if caller is Grant.CLIENT:
        raise SpotifyError(HTTPStatus.UNAUTHORIZED, "Valid user authentication required")


def check_scope(permission: Permission, scope: str) -> None:
    """Raises SpotifyError (403) if the user did not grant a scope."""
    if scope not in permission.scopes:
        raise SpotifyError(HTTPStatus.FORBIDDEN, "Insufficient client scope")


def check_id(spotify_id: str) -> None:
    """Raises SpotifyError (400) if a text does not have the form of an id."""
    if not is_base62_id(spotify_id):
        raise SpotifyError(HTTPStatus.BAD_REQUEST, "Invalid base62 id")


def not_found() -> SpotifyError:
    """Returns the error for an object that does not exist, or that this app may not see."""
    return SpotifyError(HTTPStatus.NOT_FOUND, "Resource not found")


def forbidden() -> SpotifyError:
    """Returns the error for an object that this caller may not read."""
    return SpotifyError(HTTPStatus.FORBIDDEN, "Forbidden")


def _needed_scopes(playlist: Playlist) -> set[str]:
    if playlist.profile.collaborative:
        return {READ_COLLABORATIVE}
    return set() if playlist.profile.public else {READ_PRIVATE}
