"""`playlists`: one row for each snapshot."""

from __future__ import annotations

import html
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from playlake_contracts.content import ContentDigest
from playlake_contracts.tables import TABLES
from playlake_transformer.domain.tables.mapping import TableMapping

if TYPE_CHECKING:
    from playlake_transformer.domain.model import Playlist
    from playlake_transformer.domain.snapshot import Snapshot


def content_hash(snapshot: Snapshot) -> str:
    """Compute the digest of a snapshot's entries; it does not depend on popularity and the like."""
    digest = ContentDigest()
    for position, row in zip(snapshot.positions, snapshot.rows, strict=True):
        digest.add(position, row.identity, row.added_at)
    return str(digest)


def _description(playlist: Playlist) -> str | None:
    return html.unescape(playlist.description) if playlist.description else None


PLAYLISTS: Final = TableMapping(
    TABLES["playlists"],
    read={
        "playlist_id": attrgetter("playlist_id"),
        "snapshot_id": lambda s: s.snapshot_id or s.playlist.snapshot_id,
        "name": attrgetter("playlist.name"),
        "description": lambda s: _description(s.playlist),
        "description_raw": attrgetter("playlist.description"),
        "owner_id": attrgetter("playlist.owner_id"),
        "owner_name": attrgetter("playlist.owner_name"),
        "is_public": attrgetter("playlist.public"),
        "is_collaborative": attrgetter("playlist.collaborative"),
        "followers": attrgetter("playlist.followers_total"),
        "image_url": attrgetter("playlist.image_url"),
        "total": attrgetter("total"),
        "entries": lambda s: len(s.rows),
        "is_complete": attrgetter("is_complete"),
        "api": attrgetter("api"),
        "content_hash": content_hash,
    },
)
