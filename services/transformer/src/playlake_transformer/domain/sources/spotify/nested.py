"""Reads the columns whose values lie deeper in Spotify's objects than those of other columns."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playlake_transformer.domain.sources.spotify.shapes import Album, Artist, Item
    from playlake_transformer.domain.tables.mapping import ColumnReader


def _isrcs(items: Sequence[Item]) -> list[str | None]:
    return [item.external_ids.isrc if item.external_ids else None for item in items]


def _show_ids(items: Sequence[Item]) -> list[str | None]:
    """The show of an episode, or the audiobook of a chapter."""
    return [of.id if (of := item.show or item.audiobook) else None for item in items]


def _show_names(items: Sequence[Item]) -> list[str | None]:
    return [of.name if (of := item.show or item.audiobook) else None for item in items]


def _linked_from_ids(tracks: Sequence[Item]) -> list[str | None]:
    return [track.linked_from.id if track.linked_from else None for track in tracks]


def _upcs(albums: Sequence[Album]) -> list[str | None]:
    return [album.external_ids.upc if album.external_ids else None for album in albums]


def _image_urls(albums: Sequence[Album]) -> list[str | None]:
    return [album.images[0].url if album.images else None for album in albums]


def _followers(artists: Sequence[Artist]) -> list[int | None]:
    return [artist.followers.total if artist.followers else None for artist in artists]


def _markets(works: Sequence[Item] | Sequence[Album]) -> list[int | None]:
    """The numbers of country codes in JSON arrays; None for what is no array."""
    sent: list[Any] = [work.available_markets for work in works]
    if not any(sent):  # the newer API sends none
        return [None] * len(sent)
    texts = [bytes(array) for array in sent]
    return [text.count(b'"') // 2 if text.startswith(b"[") else None for text in texts]


NESTED: Final[Mapping[str, Mapping[str, ColumnReader]]] = MappingProxyType(
    {
        "playlist_items": {"isrc": _isrcs, "show_id": _show_ids, "show_name": _show_names},
        "tracks": {"isrc": _isrcs, "linked_from_id": _linked_from_ids, "markets": _markets},
        "albums": {"upc": _upcs, "image_url": _image_urls, "markets": _markets},
        "artists": {"followers": _followers},
    }
)
