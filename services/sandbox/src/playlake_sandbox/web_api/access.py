"""Who may read what of a playlist: the rules of the three tiers."""

from enum import Enum
from http import HTTPStatus

from playlake_sandbox.accounts.permissions import Grant, Permission
from playlake_sandbox.accounts.scopes import PLAYLIST_SCOPE, READ_COLLABORATIVE, READ_PRIVATE
from playlake_sandbox.errors import SpotifyError
from playlake_sandbox.tiers import Tier
from playlake_sandbox.world.ids import is_base62_id
from playlake_sandbox.world.library import Library, Playlist
from playlake_sandbox.world.standing_playlists import LISTENER


class Access(Enum):
    """How much of a playlist a caller sees."""

    NOTHING = "nothing"
    METADATA = "metadata"
    CONTENTS = "contents"


def access(tier: Tier, caller: Grant, playlist: Playlist) -> Access:
    """Returns how much of a playlist a caller's app of a tier sees."""
    profile = playlist.profile
    if profile.editorial or (caller is Grant.CLIENT and not profile.public):
        return Access.NOTHING
    if not tier.restricted:
        return Access.CONTENTS
    takes_part = profile.owner == LISTENER or profile.collaborative
    return Access.CONTENTS if caller is Grant.USER and takes_part else Access.METADATA


def visible_playlist(library: Library, tier: Tier, caller: Grant, playlist_id: str) -> Playlist:
    """Returns the playlist if the caller sees any of it; raises SpotifyError (400, 404) if not."""
    check_id(playlist_id)
    playlist = library.find(playlist_id)
    if playlist is None or access(tier, caller, playlist) is Access.NOTHING:
        raise not_found()
    return playlist


def listed(library: Library, permission: Permission) -> list[int]:
    """Returns the numbers of the followed playlists that a user's permission lists."""
    followed, scopes = library.followed, permission.scopes
    if scopes.issuperset(PLAYLIST_SCOPE.split()):
        return followed
    return [number for number in followed if _takes(library.playlist(number)) <= scopes]


def check_contents(tier: Tier, caller: Grant, playlist: Playlist) -> None:
    """Raises SpotifyError (401, 403) if the caller does not see what is in the playlist."""
    if access(tier, caller, playlist) is not Access.CONTENTS:
        check_user(caller)
        raise forbidden()


def check_user(caller: Grant) -> None:
    """Raises SpotifyError (401) if the caller is an app on its own."""
    if caller is Grant.CLIENT:
        raise SpotifyError(HTTPStatus.UNAUTHORIZED, "Valid user authentication required")


def check_id(spotify_id: str) -> None:
    """Raises SpotifyError (400) for what cannot be an id."""
    if not is_base62_id(spotify_id):
        raise SpotifyError(HTTPStatus.BAD_REQUEST, "Invalid base62 id")


def not_found() -> SpotifyError:
    """Returns the error for an object that is not there, or not for this app."""
    return SpotifyError(HTTPStatus.NOT_FOUND, "Resource not found")


def forbidden() -> SpotifyError:
    """Returns the error for what is there, but not for this caller."""
    return SpotifyError(HTTPStatus.FORBIDDEN, "Forbidden")


def _takes(playlist: Playlist) -> set[str]:
    if playlist.profile.collaborative:
        return {READ_COLLABORATIVE}
    return set() if playlist.profile.public else {READ_PRIVATE}
