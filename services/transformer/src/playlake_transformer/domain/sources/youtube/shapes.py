"""Structs of YouTube's objects. They have only the fields that a table needs; others are skipped.

Every field is optional: YouTube leaves out what it does not know, such as the owner of a deleted
video.

Shapes: https://developers.google.com/youtube/v3/docs/playlists
and https://developers.google.com/youtube/v3/docs/playlistItems
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from playlake_contracts.sources.youtube import video_of

Int32 = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]


class Thumbnail(Struct, gc=False):
    """A cover in one size."""

    url: str | None = None


class Thumbnails(Struct, gc=False):
    """The covers of a playlist by size, from small to large."""

    default: Thumbnail | None = None
    medium: Thumbnail | None = None
    high: Thumbnail | None = None
    standard: Thumbnail | None = None
    maxres: Thumbnail | None = None

    @property
    def largest(self) -> str | None:
        """The address of the largest one."""
        sizes = (self.maxres, self.standard, self.high, self.medium, self.default)
        return next((size.url for size in sizes if size is not None and size.url), None)


class Status(Struct, gc=False, rename="camel"):
    """Whether a playlist or a video is public."""

    privacy_status: str | None = None


class PlaylistSnippet(Struct, gc=False, rename="camel"):
    """The basic fields of a playlist."""

    title: str | None = None
    description: str | None = None
    channel_id: str | None = None
    channel_title: str | None = None
    thumbnails: Thumbnails | None = None


class Playlist(Struct, gc=False, rename="camel"):
    """A playlist without its entries, as `model.Playlist`."""

    snippet: PlaylistSnippet | None = None
    status: Status | None = None

    @property
    def snapshot_id(self) -> None:
        """None: the etag of a playlist is no version of its entries."""

    @property
    def name(self) -> str | None:
        """The title."""
        return self._snippet.title

    @property
    def description(self) -> str | None:
        """The description."""
        return self._snippet.description

    @property
    def owner_id(self) -> str | None:
        """The id of the channel that the playlist belongs to."""
        return self._snippet.channel_id

    @property
    def owner_name(self) -> str | None:
        """The title of that channel."""
        return self._snippet.channel_title

    @property
    def public(self) -> bool | None:
        """Whether it is neither private nor unlisted."""
        privacy = self.status.privacy_status if self.status else None
        return None if privacy is None else privacy == "public"

    @property
    def image_url(self) -> str | None:
        """The largest cover."""
        covers = self._snippet.thumbnails
        return covers.largest if covers else None

    @property
    def _snippet(self) -> PlaylistSnippet:
        return self.snippet or PlaylistSnippet()


class PlaylistResponse(Struct, gc=False):
    """The response of `playlists.list` for one playlist."""

    items: list[Playlist] | None = None

    @property
    def playlist(self) -> Playlist:
        """The playlist; without values if the response has none."""
        return self.items[0] if self.items else Playlist()


class ResourceId(Struct, gc=False, rename="camel"):
    """What an entry refers to."""

    video_id: str | None = None


class EntrySnippet(Struct, gc=False, rename="camel"):
    """The basic fields of an entry: those of the entry itself, and those of its video."""

    published_at: str | None = None
    channel_id: str | None = None
    title: str | None = None
    video_owner_channel_id: str | None = None
    video_owner_channel_title: str | None = None
    resource_id: ResourceId | None = None


class ContentDetails(Struct, gc=False, rename="camel"):
    """The video of an entry."""

    video_id: str | None = None


class Entry(Struct, gc=False, rename="camel"):
    """An entry of a playlist: a video, who added it, and when."""

    snippet: EntrySnippet | None = None
    content_details: ContentDetails | None = None
    status: Status | None = None

    @property
    def video_id(self) -> str | None:
        """The id of the video; None if the entry names none."""
        details = self.content_details
        resource = self.snippet.resource_id if self.snippet else None
        return video_of(
            details.video_id if details else None, resource.video_id if resource else None
        )


class PageInfo(Struct, gc=False, rename="camel"):
    """What a page tells of all pages."""

    total_results: Int32 | None = None


class Page(Struct, gc=False, rename="camel"):
    """A page of entries."""

    items: list[Entry | None] | None = None
    page_info: PageInfo | None = None

    @property
    def total(self) -> int | None:
        """The number of entries on all pages."""
        return self.page_info.total_results if self.page_info else None


class Channel(Struct, gc=False):
    """The channel that a video belongs to, as `model.Artist`."""

    id: str | None = None
    name: str | None = None


class Video(Struct, gc=False):
    """The video of an entry, as `model.Item`; without a title if it is no longer there."""

    id: str | None = None
    name: str | None = None
    artists: list[Channel] = []

    @property
    def album(self) -> None:
        """None: a video has no album."""
