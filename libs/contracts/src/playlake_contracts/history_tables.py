"""The tables of the history: what changed in playlists, and from when to when.

Compaction writes them and no service does, so `tables.TABLES` has none of them. They have neither
a part nor a day: their rows are about several runs.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from playlake_contracts.tables import TIMESTAMP, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

# The last ones are of the playlist's own values.
CHANGE_KINDS: Final = (
    "added", "removed", "moved", "readded", "unavailable", "available", "gone", "returned",
    "name", "description", "owner", "public", "collaborative", "cover",
)  # fmt: skip


def _sure(name: str, arrow_type: pa.DataType, text: str) -> pa.Field:
    return pa.field(name, arrow_type, nullable=False, metadata={"description": text})


def _or_null(name: str, arrow_type: pa.DataType, text: str) -> pa.Field:
    return pa.field(name, arrow_type, nullable=True, metadata={"description": text})


_PLAYLIST: Final = (
    _sure("source", pa.string(), "the service that the playlist comes from, such as spotify"),
    _sure("playlist_id", pa.string(), "the source's id of the playlist"),
)
_IDENTITY: Final = _or_null(
    "identity",
    pa.string(),
    "as in playlist_items; of an entry that became unavailable, the one that it had",
)
_ENTRY: Final = (
    _or_null("name", pa.string(), "title of the entry"),
    _or_null("artist_names", pa.string(), "names of the credited artists, joined by a comma"),
)

_CHANGES = Table(
    "changes",
    "a change of a playlist, or of an entry in it",
    ("source", "playlist_id", "seen_at", "run_id", "change", "from_position", "to_position"),
    pa.schema(
        [
            *_PLAYLIST,
            _sure("seen_at", TIMESTAMP, "the time of the run that shows the change, UTC"),
            _sure("run_id", pa.string(), "the run that shows the change"),
            _sure(
                "change",
                pa.string(),
                f"one of {', '.join(CHANGE_KINDS)}",
            ),
            _or_null("from_position", pa.int32(), "position before the change, from 0"),
            _or_null("to_position", pa.int32(), "position after the change, from 0"),
            _or_null(
                "since_at", TIMESTAMP, "the time of the last run that shows the state before, UTC"
            ),
            _or_null("since_run_id", pa.string(), "the last run that shows the state before"),
            _IDENTITY,
            _or_null("item_type", pa.string(), "as in playlist_items"),
            *_ENTRY,
            _or_null("added_at", TIMESTAMP, "when the entry was added, UTC"),
            _or_null("added_by", pa.string(), "id of the user who added the entry"),
            _or_null("old_value", pa.string(), "of the playlist's own values, the one before"),
            _or_null("new_value", pa.string(), "of the playlist's own values, the one after"),
        ]
    ),
)

_MEMBERSHIPS = Table(
    "memberships",
    "one stay of an entry in a playlist",
    ("source", "playlist_id", "identity", "copy"),
    pa.schema(
        [
            *_PLAYLIST,
            _IDENTITY,
            _sure("copy", pa.int32(), "number of the stay among those of the identity, from 1"),
            _sure("item_type", pa.string(), "as in playlist_items, as last seen"),
            *_ENTRY,
            _or_null(
                "added_at",
                TIMESTAMP,
                "when the entry was added, UTC; if it was taken out and put back, the last time",
            ),
            _or_null("added_by", pa.string(), "id of the user who added the entry"),
            _or_null("last_missing_at", TIMESTAMP, "the time of the last run before it came, UTC"),
            _or_null("last_missing_run_id", pa.string(), "the last run before it came"),
            _sure("first_seen_at", TIMESTAMP, "the time of the first run that shows it, UTC"),
            _sure("first_seen_run_id", pa.string(), "the first run that shows it"),
            _sure("last_seen_at", TIMESTAMP, "the time of the last run that shows it, UTC"),
            _sure("last_seen_run_id", pa.string(), "the last run that shows it"),
            _or_null("first_missing_at", TIMESTAMP, "the time of the first run after it went, UTC"),
            _or_null("first_missing_run_id", pa.string(), "the first run after it went"),
            _sure("first_position", pa.int32(), "position when it was first seen, from 0"),
            _sure("last_position", pa.int32(), "position when it was last seen, from 0"),
            _sure(
                "times_readded",
                pa.int32(),
                "how often it was taken out and put back between two runs",
            ),
            _or_null(
                "still_there", pa.bool_(), "whether it is there; null while the playlist is gone"
            ),
        ]
    ),
)

_TIMELINE = Table(
    "timeline",
    "consecutive runs between which the entries of a playlist did not change",
    ("source", "playlist_id", "first_run_id"),
    pa.schema(
        [
            *_PLAYLIST,
            _sure("standing", pa.string(), "unknown, there or gone"),
            _sure("first_at", TIMESTAMP, "the time of the first run, UTC"),
            _sure("first_run_id", pa.string(), "the first run"),
            _sure("last_at", TIMESTAMP, "the time of the last run that says the same, UTC"),
            _sure("last_run_id", pa.string(), "the last run that says the same"),
            _or_null(
                "contents_run_id", pa.string(), "the run of the first snapshot with these entries"
            ),
            _or_null("entries", pa.int32(), "number of entries"),
            _sure("runs", pa.int32(), "number of runs"),
            _sure("silent_runs", pa.int32(), "number of these that say nothing about the contents"),
            _sure(
                "unresolved_runs",
                pa.int32(),
                "number of silent runs that refer to a snapshot that the lake lacks",
            ),
        ]
    ),
)

HISTORY_TABLES: Final[Mapping[str, Table]] = MappingProxyType(
    {table.name: table for table in (_CHANGES, _MEMBERSHIPS, _TIMELINE)}
)
# The tables with rows that last at the end of a month, and are standing until they end.
STANDING_TABLES: Final = (_MEMBERSHIPS.name, _TIMELINE.name)
