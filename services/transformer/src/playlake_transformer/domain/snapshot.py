"""The contents of a frame: a snapshot of a playlist, or details of an artist or album."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from playlake_contracts.errors import ErrorCode
    from playlake_transformer.domain.model import Album, Artist, Entries, Playlist


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Raw JSON that broke a rule.

    Attributes:
        table: the table that its row belongs to.
        code: the rule that it broke.
        reason: one sentence for a person.
        raw: the JSON as landed.
        playlist_id: the playlist, if known.
        entry_position: the position in the playlist, if the JSON is an entry.
    """

    table: str
    code: ErrorCode
    reason: str
    raw: bytes
    playlist_id: str | None = None
    entry_position: int | None = None


class UnreadableFrameError(Exception):
    """No part of a frame can become a row; `quarantined` holds the frame and the reason."""

    def __init__(self, quarantined: Quarantined) -> None:
        super().__init__(quarantined.reason)
        self.quarantined = quarantined


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One playlist as it was at one moment.

    Attributes:
        api: which variant of the source's API answered, in the source's own words.
        playlist: the playlist's own fields; without values if only pages were saved.
        total: number of entries that the playlist has according to the source.
        is_complete: whether every page was read.
        entries: the entries, in the order of their positions; with a gap for a missing page.
        counted: entries that the extractor counted; None if the frame has no count.
        quarantined: the JSON that broke a rule.
    """

    source: str
    run_id: str
    playlist_id: str
    snapshot_id: str | None
    fetched_at: datetime
    api: str | None
    playlist: Playlist
    total: int | None
    is_complete: bool
    entries: Entries
    counted: int | None
    quarantined: list[Quarantined] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ArtistDetails:
    """An artist from a details response."""

    source: str
    run_id: str
    fetched_at: datetime
    artist: Artist
    quarantined: list[Quarantined] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AlbumDetails:
    """An album from a details response."""

    source: str
    run_id: str
    fetched_at: datetime
    album: Album
    quarantined: list[Quarantined] = field(default_factory=list)


FrameContent = Snapshot | ArtistDetails | AlbumDetails
