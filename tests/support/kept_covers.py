"""Covers that a lake keeps. All synthetic."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from playlake_contracts.keys import CoverLink, address_digest, cover_image_key
from playlake_sandbox.covers import draw_cover

if TYPE_CHECKING:
    from historical_lakes import Read

    from playlake_lake.folder import Folder

SOURCE: Final = "spotify"
FIRST_ADDRESS: Final = "https://i.scdn.co/image/first?day=1"
SECOND_ADDRESS: Final = "https://mosaic.scdn.co/640/second"
FIRST_IMAGE: Final = draw_cover("first")
SECOND_IMAGE: Final = draw_cover("second")


def digest_of(image: bytes) -> str:
    """The SHA-256 of an image in hexadecimal."""
    return sha256(image).hexdigest()


def with_cover(snapshot: Read, address: str | None) -> Read:
    """A snapshot whose playlist has a cover at an address."""
    playlist: dict[str, Any] = json.loads(snapshot.playlist)
    playlist["images"] = None if address is None else [{"url": address}]
    return replace(snapshot, playlist=json.dumps(playlist).encode())


def keep_cover(folder: Folder, address: str, image: bytes) -> CoverLink:
    """Let a lake keep an image of an address."""
    link = CoverLink(SOURCE, address_digest(address), digest_of(image))
    folder.put_new(cover_image_key(link.image), image)
    folder.put_new(str(link), b"")
    return link
