"""Kept covers of playlists: which images are taken, and which image an address led to.

An image is an object under the digest of its bytes, so two playlists with one cover share it. A
table has the address that a playlist's cover had in each snapshot, and a link says which image
was there. Both objects are written once.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from playlake_contracts.keys import CoverLink, address_digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MAX_COVER_BYTES: Final = 2 * 1024 * 1024

_JPEG: Final = b"\xff\xd8\xff"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_RIFF: Final = b"RIFF"
_WEBP: Final = slice(8, 12)


def media_type_of(image: bytes) -> str | None:
    """The media type of a JPEG, PNG or WebP image by its first bytes; None if it is neither."""
    if image.startswith(_JPEG):
        return "image/jpeg"
    if image.startswith(_PNG):
        return "image/png"
    return "image/webp" if image.startswith(_RIFF) and image[_WEBP] == b"WEBP" else None


def links_of(keys: Iterable[str]) -> Iterator[CoverLink]:
    """The links among some keys; other keys are passed over."""
    for key in keys:
        with suppress(ValueError):  # another program's object
            yield CoverLink.parse(key)


class KeptCovers:
    """The images that are kept, by the addresses that led to them.

    Args:
        keys: keys of links in order. Of two links of one address the first counts.
    """

    def __init__(self, keys: Iterable[str] = ()) -> None:
        images: dict[tuple[str, str], str] = {}
        for link in links_of(keys):
            images.setdefault((link.source, link.address), link.image)
        self._images: Mapping[tuple[str, str], str] = images

    def __bool__(self) -> bool:
        return bool(self._images)

    def image_at(self, source: str, address: str | None) -> str | None:
        """The SHA-256 of the image at an address of a cover; None if none is kept."""
        if not address:
            return None
        try:
            return self._images.get((source, address_digest(address)))
        except ValueError:  # it is no address, so nothing was ever fetched from it
            return None
