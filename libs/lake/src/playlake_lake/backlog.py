"""What is left to do in a lake in a folder. There is no queue: `playlake_contracts.backlog`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts import backlog
from playlake_contracts.keys import RAW_PREFIX, REJECTED_PREFIX, table_prefix
from playlake_contracts.rejects import is_dismissed

if TYPE_CHECKING:
    from playlake_contracts.keys import RawKey
    from playlake_lake.folder import Folder


def waiting(folder: Folder, prefix: str = RAW_PREFIX) -> list[RawKey]:
    """The raw objects under a prefix that are neither committed nor rejected, in order."""
    done = [*folder.keys(table_prefix("loads")), *folder.keys(REJECTED_PREFIX)]
    return backlog.undone(folder.keys(prefix), done)


def rejected(folder: Folder, prefix: str = RAW_PREFIX) -> list[RawKey]:
    """The raw objects under a prefix that were rejected and not committed after all, in order."""
    records, marks = folder.keys(REJECTED_PREFIX), folder.keys(table_prefix("loads"))
    return backlog.rejected(folder.keys(prefix), records, marks)


def counting(folder: Folder, prefix: str = RAW_PREFIX) -> list[RawKey]:
    """The rejected raw objects under a prefix that nobody has dismissed, in order."""
    found = rejected(folder, prefix)
    return [key for key in found if not is_dismissed(folder.read(key.rejected) or b"")]
