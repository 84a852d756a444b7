"""Parses references to playlists and songs, which are ids, URIs and share links; makes links."""

from __future__ import annotations

import re
from typing import Final

_ID = r"(?P<id>[0-9A-Za-z]{22})"
_HOST = r"(?:https?://)?open\.spotify\.com/(?:intl-[a-z-]+/)?(?:embed/)?"
_END = r"/?(?:[?#].*)?"
_FORMS = (
    re.compile(_ID, re.ASCII),
    re.compile(rf"spotify:(?:user:[^:]+:)?playlist:{_ID}", re.ASCII),
    re.compile(rf"{_HOST}(?:user/[^/]+/)?playlist/{_ID}{_END}", re.ASCII | re.IGNORECASE),
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
    raise ValueError(
        f"{text[:80]!r} is neither a playlist id of 22 letters and digits, "
        "nor a spotify:playlist: URI, nor an open.spotify.com/playlist/ link"
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
    """The share link of a playlist; None if the id is none of Spotify's."""
    if re.fullmatch(_ID, playlist_id, re.ASCII) is None:
        return None
    return f"https://open.spotify.com/playlist/{playlist_id}"


def link_of_item(uri: str) -> str | None:
    """The share link of a track or episode; None if it has none, as a local file."""
    match = _SHARED.fullmatch(uri)
    return None if match is None else f"https://open.spotify.com/{match['kind']}/{match['id']}"
