"""What reading a frame gives: a snapshot with every entry at its position, or details."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from playlake_contracts.errors import ErrorCode
    from playlake_transformer.domain.model import Album, Artist, EntryRow, Playlist


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Raw JSON that broke a rule, and how.

    Attributes:
        table: the table that it belongs to.
        code: the rule that it broke.
        reason: one sentence for a person.
        raw: its JSON as it came.
        playlist_id: the playlist, where known.
        entry_position: the place in the playlist, where it was an entry.
    """

    table: str
    code: ErrorCode
    reason: str
    raw: bytes
    playlist_id: str | None = None
    entry_position: int | None = None


class UnreadableFrameError(Exception):
    """Nothing of a frame can become a row; `quarantined` holds it and says why."""

    def __init__(self, quarantined: Quarantined) -> None:
        super().__init__(quarantined.reason)
        self.quarantined = quarantined


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One playlist as it was at one moment.

    Attributes:
        api: which variant of the source's API answered, in the source's own words.
        playlist: the playlist itself; an empty one where only pages were saved.
        total: entries that the playlist has, as the source says.
        is_complete: whether every page was read.
        positions: the place of each entry, from 0; ascending, with gaps where a page is missing.
        rows: the entry at each position.
        counted: entries that the extractor counted; None where the frame does not say.
        quarantined: what broke a rule.
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
    positions: list[int]
    rows: list[EntryRow]
    counted: int | None
    quarantined: list[Quarantined] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ArtistDetails:
    """An artist, as the source describes it when requested alone."""

    source: str
    run_id: str
    fetched_at: datetime
    artist: Artist
    quarantined: list[Quarantined] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AlbumDetails:
    """An album, as the source describes it when requested alone."""

    source: str
    run_id: str
    fetched_at: datetime
    album: Album
    quarantined: list[Quarantined] = field(default_factory=list)


FrameContent = Snapshot | ArtistDetails | AlbumDetails
