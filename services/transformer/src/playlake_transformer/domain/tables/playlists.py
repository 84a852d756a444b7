"""`playlists`: one row for each snapshot."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from playlake_contracts.content import ContentDigest
from playlake_contracts.tables import TABLES
from playlake_transformer.domain.tables.mapping import TableMapping

if TYPE_CHECKING:
    from playlake_transformer.domain.model import Playlist
    from playlake_transformer.domain.snapshot import Snapshot


def content_hash(snapshot: Snapshot) -> str:
    """Compute the digest of a snapshot's entries; it does not depend on popularity and the like."""
    entries, digest = snapshot.entries, ContentDigest()
    digest.add(entries.position, entries.identity, entries.added_at)
    return str(digest)


def _description(playlist: Playlist) -> str | None:
    return html.unescape(playlist.description) if playlist.description else None


PLAYLISTS: Final = TableMapping(
    TABLES["playlists"],
    read={
        "playlist_id": lambda snapshots: [snapshot.playlist_id for snapshot in snapshots],
        "snapshot_id": lambda snapshots: [
            snapshot.snapshot_id or snapshot.playlist.snapshot_id for snapshot in snapshots
        ],
        "name": lambda snapshots: [snapshot.playlist.name for snapshot in snapshots],
        "description": lambda snapshots: [
            _description(snapshot.playlist) for snapshot in snapshots
        ],
        "description_raw": lambda snapshots: [
            snapshot.playlist.description for snapshot in snapshots
        ],
        "owner_id": lambda snapshots: [snapshot.playlist.owner_id for snapshot in snapshots],
        "owner_name": lambda snapshots: [snapshot.playlist.owner_name for snapshot in snapshots],
        "is_public": lambda snapshots: [snapshot.playlist.public for snapshot in snapshots],
        "is_collaborative": lambda snapshots: [
            snapshot.playlist.collaborative for snapshot in snapshots
        ],
        "followers": lambda snapshots: [
            snapshot.playlist.followers_total for snapshot in snapshots
        ],
        "image_url": lambda snapshots: [snapshot.playlist.image_url for snapshot in snapshots],
        "total": lambda snapshots: [snapshot.total for snapshot in snapshots],
        "entries": lambda snapshots: [len(snapshot.entries) for snapshot in snapshots],
        "is_complete": lambda snapshots: [snapshot.is_complete for snapshot in snapshots],
        "api": lambda snapshots: [snapshot.api for snapshot in snapshots],
        "content_hash": lambda snapshots: [content_hash(snapshot) for snapshot in snapshots],
    },
    names=frozenset({"name", "description", "owner_name"}),
)
