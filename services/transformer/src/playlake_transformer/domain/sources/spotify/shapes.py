"""Structs of Spotify's objects. They have only the fields that a table needs; others are skipped.

Every field is optional, because API tiers leave fields out, and takedowns and local files have
nulls. Both generations of keys are supported: `items`/`item` and `tracks`/`track`. Some apps get
everything twice. Then the older key is parsed only if the newer one has no content.

A quality rule on one field is a constraint on its type. A value that breaks it becomes null, and
the raw JSON goes to quarantine.

Shapes: https://developer.spotify.com/documentation/web-api/reference/get-playlists-items
"""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

Int32 = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Offset = Annotated[int, Meta(ge=-(2**31), le=2**30)]  # low enough to number the entries that follow
Int64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
NonEmpty = Annotated[str, Meta(pattern=".")]


class ExternalIds(Struct, gc=False):
    """`external_ids`."""

    isrc: str | None = None
    upc: str | None = None


class Followers(Struct, gc=False):
    """`followers`."""

    total: Int64 | None = None


class Image(Struct, gc=False):
    """A cover image. Spotify sends the largest one first."""

    url: str | None = None


class Restrictions(Struct, gc=False):
    """`restrictions`: why an item cannot be played."""

    reason: str | None = None


class Named(Struct, gc=False):
    """Id and name of a show, an audiobook or a relinked track."""

    id: str | None = None
    name: str | None = None


class User(Struct, gc=False):
    """An owner, or the user who added an item."""

    id: str | None = None
    display_name: str | None = None


class Artist(Struct, gc=False):
    """An artist, simplified or full."""

    id: str | None = None
    name: str | None = None
    followers: Followers | None = None
    genres: list[str] | None = None
    popularity: Int32 | None = None


class Album(Struct, gc=False):
    """An album, simplified or full."""

    album_type: str | None = None
    artists: list[Artist] | None = None
    available_markets: Raw = Raw()
    external_ids: ExternalIds | None = None
    genres: list[str] | None = None
    id: str | None = None
    images: list[Image] | None = None
    label: str | None = None
    name: str | None = None
    popularity: Int32 | None = None
    release_date: str | None = None
    release_date_precision: str | None = None
    total_tracks: Int32 | None = None


class DetailedArtist(Artist, gc=False, kw_only=True):
    """The response of `GET /artists/{id}`."""

    id: NonEmpty


class DetailedAlbum(Album, gc=False, kw_only=True):
    """The response of `GET /albums/{id}` without its tracks, which have less than entries have."""

    id: NonEmpty


class Item(Struct, gc=False):
    """The item of an entry: a track, an episode, a chapter, an audiobook or a local file."""

    album: Album | None = None
    artists: list[Artist] | None = None
    audiobook: Named | None = None
    available_markets: Raw = Raw()
    disc_number: Int32 | None = None
    duration_ms: Int64 | None = None
    explicit: bool | None = None
    external_ids: ExternalIds | None = None
    id: str | None = None
    is_local: bool | None = None
    is_playable: bool | None = None
    linked_from: Named | None = None
    name: str | None = None
    popularity: Int32 | None = None
    restrictions: Restrictions | None = None
    show: Named | None = None
    track_number: Int32 | None = None
    type: str | None = None
    uri: str | None = None


class Entry(Struct, gc=False):
    """An entry of a playlist: the item, who added it, and when."""

    added_at: str | None = None
    added_by: User | None = None
    is_local: bool | None = None
    item: Item | UnsetType | None = UNSET
    track: Item | UnsetType | None = UNSET


class TwofoldEntry(Struct, gc=False):
    """An entry that has its item under both keys; the older one is not parsed."""

    added_at: str | None = None
    added_by: User | None = None
    is_local: bool | None = None
    item: Item | UnsetType | None = UNSET
    track: Raw = Raw()


E = TypeVar("E", Entry, TwofoldEntry)


class Page(Struct, Generic[E], gc=False):
    """A page of entries; in a list of playlists it has only a `total`."""

    items: list[E | None] | None = None
    offset: Offset | None = None
    total: Int32 | None = None


class PlaylistMetadata(Struct, gc=False):
    """A playlist without its entries."""

    collaborative: bool | None = None
    description: str | None = None
    followers: Followers | None = None
    images: list[Image] | None = None
    name: str | None = None
    owner: User | None = None
    public: bool | None = None
    snapshot_id: str | None = None

    @property
    def owner_id(self) -> str | None:
        """The owner's user id."""
        return self.owner.id if self.owner else None

    @property
    def owner_name(self) -> str | None:
        """The owner's display name."""
        return self.owner.display_name if self.owner else None

    @property
    def followers_total(self) -> int | None:
        """Number of followers."""
        return self.followers.total if self.followers else None

    @property
    def image_url(self) -> str | None:
        """The largest cover."""
        return self.images[0].url if self.images else None


def named(playlist: PlaylistMetadata | None, name: str | UnsetType | None) -> PlaylistMetadata:
    """A playlist with the name that the envelope gives it, if it gives one."""
    known = playlist or PlaylistMetadata()
    if name:
        known.name = name
    return known


class Playlist(PlaylistMetadata, gc=False):
    """A playlist with its first page under either key."""

    items: Page[Entry] | UnsetType | None = UNSET
    tracks: Page[Entry] | UnsetType | None = UNSET


class TwofoldPlaylist(PlaylistMetadata, gc=False):
    """A playlist that has its first page under both keys; the older one is not parsed."""

    items: Page[TwofoldEntry] | UnsetType | None = UNSET
    tracks: Raw = Raw()
