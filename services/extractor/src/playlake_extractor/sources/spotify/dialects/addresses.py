"""Finds the playlist of a saved response by the response's own address."""

from __future__ import annotations

from urllib.parse import urlsplit


def playlist_in(href: str | None) -> str | None:
    """The playlist's id in an address such as `/v1/playlists/{id}/items`, if it is one.

    The older form `/v1/users/{user}/playlists/{id}/tracks` is supported as well.
    """
    match path_of(href).split("/"):
        case [*_, "playlists", playlist_id, "items" | "tracks"] | [*_, "playlists", playlist_id]:
            return playlist_id or None
    return None


def names_other_endpoint(href: str | None) -> bool:
    """Whether an address is one of the Web API, but not of a playlist."""
    return "v1" in path_of(href).split("/") and playlist_in(href) is None


def path_of(href: str | None) -> str:
    """The path of an address without a slash at its end; empty if there is none."""
    try:
        return urlsplit(href or "").path.rstrip("/")
    except ValueError:  # it only looks like an address
        return ""
