"""The identity of an entry, and a digest of a playlist's contents.

Both services use this module, so the manifest's `items_sha256` and the column `content_hash` are
equal for the same snapshot.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from collections.abc import Iterable

# The prefix of every digest. Version 1 had no prefix and used only the URI of an entry.
DIGEST_VERSION: Final = "2"

_BY_ID: Final = "id:"
_BY_NAME: Final = "name:"
_BETWEEN_NAMES: Final = "\t"

_BYTES: Final = 16
# Copying a hash object is faster than creating one.
_EMPTY: Final = hashlib.blake2b(digest_size=_BYTES)


def entry_identity(
    uri: str | None, entry_id: str | None, name: str | None, artist_names: Iterable[str | None] = ()
) -> str | None:
    """The text that distinguishes an entry from others: its URI, else its id, else its names.

    Returns:
        `spotify:track:…`, `id:…`, or `name:…` with the names of the artists; None if the entry
        has none of them.
    """
    if uri:
        return uri
    if entry_id:
        return f"{_BY_ID}{entry_id}"
    if name:
        return _BETWEEN_NAMES.join([f"{_BY_NAME}{name}", *filter(None, artist_names)])
    return None


def identifier_of(identity: str) -> str:
    """An identity as a URI, which files for players have as the identifier of a track."""
    is_uri = not identity.startswith((_BY_ID, _BY_NAME))
    return identity if is_uri else quote(identity, safe=":")


def identity_parts(identifier: str) -> tuple[str | None, str | None, list[str]]:
    """The id, the name and the names of the artists that an identity without a URI consists of.

    Args:
        identifier: what `identifier_of` gave; of any other text there is none of the three.
    """
    if identifier.startswith(_BY_ID):
        return unquote(identifier).removeprefix(_BY_ID), None, []
    if identifier.startswith(_BY_NAME):
        name, *artists = unquote(identifier).removeprefix(_BY_NAME).split(_BETWEEN_NAMES)
        return None, name, artists
    return None, None, []


def page_start(offset: int | None, next_position: int) -> int:
    """The position of the first entry of a page.

    A missing page leaves a gap. A page that overlaps earlier pages is numbered after them, so that
    every entry has a position of its own.

    Args:
        offset: the offset that the page declares.
        next_position: the position after the last entry that was read.
    """
    return max(next_position, offset or 0)


class ContentDigest:
    """A digest of a playlist's entries, of their positions and of the times they were added.

    It is the sum of one hash for each entry, so it does not depend on the order of reading.
    """

    def __init__(self) -> None:
        self._sum = 0

    def add(
        self,
        positions: Iterable[int],
        identities: Iterable[str | None],
        added_at: Iterable[str | None],
    ) -> None:
        """Add entries; `added_at` is the time of each as the source sent it."""
        empty, total = _EMPTY.copy, 0
        for position, identity, at in zip(positions, identities, added_at, strict=True):
            entry = empty()
            entry.update(f"{position}\t{identity}\t{at}".encode())
            total += int.from_bytes(entry.digest(), "big")
        self._sum += total

    def __str__(self) -> str:
        return f"{DIGEST_VERSION}:{self._sum % 2 ** (8 * _BYTES):0{2 * _BYTES}x}"


def has_changed(digest: str | None, before: str | None) -> bool | None:
    """Whether two digests show different contents; None if they cannot be compared."""
    if digest is None or before is None or _version(digest) != _version(before):
        return None
    return digest != before


def _version(digest: str) -> str:
    return digest.partition(":")[0] if ":" in digest else "1"
