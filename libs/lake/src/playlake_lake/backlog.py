"""What is left to do in a lake. There is no queue: the keys say it.

A raw object is done if it has a commit mark, or a record of why it was rejected.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from playlake_contracts.keys import RAW_PREFIX, REJECTED_PREFIX, RawKey, table_prefix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playlake_lake.folder import Folder


def waiting(folder: Folder, prefix: str = RAW_PREFIX) -> list[RawKey]:
    """The raw objects under a prefix that are neither committed nor rejected, in order."""
    done = {*folder.keys(table_prefix("loads")), *folder.keys(REJECTED_PREFIX)}
    return [
        key
        for key in raw_keys(folder.keys(prefix))
        if key.curated("loads") not in done and key.rejected not in done
    ]


def rejected(folder: Folder, prefix: str = RAW_PREFIX) -> list[RawKey]:
    """The raw objects under a prefix that were rejected, in order."""
    records = set(folder.keys(REJECTED_PREFIX))
    return [key for key in raw_keys(folder.keys(prefix)) if key.rejected in records]


def raw_keys(keys: Iterable[str]) -> Iterator[RawKey]:
    """The keys of raw objects among some; those of other files are left out."""
    for key in keys:
        with suppress(ValueError):
            yield RawKey.parse(key)
