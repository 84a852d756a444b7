"""Finds the playlist of a saved response by the response's own address."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit

_NUMBER: Final = re.compile("[0-9]{1,9}")


def playlist_in(href: str | None) -> str | None:
    """The playlist's id in an address such as `/v1/playlists/{id}/items`, if it is one.

    The older form `/v1/users/{user}/playlists/{id}/tracks` is supported as well.
    """
    match path_of(href).split("/"):
        case [*_, "playlists", playlist_id, "items" | "tracks"] | [*_, "playlists", playlist_id]:
            return playlist_id or None
    return None


def is_of_saved_tracks(href: str | None) -> bool:
    """Whether an address is that of the songs that a user saved."""
    return path_of(href).endswith("/v1/me/tracks")


def names_other_endpoint(href: str | None) -> bool:
    """Whether an address is one of the Web API, but not of a playlist."""
    return "v1" in path_of(href).split("/") and playlist_in(href) is None


def start_after(previous: str | None) -> int | None:
    """The position after the page at an address; None if the address does not say it."""
    offset, limit = (_number(previous, name) for name in ("offset", "limit"))
    return None if offset is None or limit is None else offset + limit


def start_of(address: str | None) -> int | None:
    """The position at which the page at an address begins; None if the address does not say it."""
    return _number(address, "offset")


def _number(address: str | None, name: str) -> int | None:
    try:
        values = parse_qs(urlsplit(address or "").query).get(name, [""])
        return int(values[0]) if _NUMBER.fullmatch(values[0]) else None
    except ValueError:  # it only looks like an address
        return None


def path_of(href: str | None) -> str:
    """The path of an address without a slash at its end; empty if there is none."""
    try:
        return urlsplit(href or "").path.rstrip("/")
    except ValueError:  # it only looks like an address
        return ""
