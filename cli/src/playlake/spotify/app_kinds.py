"""The kinds of apps that Spotify serves differently; only the keys of a response show the kind."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class AppKind(Enum):
    """A kind of app, by the keys under which a listed playlist has its items.

    The value describes the app and the playlists that it reads.
    """

    NEWER = (
        "an app in development mode, made since February 2026: it reads the playlists that the "
        "user owns or collaborates on, and of others no items"
    )
    BOTH = (
        "an app with extended quota, or one in development mode made before February 2026: it "
        "reads the user's playlists and public ones of others, but none that Spotify makes"
    )
    CLASSIC = (
        "an app in development mode made before February 2026: it reads the user's playlists and "
        "public ones of others, but none that Spotify makes"
    )


def app_kind_of(listed: Mapping[str, object]) -> AppKind | None:
    """The kind of app that an entry of `GET /me/playlists` is for; None if it does not show."""
    match "items" in listed, "tracks" in listed:
        case True, True:
            return AppKind.BOTH
        case True, False:
            return AppKind.NEWER
        case False, True:
            return AppKind.CLASSIC
    return None
