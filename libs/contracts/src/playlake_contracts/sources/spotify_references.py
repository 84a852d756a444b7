"""Parses references to playlists and songs, which are ids, URIs and share links; makes links.

A user's liked songs are the playlist `liked-songs`.
"""

from __future__ import annotations

import re
from typing import Final

from playlake_contracts.sources.spotify import SAVED_TRACKS_ID

_ID = r"(?P<id>[0-9A-Za-z]{22})"
_HOST = r"(?:https?://)?open\.spotify\.com/(?:intl-[a-z-]+/)?(?:embed/)?"
_END = r"/?(?:[?#].*)?"
_FORMS = (
    re.compile(_ID, re.ASCII),
    re.compile(rf"spotify:(?:user:[^:]+:)?playlist:{_ID}", re.ASCII),
    re.compile(rf"{_HOST}(?:user/[^/]+/)?playlist/{_ID}{_END}", re.ASCII | re.IGNORECASE),
)
# Links that an app shares; where they lead, only Spotify's servers know.
_SHORT: Final = re.compile(
    r"(?:https?://)?(?:spotify\.link|spotify\.app\.link|spoti\.fi)/.*", re.ASCII | re.IGNORECASE
)
# The user's liked songs, which have no id, and not the same address as playlists.
_LIKED_SONGS: Final = (
    re.compile(SAVED_TRACKS_ID),
    re.compile(r"spotify:user:[^:]+:collection", re.ASCII),
    re.compile(rf"{_HOST}collection/tracks{_END}", re.ASCII | re.IGNORECASE),
)
_SHARED: Final = re.compile(rf"spotify:(?P<kind>track|episode):{_ID}", re.ASCII)
_ITEMS: Final = (
    _SHARED,
    re.compile(rf"{_HOST}(?P<kind>track|episode)/{_ID}{_END}", re.ASCII | re.IGNORECASE),
)


def parse_reference(text: str) -> str:
    """Parse one playlist reference into its id.

    Raises:
        ValueError: it is not a reference; the message begins with the text.
    """
    for form in _FORMS:
        if match := form.fullmatch(text.strip()):
            return match["id"]
    if any(form.fullmatch(text.strip()) for form in _LIKED_SONGS):
        return SAVED_TRACKS_ID
    if _SHORT.fullmatch(text.strip()):
        raise ValueError(
            f"{text[:80]!r} is a short link, and only Spotify knows where it leads: open it in a "
            "browser, and copy the open.spotify.com/playlist/ link that it leads to"
        )
    raise ValueError(
        f"{text[:80]!r} is neither a playlist id of 22 letters and digits, "
        "nor a spotify:playlist: URI, nor an open.spotify.com/playlist/ link, "
        f"nor {SAVED_TRACKS_ID}"
    )


def uri_of_item(text: str) -> str | None:
    """The URI of the track or episode that a URI or a link names; None if it is neither."""
    for form in _ITEMS:
        if match := form.fullmatch(text.strip()):
            return f"spotify:{match['kind'].lower()}:{match['id']}"
    return None


def uri_of_playlist(playlist_id: str) -> str:
    """The URI of a playlist."""
    return f"spotify:playlist:{playlist_id}"


def link_of_playlist(playlist_id: str) -> str | None:
    """The link of a playlist; None if the id is none of Spotify's."""
    if playlist_id == SAVED_TRACKS_ID:
        return "https://open.spotify.com/collection/tracks"
    if re.fullmatch(_ID, playlist_id, re.ASCII) is None:
        return None
    return f"https://open.spotify.com/playlist/{playlist_id}"


def link_of_item(uri: str) -> str | None:
    """The share link of a track or episode; None if it has none, as a local file."""
    match = _SHARED.fullmatch(uri)
    return None if match is None else f"https://open.spotify.com/{match['kind']}/{match['id']}"
