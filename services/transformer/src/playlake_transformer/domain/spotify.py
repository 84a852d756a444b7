"""Spotify's objects, with only the fields that a table needs; all others are skipped unparsed.

Every field is optional: tiers of the API leave fields out, takedowns and local files null them.
Both generations of keys are known: `items`/`item`, and `tracks`/`track`, which stays unparsed
until the new key turns out to be absent, because extended apps send everything twice.

Shapes: https://developer.spotify.com/documentation/web-api/reference/get-playlists-items
"""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

# An unparsed null. Raw equals only Raw: compared with bytes it is never equal.
NULL = Raw(b"null")

Int32 = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Offset = Annotated[int, Meta(ge=-(2**31), le=2**30)]  # leaves room to number what follows it
Int64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


class ExternalUrls(Struct, gc=False):
    """`external_urls`."""

    spotify: str | None = None


class ExternalIds(Struct, gc=False):
    """`external_ids`."""

    isrc: str | None = None
    upc: str | None = None


class Followers(Struct, gc=False):
    """`followers`."""

    total: Int64 | None = None


class Image(Struct, gc=False):
    """A cover; Spotify sends the largest first."""

    url: str | None = None


class Restrictions(Struct, gc=False):
    """`restrictions`: why an item cannot be played."""

    reason: str | None = None


class LinkedFrom(Struct, gc=False):
    """`linked_from`: the track asked for, where another was sent instead."""

    id: str | None = None


class User(Struct, gc=False):
    """An owner, or who added an item."""

    id: str | None = None
    display_name: str | None = None


class Artist(Struct, gc=False):
    """An artist, simplified or full."""

    id: str | None = None
    name: str | None = None
    uri: str | None = None
    external_urls: ExternalUrls | None = None
    followers: Followers | None = None
    genres: list[str] | None = None
    popularity: Int32 | None = None


class Album(Struct, gc=False):
    """An album, simplified or full."""

    album_type: str | None = None
    artists: list[Artist] | None = None
    available_markets: Raw = Raw()
    external_ids: ExternalIds | None = None
    external_urls: ExternalUrls | None = None
    genres: list[str] | None = None
    id: str | None = None
    images: list[Image] | None = None
    label: str | None = None
    name: str | None = None
    popularity: Int32 | None = None
    release_date: str | None = None
    release_date_precision: str | None = None
    total_tracks: Int32 | None = None
    uri: str | None = None


NonEmpty = Annotated[str, Meta(pattern=".")]


class DetailedArtist(Artist, gc=False, kw_only=True):
    """The response of `GET /artists/{id}`."""

    id: NonEmpty


class DetailedAlbum(Album, gc=False, kw_only=True):
    """The response of `GET /albums/{id}`; its tracks, which lack what playlists tell, are left."""

    id: NonEmpty


class Show(Struct, gc=False):
    """A podcast."""

    id: str | None = None
    name: str | None = None


class Item(Struct, gc=False):
    """A track, an episode or a local file."""

    album: Album | None = None
    artists: list[Artist] | None = None
    available_markets: Raw = Raw()
    disc_number: Int32 | None = None
    duration_ms: Int64 | None = None
    explicit: bool | None = None
    external_ids: ExternalIds | None = None
    external_urls: ExternalUrls | None = None
    id: str | None = None
    is_local: bool | None = None
    is_playable: bool | None = None
    linked_from: LinkedFrom | None = None
    name: str | None = None
    popularity: Int32 | None = None
    preview_url: str | None = None
    restrictions: Restrictions | None = None
    show: Show | None = None
    track_number: Int32 | None = None
    type: str | None = None
    uri: str | None = None


class Entry(Struct, gc=False):
    """A place in a playlist: who added what, when."""

    added_at: str | None = None
    added_by: User | None = None
    is_local: bool | None = None
    item: Item | UnsetType | None = UNSET
    track: Raw = Raw()


class Page(Struct, gc=False):
    """A page of entries, or only its `total` in listings."""

    items: list[Entry | None] | None = None
    offset: Offset | None = None
    total: Int32 | None = None


class PlaylistMetadata(Struct, gc=False):
    """A playlist without its contents."""

    id: str | None = None
    collaborative: bool | None = None
    description: str | None = None
    external_urls: ExternalUrls | None = None
    followers: Followers | None = None
    images: list[Image] | None = None
    name: str | None = None
    owner: User | None = None
    public: bool | None = None
    snapshot_id: str | None = None
    uri: str | None = None


class Playlist(PlaylistMetadata, gc=False):
    """A playlist with its first page under either key."""

    items: Page | UnsetType | None = UNSET
    tracks: Raw = Raw()
