"""What a playlist holds: which entry is which, and a digest that tells whether two are equal.

Both services use this module, so the manifest's `items_sha256` and the column `content_hash` are
the same text for the same snapshot.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# A digest begins with it. Version 1 had no prefix and knew an entry by its URI alone.
DIGEST_VERSION: Final = "2"

_BYTES: Final = 16
# To copy a hash is faster than to make one.
_EMPTY: Final = hashlib.blake2b(digest_size=_BYTES)


def entry_identity(
    uri: str | None, entry_id: str | None, name: str | None, artist_names: Iterable[str | None] = ()
) -> str | None:
    """What tells an entry from another: its URI, else its id, else its name and artists.

    Returns:
        `spotify:track:…`, `id:…` or `name:…`; None where the entry has none of them.
    """
    if uri:
        return uri
    if entry_id:
        return f"id:{entry_id}"
    if name:
        return "\t".join([f"name:{name}", *filter(None, artist_names)])
    return None


def page_start(offset: int | None, following: int) -> int:
    """The position of a page's first entry.

    A page that is missing leaves a gap. A page that overlaps what was read is numbered behind it,
    so that every entry keeps a position of its own.

    Args:
        offset: what the page declares.
        following: the position behind the last entry that was read.
    """
    return max(following, offset or 0)


class ContentDigest:
    """A digest of which entries are in a playlist, where, and when each was added.

    It is a sum of one hash an entry, so it is the same in whatever order the pages were read.
    """

    def __init__(self) -> None:
        self._sum = 0

    def add(self, position: int, identity: str | None, added_at: str | None) -> None:
        """Add an entry; `added_at` is the time as the source sent it."""
        entry = _EMPTY.copy()
        entry.update(f"{position}\t{identity}\t{added_at}".encode())
        self._sum += int.from_bytes(entry.digest(), "big")

    def __str__(self) -> str:
        return f"{DIGEST_VERSION}:{self._sum % 2 ** (8 * _BYTES):0{2 * _BYTES}x}"


def has_changed(digest: str | None, before: str | None) -> bool | None:
    """Whether two digests are of different contents; None where they cannot be compared."""
    if digest is None or before is None or _version(digest) != _version(before):
        return None
    return digest != before


def _version(digest: str) -> str:
    return digest.partition(":")[0] if ":" in digest else "1"
