"""Arrays of entries, as a loop over pages leaves them: `results["items"]` of all pages in one list.

Entries one a line are landed as many pages, each with one entry. They do not say of which playlist
they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Raw

from playlake_contracts.sources.dialect_reading import bounded, decoded
from playlake_contracts.sources.spotify_dialects.reading import Saved, SavedEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def read(_playlist: bytes, pages: Sequence[bytes]) -> Saved:
    """Read the entries of arrays and of single lines; see `Reader`."""
    return Saved({}, bounded(map(same, _entries(pages))))


def same(entry: Raw) -> SavedEntry:
    """An entry that the Web API itself wrote."""
    return SavedEntry(bytes(entry), bytes(entry))


def _entries(pages: Iterable[bytes]) -> Iterator[Raw]:
    for page in pages:
        if page.startswith(b"["):
            yield from decoded(page, list[Raw])
        else:
            yield Raw(page)
