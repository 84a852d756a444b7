"""The quality rules for the rows of every source. A new rule is added here.

A source adds the rules that hold only for it to `Source.rules`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from playlake_contracts.tables import TIMESTAMP
from playlake_transformer.domain.quality.rule import Reference, Rule, Severity

if TYPE_CHECKING:
    from playlake_transformer.domain.quality.rule import Check

# There were no playlists of a streaming service before.
_FIRST_ADDED: Final = datetime(2000, 1, 1, tzinfo=UTC)
# Clocks differ, and a response is older than the clock of its reader.
_CLOCKS_DIFFER: Final = timedelta(days=1)
_LONGEST_NAME: Final = 1000
_LONGEST_MS: Final = 7 * 24 * 3600 * 1000
# Announced albums have dates in the future, but not so far.
_YEARS_AHEAD: Final = 5
_FIRST_RECORDING: Final = 1850
_UNKNOWN_TIME: Final = "1970-01-01T00:00:00"
_UNKNOWN_DATE: Final = "0000"
_HIGHEST_POPULARITY: Final = 100


def _negative(column: str) -> Check:
    return lambda rows: pc.less(rows[column], 0)


def _too_long(column: str) -> Check:
    return lambda rows: pc.greater(pc.binary_length(rows[column]), _LONGEST_NAME)


def _missing(column: str) -> Check:
    return lambda rows: pc.is_null(rows[column])


def _outside_0_to_100(rows: pa.Table) -> pa.ChunkedArray:
    popularity = rows["popularity"]
    return pc.or_(pc.less(popularity, 0), pc.greater(popularity, _HIGHEST_POPULARITY))


def _added_too_early(rows: pa.Table) -> pa.ChunkedArray:
    return pc.less(rows["added_at"], pa.scalar(_FIRST_ADDED, TIMESTAMP))


def _added_too_late(rows: pa.Table) -> pa.ChunkedArray:
    limit = pc.add(rows["fetched_at"], pa.scalar(_CLOCKS_DIFFER, pa.duration("us")))
    return pc.greater(rows["added_at"], limit)


def _unread(column: str, unknown: str) -> Check:
    """Texts as sent from which nothing was derived, other than those that mean unknown."""

    def is_unread(rows: pa.Table) -> pa.ChunkedArray:
        sent = rows[f"{column}_raw"]
        is_known = pc.invert(pc.starts_with(sent, unknown))
        return pc.and_(pc.is_null(rows[column]), pc.and_(is_known, pc.not_equal(sent, "")))

    return is_unread


def _released_too_early(rows: pa.Table) -> pa.ChunkedArray:
    return pc.less(pc.year(rows["release_date"]), _FIRST_RECORDING)


def _released_too_late(rows: pa.Table) -> pa.ChunkedArray:
    ahead = pc.subtract(pc.year(rows["release_date"]), pc.year(rows["fetched_at"]))
    return pc.greater(ahead, _YEARS_AHEAD)


def _total_differs(rows: pa.Table) -> pa.ChunkedArray:
    return pc.and_(rows["is_complete"], pc.not_equal(rows["total"], rows["entries"]))


def _reject(name: str, table: str, column: str, is_broken: Check, message: str) -> Rule:
    return Rule(name, table, column, Severity.REJECT, is_broken, message, tolerated=0.01)


def _warn(name: str, table: str, column: str, is_broken: Check, message: str) -> Rule:
    return Rule(name, table, column, Severity.WARN, is_broken, message)


_ITEMS: Final = (
    _reject(
        "item_duration_negative", "playlist_items", "duration_ms", _negative("duration_ms"),
        "the length is negative",
    ),
    _warn(
        "item_duration_long", "playlist_items", "duration_ms",
        lambda rows: pc.greater(rows["duration_ms"], _LONGEST_MS),
        "it is longer than a week",
    ),
    _reject(
        "item_added_too_early", "playlist_items", "added_at", _added_too_early,
        "it was added before the year 2000",
    ),
    _reject(
        "item_added_too_late", "playlist_items", "added_at", _added_too_late,
        "it was added after it was read",
    ),
    _warn(
        "item_added_unread", "playlist_items", "added_at", _unread("added_at", _UNKNOWN_TIME),
        "the time of adding has no documented form",
    ),
    _warn(
        "item_name_long", "playlist_items", "name", _too_long("name"),
        "the title has over 1,000 bytes",
    ),
)  # fmt: skip

_TRACKS: Final = (
    _reject(
        "track_popularity", "tracks", "popularity", _outside_0_to_100,
        "the popularity is not between 0 and 100",
    ),
    _reject(
        "track_duration_negative", "tracks", "duration_ms", _negative("duration_ms"),
        "the length is negative",
    ),
    _reject(
        "track_number_negative", "tracks", "track_number", _negative("track_number"),
        "the position on the disc is negative",
    ),
    _reject(
        "disc_number_negative", "tracks", "disc_number", _negative("disc_number"),
        "the number of the disc is negative",
    ),
    _warn("track_nameless", "tracks", "name", _missing("name"), "the track has no title"),
)  # fmt: skip

_ALBUMS: Final = (
    _reject(
        "album_popularity", "albums", "popularity", _outside_0_to_100,
        "the popularity is not between 0 and 100",
    ),
    _reject(
        "total_tracks_negative", "albums", "total_tracks", _negative("total_tracks"),
        "the number of tracks is negative",
    ),
    _warn("album_nameless", "albums", "name", _missing("name"), "the album has no title"),
    _warn(
        "release_date_unread", "albums", "release_date", _unread("release_date", _UNKNOWN_DATE),
        "the release date names no day",
    ),
    _warn(
        "release_date_early", "albums", "release_date", _released_too_early,
        "it was released before 1850",
    ),
    _warn(
        "release_date_late", "albums", "release_date", _released_too_late,
        "it will be released in more than five years",
    ),
)  # fmt: skip

_ARTISTS: Final = (
    _reject(
        "artist_popularity", "artists", "popularity", _outside_0_to_100,
        "the popularity is not between 0 and 100",
    ),
    _reject(
        "artist_followers_negative", "artists", "followers", _negative("followers"),
        "the number of followers is negative",
    ),
    _warn("artist_nameless", "artists", "name", _missing("name"), "the artist has no name"),
)  # fmt: skip

_PLAYLISTS: Final = (
    _warn(
        "total_differs", "playlists", "total", _total_differs,
        "all pages were read, but the number of entries is not the total",
    ),
    _warn("playlist_nameless", "playlists", "name", _missing("name"), "the playlist has no name"),
    _warn(
        "playlist_name_long", "playlists", "name", _too_long("name"),
        "the name has over 1,000 bytes",
    ),
)  # fmt: skip

RULES: Final = (*_PLAYLISTS, *_ITEMS, *_TRACKS, *_ALBUMS, *_ARTISTS)

# References inside a part. They break only if rows of the other table were rejected.
REFERENCES: Final = (
    Reference("item_track_unresolved", "playlist_items", "track_id", "tracks", item_type="track"),
    Reference("track_album_unresolved", "tracks", "album_id", "albums"),
    Reference("track_artist_unresolved", "track_artists", "artist_id", "artists"),
    Reference("album_artist_unresolved", "album_artists", "artist_id", "artists"),
)
