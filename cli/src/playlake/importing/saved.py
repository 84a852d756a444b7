"""A saved response: its bytes, and the few fields of it that putting it in its place needs.

The fields are those that the extractor decodes of Spotify's answers, and where each belongs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import msgspec

from playlake_contracts.manifest import Int32  # noqa: TC001 - msgspec reads it at run time
from playlake_extractor.sources.spotify import responses


class Page(responses.Page, frozen=True):
    """A page of entries that also says where it begins and whose it is."""

    total: Int32 | None = None
    offset: Annotated[int, msgspec.Meta(ge=0, le=2**30)] | None = None
    href: str | None = None


class Playlist(responses.Playlist, frozen=True):
    """A playlist that also says which it is."""

    items: Page | None = None
    tracks: Page | None = None
    id: str | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """A response of Spotify that somebody saved.

    Attributes:
        origin: its file, and its number in square brackets where the file holds an array.
        body: its bytes.
        playlist_id: Spotify's id, or `file-` and a digest where the response does not say.
        playlist: the playlist; None where the response is a bare page.
        page: the bare page or the playlist's first; None where Spotify withheld the entries.
    """

    origin: str
    body: bytes
    playlist_id: str
    playlist: Playlist | None
    page: Page | None

    @property
    def start(self) -> int:
        """The position of the page's first entry."""
        return (self.page and self.page.offset) or 0

    @property
    def end(self) -> int:
        """The position behind the page's last entry."""
        return self.start + len((self.page and self.page.items) or ())
