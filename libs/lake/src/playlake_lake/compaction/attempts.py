"""Whether a lake in a folder is due for a compaction by itself: at most one attempt an hour.

Neither DuckDB nor Arrow is loaded and no mark is opened, so this is quick enough for every run.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from playlake_contracts.keys import COMPACTION_ATTEMPT_KEY, PARTITION_KEY, table_prefix
from playlake_lake.compaction.closed import MARGIN, days_over
from playlake_lake.compaction.in_force import read_in_force

if TYPE_CHECKING:
    from playlake_lake.folder import Folder

INTERVAL: Final = timedelta(hours=1)


class _Attempt(msgspec.Struct, frozen=True):
    """When a compaction was last attempted, UTC."""

    at: Annotated[datetime, msgspec.Meta(tz=True)]


def begin_attempt(folder: Folder, now: datetime) -> bool:
    """Whether the caller is to compact a lake now; if so, the attempt is noted before.

    It is to if a day that is over is not compacted, the lake is this user's own and can be written,
    and nobody has attempted it within the last hour. Of several processes one is to.

    Args:
        folder: the lake.
        now: the time, UTC.

    Raises:
        LakeError: the lake cannot be read or written, or what is in force is damaged.
    """
    if not _is_ones_own(folder):
        return False
    held = folder.held(COMPACTION_ATTEMPT_KEY)
    if held is not None and _is_recent(held.body, now):
        return False
    if not _has_days_left(folder, now):
        return False
    body = msgspec.json.encode(_Attempt(now))
    return folder.replace(COMPACTION_ATTEMPT_KEY, body, held and held.etag)


def _is_ones_own(folder: Folder) -> bool:
    """Whether the folder can be written and is not another user's, who may not write our files."""
    if not os.access(folder.root, os.W_OK):
        return False
    return os.name == "nt" or folder.root.stat().st_uid == os.geteuid()


def _is_recent(body: bytes, now: datetime) -> bool:
    """Whether an attempt was made in the last hour; an unreadable or future one does not count."""
    try:
        attempt = msgspec.json.decode(body, type=_Attempt)
    except msgspec.DecodeError:
        return False
    return now - INTERVAL < attempt.at <= now


def _has_days_left(folder: Folder, now: datetime) -> bool:
    prefix = f"{PARTITION_KEY}="
    names = folder.folders(table_prefix("loads"))
    days = {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
    in_force = read_in_force(folder)
    compacted = {day for month in in_force.months.values() for day in month.days}
    return bool(days_over(days - compacted, now, MARGIN))
