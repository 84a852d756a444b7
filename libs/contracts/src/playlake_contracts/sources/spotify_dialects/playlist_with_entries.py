"""Playlists whose page was replaced by an array of all entries, as scripts for backups write them.

The array is under `tracks` or `items`. What else the playlist has is as the Web API sent it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Raw

from playlake_contracts.sources.dialect_reading import (
    DialectError,
    Json,
    bounded,
    decoded,
    fields_of,
)
from playlake_contracts.sources.spotify_dialects.entry_arrays import same
from playlake_contracts.sources.spotify_dialects.reading import Saved

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNDER: Final = ("tracks", "items")


def read(playlist: bytes, _pages: Sequence[bytes]) -> Saved:
    """Read a playlist; see `Reader`."""
    fields = decoded(playlist, dict[str, Raw])
    held = {name: fields[name] for name in _UNDER if _is_array(fields.get(name))}
    if not held:
        raise DialectError("has no array of entries")
    arrays = {name: decoded(bytes(array), list[Raw]) for name, array in held.items()}
    name = max(arrays, key=lambda name: len(arrays[name]))
    own: Json = {key: value for key, value in fields.items() if key not in _UNDER}
    return Saved(own, bounded(map(same, arrays[name])), _total(fields, name))


def _is_array(value: Raw | None) -> bool:
    return value is not None and bytes(memoryview(value)[:1]) == b"["


def _total(fields: dict[str, Raw], name: str) -> int | None:
    """The total of a page that stayed beside the array."""
    for other in _UNDER:
        if other != name and other in fields and not _is_array(fields[other]):
            total = fields_of(fields[other]).get("total")
            return total if isinstance(total, int) else None
    return None
