"""Parses references to YouTube's playlists and videos, which are ids and links; makes links."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from playlake_contracts.sources.youtube import VIDEO_ADDRESS, identity_of

# What the API can read by a key. A list of WL, LL or HL is private, and a mix (RD…) is made anew
# for each viewer.
_PLAYLIST: Final = re.compile(
    r"(?:PL|UU|FL|EC|SP|OLAK5uy_|RDCLAK5uy_)[0-9A-Za-z_-]{10,80}", re.ASCII
)
_VIDEO: Final = re.compile(r"[0-9A-Za-z_-]{11}", re.ASCII)
_HOSTS: Final = {"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com"}
_SHORT_HOST: Final = "youtu.be"
_ADDRESS: Final = re.compile(r"(?:https?://)?(?=[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)+/)", re.IGNORECASE)
_PATHS_OF_VIDEOS: Final = {"shorts", "embed", "live", "v"}


def parse_reference(text: str) -> str:
    """Parse one playlist reference into its id.

    Raises:
        ValueError: it is not a reference; the message begins with the text.
    """
    stripped = text.strip()
    address = _address_of(stripped)
    named = stripped if address is None else _parameter(address, "list")
    if address is not None and not _is_youtube(address):
        raise ValueError(f"{text[:80]!r} is a link to {address.hostname}, and not to YouTube")
    if named is None:
        raise ValueError(
            f"{text[:80]!r} names no playlist: take the link of the playlist, which has list="
        )
    if _PLAYLIST.fullmatch(named) is None:
        raise ValueError(
            f"{text[:80]!r} is neither the id of a playlist of YouTube, which begins with PL, UU, "
            "FL or OLAK5uy_, nor a link with such an id in list="
        )
    return named


def identity_of_video(text: str) -> str | None:
    """The identity of the video that a link names; None if it names none."""
    address = _address_of(text.strip())
    if address is None or not _is_youtube(address):
        return None
    named = _video_in(address)
    return identity_of(named) if named is not None and _VIDEO.fullmatch(named) else None


def link_of_playlist(playlist_id: str) -> str | None:
    """The link of a playlist; None if the id is none of YouTube's."""
    if _PLAYLIST.fullmatch(playlist_id) is None:
        return None
    return f"https://www.youtube.com/playlist?list={playlist_id}"


def link_of_video(identity: str) -> str | None:
    """The link of a video by its identity, which is the link; None if it has another form."""
    video_id = identity.removeprefix(VIDEO_ADDRESS)
    return identity if video_id != identity and _VIDEO.fullmatch(video_id) else None


def _address_of(text: str) -> SplitResult | None:
    match = _ADDRESS.match(text)
    if match is None:
        return None
    try:
        return urlsplit(f"https://{text[match.end() :]}")
    except ValueError:  # such as an unclosed bracket
        return None


def _is_youtube(address: SplitResult) -> bool:
    return address.hostname in _HOSTS or address.hostname == _SHORT_HOST


def _video_in(address: SplitResult) -> str | None:
    path = address.path.strip("/").split("/")
    if address.hostname == _SHORT_HOST:
        return path[0]
    if path[0] in _PATHS_OF_VIDEOS:
        return path[-1]
    return _parameter(address, "v") if path == ["watch"] else None


def _parameter(address: SplitResult, name: str) -> str | None:
    return parse_qs(address.query).get(name, [None])[0]
