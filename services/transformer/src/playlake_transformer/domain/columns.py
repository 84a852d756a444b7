"""From Spotify's objects to columns: one function a table, each a list comprehension a column.

Column-wise comprehensions over decoded structs are the fastest way in Python from JSON to
Arrow. Values stay as Spotify sent them; `clean` derives what is derived.
"""

from __future__ import annotations

import hashlib
import html
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import UNSET

from playlake_transformer.domain.spotify import NULL, Item

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from msgspec import Raw

    from playlake_transformer.domain.snapshot import Snapshot
    from playlake_transformer.domain.spotify import (
        Album,
        Artist,
        Entry,
        ExternalUrls,
        Image,
    )

Columns = dict[str, list[Any]]

_NOTHING = Item()
_JSON_LIST_MARKS = b'[]" \t\r\n'


class Placed(NamedTuple):
    """An entry's item, what kind of row it makes, and why where that needs saying.

    Attributes:
        item: the item; an empty one where Spotify sent null.
        item_type: `track`, `episode`, `local` or `unavailable`.
        reason: why it is unavailable or cannot be played.
    """

    item: Item
    item_type: str
    reason: str | None


def placed(entry: Entry | None) -> Placed:
    """Classify an entry. Nothing is dropped: what has no item is `unavailable`."""
    item = entry.item if entry is not None else None
    if entry is None or not isinstance(item, Item):
        return Placed(_NOTHING, "unavailable", "absent_item" if item is UNSET else "null_item")
    if entry.is_local or item.is_local:
        return Placed(item, "local", None)
    if item.id is None:
        return Placed(item, "unavailable", "no_id")
    if item.type == "episode":
        return Placed(item, "episode", _restriction(item))
    if not item.name:
        return Placed(item, "unavailable", "taken_down")
    return Placed(item, "track", _restriction(item))


def playlist_columns(snapshot: Snapshot, rows: Sequence[Placed]) -> Columns:
    """The snapshot's one row of `playlists`; no row where the playlist was rejected."""
    playlist = snapshot.playlist
    if playlist is None:
        return {}
    owner = playlist.owner
    return {
        "playlist_id": [snapshot.playlist_id],
        "snapshot_id": [snapshot.snapshot_id or playlist.snapshot_id],
        "name": [playlist.name],
        "description": [html.unescape(playlist.description) if playlist.description else None],
        "description_raw": [playlist.description],
        "owner_id": [owner.id if owner else None],
        "owner_name": [owner.display_name if owner else None],
        "is_public": [playlist.public],
        "is_collaborative": [playlist.collaborative],
        "followers": [playlist.followers.total if playlist.followers else None],
        "uri": [playlist.uri],
        "url": [_url(playlist.external_urls)],
        "image_url": [_largest(playlist.images)],
        "total": [snapshot.total],
        "entries": [len(rows)],
        "is_complete": [snapshot.is_complete],
        "api": [snapshot.api],
        "content_hash": [content_hash(snapshot, rows)],
    }


def content_hash(snapshot: Snapshot, rows: Sequence[Placed]) -> str:
    """Digest what the playlist holds in its order: positions, items and when each was added.

    Popularity and everything else that moves without the playlist's doing is left out.
    """
    digest = hashlib.blake2b(digest_size=16)
    for position, entry, row in zip(snapshot.positions, snapshot.entries, rows, strict=True):
        added_at = entry.added_at if entry is not None else None
        digest.update(f"{position}\t{row.item.uri}\t{added_at}\n".encode())
    return digest.hexdigest()


def item_columns(snapshot: Snapshot, rows: Sequence[Placed]) -> Columns:
    """The snapshot's rows of `playlist_items`, one an entry."""
    items = [row.item for row in rows]
    return {
        "playlist_id": [snapshot.playlist_id] * len(rows),
        "position": snapshot.positions,
        "item_type": [row.item_type for row in rows],
        "track_id": [i.id if t in _TRACK_LIKE else None for i, t, _ in rows],
        "episode_id": [i.id if t == "episode" else None for i, t, _ in rows],
        "uri": [i.uri for i in items],
        "name": [i.name for i in items],
        "artist_names": [_names(i.artists) for i in items],
        "album_name": [i.album.name if i.album else None for i in items],
        "show_id": [i.show.id if i.show else None for i in items],
        "show_name": [i.show.name if i.show else None for i in items],
        "duration_ms": [i.duration_ms for i in items],
        "is_explicit": [i.explicit for i in items],
        "is_playable": [i.is_playable for i in items],
        "added_at_raw": [e.added_at if e else None for e in snapshot.entries],
        "added_by": [e.added_by.id if e and e.added_by else None for e in snapshot.entries],
        "reason": [row.reason for row in rows],
    }


# A takedown is unavailable and still says which track it was.
_TRACK_LIKE = frozenset({"track", "unavailable"})


def track_columns(tracks: Sequence[Item]) -> Columns:
    """Rows of `tracks`."""
    return {
        "track_id": [t.id for t in tracks],
        "name": [t.name for t in tracks],
        "album_id": [t.album.id if t.album else None for t in tracks],
        "duration_ms": [t.duration_ms for t in tracks],
        "is_explicit": [t.explicit for t in tracks],
        "disc_number": [t.disc_number for t in tracks],
        "track_number": [t.track_number for t in tracks],
        "popularity": [t.popularity for t in tracks],
        "isrc": [t.external_ids.isrc if t.external_ids else None for t in tracks],
        "uri": [t.uri for t in tracks],
        "url": [_url(t.external_urls) for t in tracks],
        "preview_url": [t.preview_url for t in tracks],
        "is_playable": [t.is_playable for t in tracks],
        "linked_from_id": [t.linked_from.id if t.linked_from else None for t in tracks],
        "available_markets": [_markets(t.available_markets) for t in tracks],
    }


def album_columns(albums: Sequence[Album]) -> Columns:
    """Rows of `albums`."""
    return {
        "album_id": [a.id for a in albums],
        "name": [a.name for a in albums],
        "album_type": [a.album_type for a in albums],
        "release_date_raw": [a.release_date for a in albums],
        "release_date_precision": [a.release_date_precision for a in albums],
        "total_tracks": [a.total_tracks for a in albums],
        "label": [a.label for a in albums],
        "popularity": [a.popularity for a in albums],
        "genres": [_joined(a.genres) for a in albums],
        "upc": [a.external_ids.upc if a.external_ids else None for a in albums],
        "uri": [a.uri for a in albums],
        "url": [_url(a.external_urls) for a in albums],
        "image_url": [_largest(a.images) for a in albums],
        "available_markets": [_markets(a.available_markets) for a in albums],
    }


def artist_columns(artists: Sequence[Artist]) -> Columns:
    """Rows of `artists`, one a sighting: an artist credited twice stands here twice."""
    return {
        "artist_id": [a.id for a in artists],
        "name": [a.name for a in artists],
        "followers": [a.followers.total if a.followers else None for a in artists],
        "popularity": [a.popularity for a in artists],
        "genres": [_joined(a.genres) for a in artists],
        "uri": [a.uri for a in artists],
        "url": [_url(a.external_urls) for a in artists],
    }


def credit_columns(id_column: str, credited: Iterable[Item | Album]) -> Columns:
    """Rows of `track_artists` or `album_artists`: the artists of each, in their order."""
    credits_ = [
        (work.id, position, artist.id, artist.name)
        for work in credited
        for position, artist in enumerate(work.artists or ())
    ]
    return {
        id_column: [work_id for work_id, *_ in credits_],
        "position": [position for _, position, *_ in credits_],
        "artist_id": [artist_id for *_, artist_id, _ in credits_],
        "artist_name": [name for *_, name in credits_],
    }


def _restriction(item: Item) -> str | None:
    if item.restrictions is not None and item.restrictions.reason:
        return f"restricted: {item.restrictions.reason}"
    return None


def _url(urls: ExternalUrls | None) -> str | None:
    return urls.spotify if urls is not None else None


def _largest(images: list[Image] | None) -> str | None:
    return images[0].url if images else None


def _names(artists: list[Artist] | None) -> str | None:
    return ", ".join([artist.name for artist in artists or () if artist.name]) or None


def _joined(texts: list[str] | None) -> str | None:
    return ",".join(texts) if texts is not None else None


def _markets(codes: Raw) -> str | None:
    """The list of country codes as text, or None where it is absent or null."""
    if not codes or codes == NULL:
        return None
    return bytes(codes).translate(None, _JSON_LIST_MARKS).decode(errors="replace")
