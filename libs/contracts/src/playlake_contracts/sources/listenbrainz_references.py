"""Parses references to playlists and recordings, which are MBIDs and links; makes links."""

from __future__ import annotations

import re
from typing import Final

from playlake_contracts.sources.listenbrainz import MBID_FORM, RECORDING_ADDRESS, recording_mbid

_MBID: Final = re.compile(MBID_FORM, re.ASCII | re.IGNORECASE)
_PLAYLIST: Final = re.compile(
    rf"(?:(?:https?://)?(?:www\.)?listenbrainz\.org/playlist/)?(?P<mbid>{MBID_FORM})"
    r"/?(?:[?#].*)?",
    re.ASCII | re.IGNORECASE,
)
_PLAYLIST_ADDRESS: Final = "https://listenbrainz.org/playlist/"


def parse_reference(text: str) -> str:
    """Parse one playlist reference into its MBID.

    Raises:
        ValueError: it is not a reference; the message begins with the text.
    """
    if match := _PLAYLIST.fullmatch(text.strip()):
        return match["mbid"].lower()
    raise ValueError(
        f"{text[:80]!r} is neither the MBID of a playlist, "
        "such as 2e0af1ac-0f55-4dd3-8bd0-0bd8a3f25f6a, nor a listenbrainz.org/playlist/ link"
    )


def address_of_recording(text: str) -> str | None:
    """The address of the recording that a link names, as it is an identity; None if it is none."""
    link = text.strip().partition("?")[0].partition("#")[0]
    mbid = recording_mbid(link if "://" in link else f"https://{link}")
    return None if mbid is None else RECORDING_ADDRESS + mbid


def link_of_playlist(playlist_id: str) -> str | None:
    """The address of a playlist; None if the id is no MBID."""
    return _PLAYLIST_ADDRESS + playlist_id if _MBID.fullmatch(playlist_id) else None


def link_of_recording(identity: str) -> str | None:
    """The address of a recording; None if the identity is another."""
    return identity if recording_mbid(identity) else None
