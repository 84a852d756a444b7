"""What is left to do in a lake in a folder. There is no queue: `playlake_contracts.backlog`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.backlog import raw_keys, undone
from playlake_contracts.keys import RAW_PREFIX, REJECTED_PREFIX, table_prefix

if TYPE_CHECKING:
    from playlake_contracts.keys import RawKey
    from playlake_lake.folder import Folder


def waiting(folder: Folder, prefix: str = RAW_PREFIX) -> list[RawKey]:
    """The raw objects under a prefix that are neither committed nor rejected, in order."""
    done = [*folder.keys(table_prefix("loads")), *folder.keys(REJECTED_PREFIX)]
    return undone(folder.keys(prefix), done)


def rejected(folder: Folder, prefix: str = RAW_PREFIX) -> list[RawKey]:
    """The raw objects under a prefix that were rejected, in order."""
    records = set(folder.keys(REJECTED_PREFIX))
    return [key for key in raw_keys(folder.keys(prefix)) if key.rejected in records]
