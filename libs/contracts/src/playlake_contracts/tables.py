"""The tables of the lake: for each an Arrow schema, a key, and a description of every column.

The Glue tables, their partitions, the data model in the docs and the files of the transformer
derive from this module. Columns may be added, but not changed or removed; see `ADDED_COLUMNS`.
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

# The date of the run, as a column. In paths the same date is under `keys.PARTITION_KEY`.
DATE_COLUMN: Final = "snapshot_date"
TIMESTAMP: Final = pa.timestamp("us", tz="UTC")

# In the metadata of a Parquet file: the MD5 digest of the raw object that it was made from.
RAW_MD5: Final = "playlake.raw_md5"

ItemType = Literal[
    "track", "episode", "chapter", "audiobook", "local", "other", "unavailable", "unreadable"
]
ITEM_TYPES: Final[tuple[ItemType, ...]] = get_args(ItemType)


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the meaning of a row, the columns that identify a row, and the Arrow schema."""

    name: str
    row_is: str
    key: tuple[str, ...]
    schema: pa.Schema


def description(field: pa.Field) -> str:
    """The description of a column, in one phrase."""
    text: bytes = field.metadata[b"description"]
    return text.decode()


def _key(name: str, arrow_type: pa.DataType, text: str) -> pa.Field:
    return pa.field(name, arrow_type, nullable=False, metadata={"description": text})


def _column(name: str, arrow_type: pa.DataType, text: str) -> pa.Field:
    return pa.field(name, arrow_type, nullable=True, metadata={"description": text})


_COMMON = (
    _key("source", pa.string(), "the service that the playlist comes from, such as spotify"),
    _key("run_id", pa.string(), "the run that landed the raw object"),
    _key("part", pa.string(), "the raw object in the run: part-0000 and so on, or manifest"),
    _key(
        DATE_COLUMN,
        pa.string(),
        "the UTC date of the run, such as 2026-11-21; the same as day in the path",
    ),
    _key("fetched_at", TIMESTAMP, "when the source answered, UTC"),
)
COMMON_COLUMNS: Final = tuple(field.name for field in _COMMON)


# Spotify has no version of them; see its source.
_OF_LIKED_SONGS: Final = "of liked-songs, their number, and when which song was saved last"


def _table(name: str, row_is: str, key: tuple[str, ...], *columns: pa.Field) -> Table:
    return Table(name, row_is, key, pa.schema([*_COMMON, *columns]))


_PLAYLISTS = _table(
    "playlists",
    "a snapshot: one playlist as it was at one moment",
    ("source", "playlist_id", "run_id"),
    _key("playlist_id", pa.string(), "the source's id of the playlist"),
    _column(
        "snapshot_id",
        pa.string(),
        f"the source's id of this version of the playlist; {_OF_LIKED_SONGS}",
    ),
    _column("name", pa.string(), "the playlist's name"),
    _column("description", pa.string(), "the description with HTML entities decoded"),
    _column("description_raw", pa.string(), "the description as sent"),
    _column("owner_id", pa.string(), "the owner's user id"),
    _column("owner_name", pa.string(), "the owner's display name"),
    _column("is_public", pa.bool_(), "whether it shows on the owner's profile"),
    _column("is_collaborative", pa.bool_(), "whether other users may edit it"),
    _column("followers", pa.int64(), "number of followers, if the API still sends it"),
    _column(
        "image_url",
        pa.string(),
        "address of the largest cover; Spotify's addresses expire within a day",
    ),
    _column("total", pa.int32(), "number of entries that the playlist has according to the source"),
    _key(
        "entries",
        pa.int32(),
        "number of entries read; equals the snapshot's rows in playlist_items",
    ),
    _key("is_complete", pa.bool_(), "whether all pages were read"),
    _column(
        "api", pa.string(), "variant of the API that answered; for Spotify classic, items or both"
    ),
    _key(
        "content_hash",
        pa.string(),
        "version and digest of the ordered entries; equal digests mean equal contents; digests of "
        "different versions cannot be compared",
    ),
)

_PLAYLIST_ITEMS = _table(
    "playlist_items",
    "a position in a snapshot; every position has a row",
    ("source", "playlist_id", "run_id", "position"),
    _key("playlist_id", pa.string(), "the source's id of the playlist"),
    _key("position", pa.int32(), "position in the playlist, from 0"),
    _key(
        "item_type",
        pa.string(),
        f"one of {', '.join(ITEM_TYPES)}; unreadable means that no value of the item could be read",
    ),
    _column(
        "identity",
        pa.string(),
        "text that distinguishes the entry from others: its URI, else id: and its id, else name: "
        "and its title and artists",
    ),
    _column("track_id", pa.string(), "id of the track, if the item is one; see tracks"),
    _column("episode_id", pa.string(), "id of the episode, if the item is one"),
    _column("isrc", pa.string(), "International Standard Recording Code of the track"),
    _column("name", pa.string(), "title of the track, episode, chapter, audiobook or local file"),
    _column("artist_names", pa.string(), "names of the credited artists, joined by a comma"),
    _column("album_name", pa.string(), "name of the album"),
    _column("show_id", pa.string(), "id of the episode's show, or of the chapter's audiobook"),
    _column("show_name", pa.string(), "name of the episode's show, or of the chapter's audiobook"),
    _column("duration_ms", pa.int64(), "length in milliseconds"),
    _column("is_explicit", pa.bool_(), "whether it has explicit lyrics"),
    _column("is_playable", pa.bool_(), "whether it can be played, if the API sends it"),
    _column(
        "added_at",
        TIMESTAMP,
        "when the entry was added, UTC; null if the source does not know; of a day, its start",
    ),
    _column(
        "added_at_raw",
        pa.string(),
        "the time as sent, if it is only a day or added_at could not be derived from it",
    ),
    _column("added_by", pa.string(), "id of the user who added the entry"),
    _column("reason", pa.string(), "why the item is unavailable, not playable, or not fully read"),
)

_TRACKS = _table(
    "tracks",
    "a track (song) as it was seen in a part",
    ("source", "track_id", "run_id", "part"),
    _key("track_id", pa.string(), "the source's id of the track"),
    _column("name", pa.string(), "title"),
    _column("album_id", pa.string(), "id of the album; see albums"),
    _column("duration_ms", pa.int64(), "length in milliseconds"),
    _column("is_explicit", pa.bool_(), "whether it has explicit lyrics"),
    _column("disc_number", pa.int32(), "number of the disc, from 1"),
    _column("track_number", pa.int32(), "position on the disc, from 1"),
    _column("popularity", pa.int32(), "popularity from 0 to 100, if the API still sends it"),
    _column("isrc", pa.string(), "International Standard Recording Code"),
    _column("is_playable", pa.bool_(), "whether it can be played, if the API sends it"),
    _column(
        "linked_from_id",
        pa.string(),
        "id of the requested track, if the source sent another one instead",
    ),
    _column(
        "markets",
        pa.int32(),
        "number of countries where it is available, if the API still sends it",
    ),
)

_ALBUMS = _table(
    "albums",
    "an album as it was seen in a part",
    ("source", "album_id", "run_id", "part"),
    _key("album_id", pa.string(), "the source's id of the album"),
    _column("name", pa.string(), "title"),
    _column("album_type", pa.string(), "album, single or compilation"),
    _column("release_date", pa.date32(), "the release date; of a year or a month, its first day"),
    _column("release_date_raw", pa.string(), "release date as sent: a year, a month or a day"),
    _column("release_date_precision", pa.string(), "year, month or day"),
    _column("total_tracks", pa.int32(), "number of tracks"),
    _column("label", pa.string(), "record label, if the API still sends it; only from details"),
    _column(
        "popularity",
        pa.int32(),
        "popularity from 0 to 100, if the API still sends it; only from details",
    ),
    _column("genres", pa.string(), "genres joined by a comma; only from details"),
    _column("upc", pa.string(), "Universal Product Code; only from details"),
    _column("image_url", pa.string(), "address of the largest cover"),
    _column(
        "markets",
        pa.int32(),
        "number of countries where it is available, if the API still sends it",
    ),
)

_ARTISTS = _table(
    "artists",
    "an artist as it was seen in a part",
    ("source", "artist_id", "run_id", "part"),
    _key("artist_id", pa.string(), "the source's id of the artist"),
    _column("name", pa.string(), "name of the artist"),
    _column(
        "followers", pa.int64(), "number of followers, if the API still sends it; only from details"
    ),
    _column(
        "popularity",
        pa.int32(),
        "popularity from 0 to 100, if the API still sends it; only from details",
    ),
    _column("genres", pa.string(), "genres joined by a comma; only from details"),
)


def _credits(work: str) -> Table:
    return _table(
        f"{work}_artists",
        f"an artist in the credits of {'an' if work[0] in 'aeiou' else 'a'} {work}",
        ("source", f"{work}_id", "run_id", "part", "position"),
        _key(f"{work}_id", pa.string(), f"the source's id of the {work}"),
        _key("position", pa.int32(), "position in the credits, from 0"),
        _column("artist_id", pa.string(), "id of the artist; see artists"),
        _column("artist_name", pa.string(), "name of the artist as credited"),
    )


_RUN_OUTCOMES = _table(
    "run_outcomes",
    "the outcome of a playlist in a run",
    ("source", "run_id", "playlist_id"),
    _key("playlist_id", pa.string(), "the source's id of the playlist"),
    _key("outcome", pa.string(), f"one of {', '.join(Outcome)}"),
    _column("code", pa.string(), "error code that caused the outcome"),
    _column("reason", pa.string(), "one sentence for a person"),
    _column("name", pa.string(), "the playlist's name, if known"),
    _column(
        "snapshot_id",
        pa.string(),
        f"the source's id of this version of the playlist, if known; {_OF_LIKED_SONGS}",
    ),
    _column("entries", pa.int32(), "number of entries read"),
    _column("total", pa.int32(), "number of entries that the playlist has according to the source"),
    _column("is_complete", pa.bool_(), "whether all pages were read"),
    _column("raw_part", pa.string(), "the part that holds the snapshot"),
    _column("unchanged_since_run_id", pa.string(), "the run whose snapshot is still current"),
    _column("content_hash", pa.string(), "as in playlists, of the current snapshot"),
    _column(
        "items_changed",
        pa.bool_(),
        "whether the contents differ from the previous snapshot; null if they cannot be compared",
    ),
    _key("trigger", pa.string(), "what started the run: schedule or import"),
    _column(
        "account",
        pa.string(),
        "the account with which the run read the source; null if it has no name",
    ),
)

_IF_READ = "null if the contents could not be read"
_CHANGE = (
    "since the account's run before, by identity, each as often as it occurs, wherever it stands; "
    "null if that run has the playlist neither landed nor unchanged, or if either snapshot is "
    "incomplete or could not be read"
)

_PLAYLIST_DAILY = _table(
    "playlist_daily",
    "the contents of a playlist in a run, in figures",
    ("source", "playlist_id", "run_id"),
    _key("playlist_id", pa.string(), "the source's id of the playlist"),
    _column("entries", pa.int32(), "number of entries in the snapshot in force, if known"),
    _column(
        "distinct_tracks", pa.int32(), f"number of different tracks (songs), by id; {_IF_READ}"
    ),
    _column(
        "distinct_artists",
        pa.int32(),
        f"number of different artists that the entries credit, by id; {_IF_READ}",
    ),
    _column(
        "duration_ms",
        pa.int64(),
        "length of all entries in milliseconds, without those of unknown length; null if no length "
        "is known",
    ),
    _column(
        "explicit_share",
        pa.float64(),
        "share of explicit entries, from 0 to 1, among those of which it is known",
    ),
    _column(
        "median_release_year",
        pa.float64(),
        "median of the years in which the entries' albums were released, without unknown years",
    ),
    _column("entries_added", pa.int32(), f"number of entries that came {_CHANGE}"),
    _column("entries_removed", pa.int32(), f"number of entries that went {_CHANGE}"),
    _column(
        "contents_run_id",
        pa.string(),
        "the run that landed the snapshot in force: this run, or the one since which the playlist "
        "is unchanged",
    ),
    _column(
        "contents_part",
        pa.string(),
        "the part of that run that holds the snapshot; with it the entries are in playlist_items",
    ),
    _column("is_complete", pa.bool_(), "whether all pages of the snapshot were read, if known"),
)

_QUALITY_RESULTS = _table(
    "quality_results",
    "a quality rule that rows of a part broke",
    ("source", "run_id", "part", "rule"),
    _key("rule", pa.string(), "name of the rule; see the quality rules above"),
    _key("table_name", pa.string(), "the table of the rows"),
    _key("severity", pa.string(), "reject or warn"),
    _key("rows_checked", pa.int64(), "number of rows of the table in the part"),
    _key("rows_broken", pa.int64(), "number of rows that broke the rule"),
    _key("is_alarming", pa.bool_(), "whether more rows broke it than is tolerated"),
    _column("examples", pa.string(), "keys of up to three of these rows"),
)

# The tables of parts and of manifests, without quarantine and the commit mark.
PART_TABLES: Final = (
    _PLAYLISTS,
    _PLAYLIST_ITEMS,
    _TRACKS,
    _ALBUMS,
    _ARTISTS,
    _credits("track"),
    _credits("album"),
    _QUALITY_RESULTS,
)
MANIFEST_TABLES: Final = (_RUN_OUTCOMES, _PLAYLIST_DAILY)
DATA_TABLES: Final = (*PART_TABLES, *MANIFEST_TABLES)

_QUARANTINE = _table(
    QUARANTINE,
    "a piece of raw JSON that broke a rule, with the reason",
    ("source", "run_id", "part", "position"),
    _key("position", pa.int32(), "number of the row within the part, from 0"),
    _key("table_name", pa.string(), "the table that its row belongs to"),
    _column("playlist_id", pa.string(), "id of the playlist, if known"),
    _column("entry_position", pa.int32(), "position in the playlist, if the JSON is an entry"),
    _key("code", pa.string(), "error code of the rule that it broke"),
    _key("reason", pa.string(), "one sentence for a person"),
    _column("raw", pa.string(), "the raw JSON; invalid UTF-8 is replaced by U+FFFD"),
)

_LOADS = _table(
    "loads",
    "a committed raw object; the row is written last and is the commit mark",
    ("source", "run_id", "part"),
    _key("raw_key", pa.string(), "key of the raw object"),
    _key("raw_etag", pa.string(), "ETag of the raw object"),
    _key("raw_bytes", pa.int64(), "size of the raw object in bytes"),
    _key("json_bytes", pa.int64(), "size decompressed in bytes"),
    _key("snapshots", pa.int32(), "number of snapshots in the raw object"),
    *(
        _key(f"rows_{table.name}", pa.int64(), f"number of rows committed to {table.name}")
        for table in DATA_TABLES
        if table not in (_QUALITY_RESULTS, _PLAYLIST_DAILY)
    ),
    _key("rows_quarantined", pa.int64(), "number of rows committed to quarantine"),
    _key("committed_at", TIMESTAMP, "when the commit was made, UTC"),
    _key("transform_seconds", pa.float64(), "time that transforming took, in seconds"),
    _key("transformer_version", pa.string(), "version of the transformer"),
    _column(
        "rows_quality_results", pa.int64(), "number of rows committed to quality_results, if any"
    ),
    _column(
        "rows_playlist_daily", pa.int64(), "number of rows committed to playlist_daily, if any"
    ),
)

# By table, the columns that were added when there were lakes already. Older files lack them. They
# are nullable, and the last ones of their table.
ADDED_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"run_outcomes": ("account",), "loads": ("rows_quality_results", "rows_playlist_daily")}
)

# Every table of the catalog, the commit mark last.
TABLES: Final[Mapping[str, Table]] = MappingProxyType(
    {table.name: table for table in (*DATA_TABLES, _QUARANTINE, _LOADS)}
)

# The tables of which closed days are compacted: not quarantine, because its rows expire.
COMPACTED_TABLES: Final = tuple(name for name in TABLES if name != QUARANTINE)
