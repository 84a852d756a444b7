"""What decoding gives: a snapshot with every entry at its position, and what was rejected.

Or the details of an artist or album.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from datetime import datetime

    from playlake_contracts.errors import ErrorCode
    from playlake_transformer.domain.spotify import (
        DetailedAlbum,
        DetailedArtist,
        Entry,
        PlaylistMetadata,
    )


@dataclass(frozen=True, slots=True)
class Reject:
    """Something that cannot become a row, and why.

    Attributes:
        table: the table it would have gone to.
        code: the rule that it broke.
        reason: one sentence for a person.
        raw: its JSON as it came.
        playlist_id: the playlist, where it could be told.
        entry_position: the place in the playlist, where it was an entry.
    """

    table: str
    code: ErrorCode
    reason: str
    raw: bytes
    playlist_id: str | None = None
    entry_position: int | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One playlist as it was at one moment.

    Attributes:
        api: the generation of keys that the responses used.
        playlist: the playlist itself; empty for bare pages, None where it was rejected.
        total: entries that Spotify says the playlist has.
        is_complete: whether every page was read and no entry was rejected.
        positions: the place of each entry, from 0; ascending, with gaps where something is missing.
        entries: the entry at each position; None where Spotify sent null for the whole entry.
    """

    table: ClassVar = "playlists"

    source: str
    run_id: str
    playlist_id: str
    snapshot_id: str | None
    fetched_at: datetime
    api: str | None
    playlist: PlaylistMetadata | None
    total: int | None
    is_complete: bool
    positions: list[int]
    entries: list[Entry | None]
    rejects: list[Reject] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Details:
    """An artist or album as Spotify gives it when asked for it alone.

    Attributes:
        table: the table that it is a row of, `artists` or `albums`.
        fetched_at: when Spotify answered.
    """

    table: str
    source: str
    run_id: str
    fetched_at: datetime
    of: DetailedArtist | DetailedAlbum
