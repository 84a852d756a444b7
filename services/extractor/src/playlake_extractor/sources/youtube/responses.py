"""The fields of YouTube's responses that the extractor needs to count and compare entries."""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeVar

import msgspec
from msgspec import Meta, Raw

from playlake_contracts.sources.youtube import identity_of, video_of
from playlake_extractor.errors import UnexpectedResponseError
from playlake_extractor.http.decoding import JSON_ERRORS, decode, decode_or_none

T = TypeVar("T")

Int32 = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Snippet(msgspec.Struct, frozen=True, rename="camel"):
    """The title of a playlist."""

    title: str | None = None


class PlaylistDetails(msgspec.Struct, frozen=True, rename="camel"):
    """The number of entries of a playlist."""

    item_count: Int32 | None = None


class Playlist(msgspec.Struct, frozen=True, rename="camel"):
    """A playlist without its entries."""

    id: str | None = None
    etag: str | None = None
    snippet: Snippet | None = None
    content_details: PlaylistDetails | None = None

    @property
    def name(self) -> str | None:
        """The title."""
        return self.snippet.title if self.snippet else None

    @property
    def total(self) -> int | None:
        """Number of its entries."""
        return self.content_details.item_count if self.content_details else None


class Playlists(msgspec.Struct, frozen=True, rename="camel"):
    """A response of `playlists.list`."""

    items: list[Playlist] = []
    next_page_token: str | None = None


class PageInfo(msgspec.Struct, frozen=True, rename="camel"):
    """The number of entries on all pages."""

    total_results: Int32 | None = None


class Page(msgspec.Struct, frozen=True, rename="camel"):
    """A response of `playlistItems.list`; if `items` is missing, YouTube withheld them."""

    items: list[Raw] | None = None
    page_info: PageInfo | None = None
    next_page_token: str | None = None

    @property
    def total(self) -> int | None:
        """Number of entries on all pages."""
        return self.page_info.total_results if self.page_info else None


class ResourceId(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """What an entry refers to."""

    video_id: str | None = None


class EntrySnippet(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """When an entry was added, and what it refers to."""

    published_at: str | None = None
    resource_id: ResourceId | None = None


class Entry(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """An entry of a playlist.

    Attributes:
        id: the id of the entry, which is not that of the video.
    """

    id: str | None = None
    snippet: EntrySnippet | None = None
    content_details: ResourceId | None = None

    @property
    def identity(self) -> str | None:
        """The text that distinguishes it from other entries; None if it names no video."""
        details = self.content_details
        resource = self.snippet.resource_id if self.snippet else None
        video_id = video_of(
            details.video_id if details else None, resource.video_id if resource else None
        )
        return identity_of(video_id)

    @property
    def added_at(self) -> str | None:
        """When it was added, as YouTube sent it; None if that is not text."""
        return self.snippet.published_at if self.snippet else None


_decoder: Final = msgspec.json.Decoder(Entry | None)


def read_entry(raw: Raw) -> Entry:
    """Read an entry without fields of a wrong type; empty if it is not an object."""
    try:
        return _decoder.decode(raw) or Entry()
    except JSON_ERRORS:
        fields = _fields(decode_or_none(bytes(raw), object))
    snippet = _fields(fields.get("snippet"))
    return Entry(
        id=_text(fields.get("id")),
        snippet=EntrySnippet(_text(snippet.get("publishedAt")), _id(snippet.get("resourceId"))),
        content_details=_id(fields.get("contentDetails")),
    )


def decode_response(body: bytes, kind: type[T]) -> T:
    """Decode one of YouTube's responses.

    Raises:
        UnexpectedResponseError: it does not match YouTube's documentation.
    """
    try:
        return decode(body, kind)
    except JSON_ERRORS as error:
        message = f"YouTube's {kind.__name__.lower()} is not as documented: {error}"
        raise UnexpectedResponseError(message) from error


def _fields(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _id(value: object) -> ResourceId:
    return ResourceId(_text(_fields(value).get("videoId")))
