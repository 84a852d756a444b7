"""Permissions: on whose behalf a token is used, and the scopes that the user granted."""

from dataclasses import dataclass
from enum import Enum

READ_PRIVATE = "playlist-read-private"
READ_COLLABORATIVE = "playlist-read-collaborative"
MODIFY_PRIVATE = "playlist-modify-private"
MODIFY_PUBLIC = "playlist-modify-public"
READ_LIBRARY = "user-library-read"
PLAYLIST_SCOPE = f"{READ_PRIVATE} {READ_COLLABORATIVE}"
READING_SCOPE = f"{PLAYLIST_SCOPE} {READ_LIBRARY}"

# https://developer.spotify.com/documentation/web-api/concepts/scopes
SCOPES = frozenset(
    {
        "app-remote-control",
        MODIFY_PRIVATE,
        MODIFY_PUBLIC,
        READ_COLLABORATIVE,
        READ_PRIVATE,
        "streaming",
        "ugc-image-upload",
        "user-follow-modify",
        "user-follow-read",
        "user-library-modify",
        READ_LIBRARY,
        "user-modify-playback-state",
        "user-personalized",
        "user-read-currently-playing",
        "user-read-email",
        "user-read-playback-position",
        "user-read-playback-state",
        "user-read-private",
        "user-read-recently-played",
        "user-top-read",
    }
)


class Grant(Enum):
    """On whose behalf a token is used: the app's own (client), or a user's."""

    CLIENT = "client"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Permission:
    """What a token permits; `scope` holds the granted scopes, separated by spaces."""

    grant: Grant
    scope: str = ""

    @property
    def scopes(self) -> frozenset[str]:
        """The granted scopes as a set."""
        return frozenset(self.scope.split())
