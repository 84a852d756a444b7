"""The artists and albums of a playlist's items, whose details Spotify has."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from playlake_extractor.errors import UnexpectedResponseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_extractor.sources.spotify.endpoints import Endpoints
    from playlake_extractor.sources.spotify.entries import Item

_URI: Final = re.compile(r"spotify:(artist|album):[0-9A-Za-z]{22}", re.ASCII)
_ID: Final = re.compile(r"[0-9A-Za-z]{22}", re.ASCII)


class DetailsKind(StrEnum):
    """The kinds of things that have details."""

    ARTIST = "artist"
    ALBUM = "album"


def named_in(item: Item | None) -> Iterator[str]:
    """The Spotify URIs of the artists and the album of an item; an episode has none."""
    if item is None:
        return
    album_artists = () if item.album is None else item.album.artists or ()
    for one in (item.album, *album_artists, *(item.artists or ())):
        if one is not None and one.uri is not None and _URI.fullmatch(one.uri):
            yield one.uri


def fetch_details(api: Endpoints, kind: str, details_id: str) -> bytes:
    """Fetch an artist or an album.

    Raises:
        UnexpectedResponseError: the id is not a Spotify id.
    """
    if _ID.fullmatch(details_id) is None:
        raise UnexpectedResponseError(f"{details_id[:80]!r} is no id of Spotify's")
    return (api.artist if DetailsKind(kind) is DetailsKind.ARTIST else api.album)(details_id)
