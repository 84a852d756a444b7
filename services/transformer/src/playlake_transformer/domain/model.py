"""The attributes that the tables read from the objects of every source.

The structs of a source have these attributes, except those whose columns the source declares
absent. Columns that lie deeper in the objects are read by the source itself. A value that the
source did not send is None.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playlake_contracts.tables import ItemType


class Artist(Protocol):
    """An artist, as credited or from a details response."""

    @property
    def id(self) -> str | None:
        """The source's id."""

    @property
    def name(self) -> str | None:
        """The name."""

    @property
    def popularity(self) -> int | None:
        """0 to 100."""

    @property
    def genres(self) -> Sequence[str] | None:
        """Genres."""


class Album(Protocol):
    """An album, as embedded in a track or from a details response."""

    @property
    def id(self) -> str | None:
        """The source's id."""

    @property
    def name(self) -> str | None:
        """The title."""

    @property
    def artists(self) -> Sequence[Artist] | None:
        """The credited artists, in their order."""

    @property
    def album_type(self) -> str | None:
        """Album, single or compilation."""

    @property
    def release_date(self) -> str | None:
        """The release date as sent: a year, a month or a day."""

    @property
    def release_date_precision(self) -> str | None:
        """Year, month or day."""

    @property
    def total_tracks(self) -> int | None:
        """Number of tracks."""

    @property
    def label(self) -> str | None:
        """The record label."""

    @property
    def popularity(self) -> int | None:
        """0 to 100."""

    @property
    def genres(self) -> Sequence[str] | None:
        """Genres."""


class Item(Protocol):
    """The item at a position: a track, an episode, a local file and so on."""

    @property
    def id(self) -> str | None:
        """The source's id."""

    @property
    def name(self) -> str | None:
        """The title."""

    @property
    def album(self) -> Album | None:
        """The album of a track."""

    @property
    def artists(self) -> Sequence[Artist] | None:
        """The credited artists, in their order."""

    @property
    def duration_ms(self) -> int | None:
        """Length in milliseconds."""

    @property
    def explicit(self) -> bool | None:
        """Whether it has explicit lyrics."""

    @property
    def is_playable(self) -> bool | None:
        """Whether it can be played."""

    @property
    def disc_number(self) -> int | None:
        """Disc, from 1."""

    @property
    def track_number(self) -> int | None:
        """Place on the disc, from 1."""

    @property
    def popularity(self) -> int | None:
        """0 to 100."""


class Playlist(Protocol):
    """A playlist without its entries."""

    @property
    def snapshot_id(self) -> str | None:
        """The source's id of this version of the playlist."""

    @property
    def name(self) -> str | None:
        """The name."""

    @property
    def description(self) -> str | None:
        """The description, as sent."""

    @property
    def owner_id(self) -> str | None:
        """The owner's user id."""

    @property
    def owner_name(self) -> str | None:
        """The owner's display name."""

    @property
    def public(self) -> bool | None:
        """Whether it shows on the owner's profile."""

    @property
    def collaborative(self) -> bool | None:
        """Whether others may edit it."""

    @property
    def followers_total(self) -> int | None:
        """Number of followers."""

    @property
    def image_url(self) -> str | None:
        """Address of the largest cover."""


class EntryRow(NamedTuple):
    """A position of a playlist, as the row of `playlist_items` that it becomes.

    Attributes:
        item: the item; without any values if the source sent none.
        item_type: the kind of row.
        identity: the text that distinguishes the entry from others, `content.entry_identity`.
        added_at: when the entry was added, as the source sent it.
        added_by: id of the user who added it.
        track_id: id of the track, if the item is one, even one that was taken down.
        episode_id: id of the episode, if the item is one.
        reason: why the item is unavailable, cannot be played, or was not fully read.
    """

    item: Item
    item_type: ItemType
    identity: str | None
    added_at: str | None
    added_by: str | None
    track_id: str | None = None
    episode_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries of a snapshot by column, all of one length: positions, and what `EntryRow` has."""

    position: list[int]
    item: list[Item]
    item_type: list[ItemType]
    identity: list[str | None]
    added_at: list[str | None]
    added_by: list[str | None]
    track_id: list[str | None]
    episode_id: list[str | None]
    reason: list[str | None]

    @classmethod
    def of(cls, positions: list[int], rows: Sequence[EntryRow]) -> Self:
        """Collect rows."""
        columns: Iterable[list[Any]] = map(list, zip(*rows, strict=True))
        return cls(positions, *columns) if rows else cls(*([] for _ in fields(cls)))

    @classmethod
    def joined(cls, many: Sequence[Entries]) -> Self:
        """Append the entries of many snapshots."""
        columns = ([getattr(one, column.name) for one in many] for column in fields(cls))
        return cls(*(list(chain.from_iterable(lists)) for lists in columns))

    def columns(self) -> dict[str, list[Any]]:
        """The columns of `playlist_items` that do not come from the item itself."""
        return {
            "position": self.position,
            "item_type": self.item_type,
            "identity": self.identity,
            "track_id": self.track_id,
            "episode_id": self.episode_id,
            "added_at_raw": self.added_at,
            "added_by": self.added_by,
            "reason": self.reason,
        }

    def __len__(self) -> int:
        return len(self.position)

    def __getitem__(self, window: slice) -> Self:
        return type(self)(*(getattr(self, column.name)[window] for column in fields(self)))

    def set(self, place: int, row: EntryRow) -> None:
        """Replace the row at a place."""
        for name, value in row._asdict().items():
            getattr(self, name)[place] = value
