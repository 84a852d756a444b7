"""The tables of the lake: one Arrow schema each, with a key and a description of every column.

Everything else that knows a column is made from this module: the Glue tables, the partitions,
the data model in the docs, the transformer's files. Columns are only ever added.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, get_args

import pyarrow as pa

from playlake_contracts.keys import QUARANTINE
from playlake_contracts.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

# The date of the run. Files are partitioned by it, under the path key `keys.PARTITION_KEY`.
DATE_COLUMN: Final = "snapshot_date"
TIMESTAMP: Final = pa.timestamp("us", tz="UTC")

ItemType = Literal[
    "track", "episode", "chapter", "audiobook", "local", "other", "unavailable", "unreadable"
]
ITEM_TYPES: Final[tuple[ItemType, ...]] = get_args(ItemType)


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what one row is, the columns that tell rows apart, the Arrow schema."""

    name: str
    row_is: str
    key: tuple[str, ...]
    schema: pa.Schema


def description(field: pa.Field) -> str:
    """What a column holds, in one phrase."""
    text: bytes = field.metadata[b"description"]
    return text.decode()


def _key(name: str, arrow_type: pa.DataType, text: str) -> pa.Field:
    return pa.field(name, arrow_type, nullable=False, metadata={"description": text})


def _column(name: str, arrow_type: pa.DataType, text: str) -> pa.Field:
    return pa.field(name, arrow_type, nullable=True, metadata={"description": text})


_COMMON = (
    _key("source", pa.string(), "where the playlist comes from, such as spotify"),
    _key("run_id", pa.string(), "the run that landed the raw object"),
    _key("part", pa.string(), "the raw object of the run: part-0000 and so on, or manifest"),
    _key(DATE_COLUMN, pa.string(), "the UTC date of the run, as 2026-11-21"),
    _key("fetched_at", TIMESTAMP, "when the source answered, UTC"),
)
COMMON_COLUMNS: Final = tuple(field.name for field in _COMMON)


def _table(name: str, row_is: str, key: tuple[str, ...], *columns: pa.Field) -> Table:
    return Table(name, row_is, key, pa.schema([*_COMMON, *columns]))


_PLAYLISTS = _table(
    "playlists",
    "a snapshot: one playlist as it was at one moment",
    ("source", "playlist_id", "run_id"),
    _key("playlist_id", pa.string(), "the source's id of the playlist"),
    _column("snapshot_id", pa.string(), "the source's version of the playlist, opaque"),
    _column("name", pa.string(), "the playlist's name"),
    _column("description", pa.string(), "the description with HTML entities resolved"),
    _column("description_raw", pa.string(), "the description as sent"),
    _column("owner_id", pa.string(), "the owner's user id"),
    _column("owner_name", pa.string(), "the owner's display name"),
    _column("is_public", pa.bool_(), "whether it shows on the owner's profile"),
    _column("is_collaborative", pa.bool_(), "whether others may edit it"),
    _column("followers", pa.int64(), "number of followers, where the API still sends it"),
    _column("image_url", pa.string(), "the largest cover; Spotify's expire within a day"),
    _column("total", pa.int32(), "entries that the playlist has, as the source says"),
    _key("entries", pa.int32(), "entries read: rows of this snapshot in playlist_items"),
    _key("is_complete", pa.bool_(), "whether all pages were read"),
    _column("api", pa.string(), "variant of the API; Spotify's are classic, items and both"),
    _key(
        "content_hash",
        pa.string(),
        "version and digest of the ordered entries; equal means same content, and digests of "
        "different versions cannot be compared",
    ),
)

_PLAYLIST_ITEMS = _table(
    "playlist_items",
    "a position in a snapshot, whatever stands there; no position is ever left out",
    ("source", "playlist_id", "run_id", "position"),
    _key("playlist_id", pa.string(), "the source's id of the playlist"),
    _key("position", pa.int32(), "place in the playlist, from 0"),
    _key(
        "item_type",
        pa.string(),
        f"one of {', '.join(ITEM_TYPES)}; unreadable: nothing of the item could be read",
    ),
    _column(
        "identity",
        pa.string(),
        "what tells the entry from others: its URI, else id: and its id, else name: and its "
        "title and artists",
    ),
    _column("track_id", pa.string(), "the track, where it is one; see tracks"),
    _column("episode_id", pa.string(), "the episode, where it is one"),
    _column("isrc", pa.string(), "International Standard Recording Code of the track"),
    _column("name", pa.string(), "title of the track, episode, chapter, book or local file"),
    _column("artist_names", pa.string(), "names of the credited artists, joined by a comma"),
    _column("album_name", pa.string(), "name of the album"),
    _column("show_id", pa.string(), "the episode's show, or the chapter's audiobook"),
    _column("show_name", pa.string(), "name of the episode's show, or of the chapter's audiobook"),
    _column("duration_ms", pa.int64(), "length in milliseconds"),
    _column("is_explicit", pa.bool_(), "whether it has explicit lyrics"),
    _column("is_playable", pa.bool_(), "whether it can be played, where sent"),
    _column("added_at", TIMESTAMP, "when it was added; null where the source does not know"),
    _column("added_at_raw", pa.string(), "when it was added, as sent, where added_at is null"),
    _column("added_by", pa.string(), "user id of who added it"),
    _column("reason", pa.string(), "why it is unavailable, not playable, or not fully read"),
)

_TRACKS = _table(
    "tracks",
    "a track (song) as it was seen in a part",
    ("source", "track_id", "run_id", "part"),
    _key("track_id", pa.string(), "the source's id of the track"),
    _column("name", pa.string(), "title"),
    _column("album_id", pa.string(), "the album; see albums"),
    _column("duration_ms", pa.int64(), "length in milliseconds"),
    _column("is_explicit", pa.bool_(), "whether it has explicit lyrics"),
    _column("disc_number", pa.int32(), "disc, from 1"),
    _column("track_number", pa.int32(), "place on the disc, from 1"),
    _column("popularity", pa.int32(), "0 to 100, where the API still sends it"),
    _column("isrc", pa.string(), "International Standard Recording Code"),
    _column("is_playable", pa.bool_(), "whether it can be played, where sent"),
    _column("linked_from_id", pa.string(), "the track that was requested, where relinked"),
    _column("markets", pa.int32(), "number of countries it is available in, where still sent"),
)

_ALBUMS = _table(
    "albums",
    "an album as it was seen in a part",
    ("source", "album_id", "run_id", "part"),
    _key("album_id", pa.string(), "the source's id of the album"),
    _column("name", pa.string(), "title"),
    _column("album_type", pa.string(), "album, single or compilation"),
    _column("release_date", pa.date32(), "first day of what release_date_raw says"),
    _column("release_date_raw", pa.string(), "release date as sent: a year, a month or a day"),
    _column("release_date_precision", pa.string(), "year, month or day"),
    _column("total_tracks", pa.int32(), "number of tracks"),
    _column("label", pa.string(), "record label; from details only, where still sent"),
    _column("popularity", pa.int32(), "0 to 100; from details only, where still sent"),
    _column("genres", pa.string(), "genres joined by a comma; from details only"),
    _column("upc", pa.string(), "Universal Product Code; from details only"),
    _column("image_url", pa.string(), "the largest cover"),
    _column("markets", pa.int32(), "number of countries it is available in, where still sent"),
)

_ARTISTS = _table(
    "artists",
    "an artist as it was seen in a part",
    ("source", "artist_id", "run_id", "part"),
    _key("artist_id", pa.string(), "the source's id of the artist"),
    _column("name", pa.string(), "name"),
    _column("followers", pa.int64(), "number of followers; from details only, where still sent"),
    _column("popularity", pa.int32(), "0 to 100; from details only, where still sent"),
    _column("genres", pa.string(), "genres joined by a comma; from details only"),
)


def _credits(work: str) -> Table:
    return _table(
        f"{work}_artists",
        f"an artist's place in the credits of {'an' if work[0] in 'aeiou' else 'a'} {work}",
        ("source", f"{work}_id", "run_id", "part", "position"),
        _key(f"{work}_id", pa.string(), f"the source's id of the {work}"),
        _key("position", pa.int32(), "place in the credits, from 0"),
        _column("artist_id", pa.string(), "the artist; see artists"),
        _column("artist_name", pa.string(), "the name as credited"),
    )


_RUN_OUTCOMES = _table(
    "run_outcomes",
    "what became of a playlist in a run",
    ("source", "run_id", "playlist_id"),
    _key("playlist_id", pa.string(), "the source's id of the playlist"),
    _key("outcome", pa.string(), f"one of {', '.join(Outcome)}"),
    _column("code", pa.string(), "error code behind the outcome"),
    _column("reason", pa.string(), "one sentence for a person"),
    _column("name", pa.string(), "the playlist's name, where known"),
    _column("snapshot_id", pa.string(), "the source's version of the playlist, where known"),
    _column("entries", pa.int32(), "entries read"),
    _column("total", pa.int32(), "entries that the playlist has, as the source says"),
    _column("is_complete", pa.bool_(), "whether all pages were read"),
    _column("raw_part", pa.string(), "the part that holds the snapshot"),
    _column("unchanged_since_run_id", pa.string(), "the run whose snapshot is still in force"),
    _column("content_hash", pa.string(), "as in playlists, of the snapshot in force"),
    _column(
        "items_changed",
        pa.bool_(),
        "whether the content differs from the snapshot before; null where that cannot be said",
    ),
    _key("trigger", pa.string(), "schedule or import"),
)

# What a part and a manifest become, beside quarantine and the commit mark.
PART_TABLES: Final = (
    _PLAYLISTS,
    _PLAYLIST_ITEMS,
    _TRACKS,
    _ALBUMS,
    _ARTISTS,
    _credits("track"),
    _credits("album"),
)
MANIFEST_TABLES: Final = (_RUN_OUTCOMES,)
DATA_TABLES: Final = (*PART_TABLES, *MANIFEST_TABLES)

_QUARANTINE = _table(
    QUARANTINE,
    "raw JSON that broke a rule, with the reason",
    ("source", "run_id", "part", "position"),
    _key("position", pa.int32(), "number of the rejected thing within the part, from 0"),
    _key("table_name", pa.string(), "the table that it belongs to"),
    _column("playlist_id", pa.string(), "the playlist, where known"),
    _column("entry_position", pa.int32(), "place in the playlist, where it was an entry"),
    _key("code", pa.string(), "error code: the rule that it broke"),
    _key("reason", pa.string(), "one sentence for a person"),
    _column("raw", pa.string(), "the raw JSON, invalid bytes replaced"),
)

_LOADS = _table(
    "loads",
    "a committed raw object: written last, so it is the commit mark",
    ("source", "run_id", "part"),
    _key("raw_key", pa.string(), "key of the raw object"),
    _key("raw_etag", pa.string(), "its ETag"),
    _key("raw_bytes", pa.int64(), "its size"),
    _key("json_bytes", pa.int64(), "its size decompressed"),
    _key("snapshots", pa.int32(), "snapshots in it"),
    *(
        _key(f"rows_{table.name}", pa.int64(), f"rows committed to {table.name}")
        for table in DATA_TABLES
    ),
    _key("rows_quarantined", pa.int64(), "rows committed to quarantine"),
    _key("committed_at", TIMESTAMP, "when the commit was made, UTC"),
    _key("transform_seconds", pa.float64(), "time spent transforming"),
    _key("transformer_version", pa.string(), "version of the transformer"),
)

# Every table of the catalog, the commit mark last.
TABLES: Final[Mapping[str, Table]] = MappingProxyType(
    {table.name: table for table in (*DATA_TABLES, _QUARANTINE, _LOADS)}
)
