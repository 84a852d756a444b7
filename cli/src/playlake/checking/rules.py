"""What holds for the values of committed rows, as checks of pandera.

The transformer has rules of its own, which these do not use: they find what it should have.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, get_args

import pandas as pd
from pandera.pandas import Check

from playlake_contracts.accounts import ACCOUNT_NAME
from playlake_contracts.errors import Destination, ErrorCode
from playlake_contracts.keys import RawKey
from playlake_contracts.outcomes import Outcome
from playlake_contracts.runs import RunId
from playlake_contracts.sources.spotify import Api
from playlake_contracts.tables import DATE_COLUMN, ITEM_TYPES, TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_FIRST_ADDED: Final = datetime(2000, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER: Final = timedelta(days=1)
_TRACKS: Final = ("track", "unavailable")
_DIGEST: Final = r"^[0-9]+:[0-9a-f]{32}$"
_PART: Final = r"^(manifest|part-[0-9]{4})$"


def _one_of(values: Iterable[str]) -> Check:
    return Check.isin(list(values), error="is a value that the data model names")


def _can_be_parsed(parse: Callable[[str], object], what: str) -> Check:
    def is_parsed(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return Check(is_parsed, element_wise=True, error=f"is {what}")


def _rows(holds: Callable[[pd.DataFrame], pd.Series[bool]], error: str) -> Check:
    """A check over several columns of each row; null counts as true."""
    return Check(
        lambda rows: holds(rows).astype("boolean").fillna(value=True).astype(bool),
        error=error,
        ignore_na=False,
    )


def _is_first_day(albums: pd.DataFrame) -> pd.Series[bool]:
    """Whether each release date is the first day of what was sent."""
    pairs = zip(albums["release_date"], albums["release_date_raw"], strict=True)
    agree = [pd.isna(day) or day.isoformat() == f"{sent}-01-01"[:10] for day, sent in pairs]
    return pd.Series(agree, index=albums.index, dtype=bool)


_NOT_NEGATIVE: Final = Check.ge(0, error="is 0 or more")
_POSITIVE: Final = Check.ge(1, error="is 1 or more")
_POPULARITY: Final = Check.in_range(0, 100, error="is between 0 and 100")
_RUN_ID: Final = _can_be_parsed(RunId.parse, "a run id")
_HASH: Final = Check.str_matches(_DIGEST, error="is a digest with its version")
_IS_PART: Final = Check.str_matches(_PART, error="is a part or manifest")

NOT_EMPTY: Final = Check.str_length(min_value=1, error="is null rather than empty")

COMMON: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "run_id": _RUN_ID,
        "part": _IS_PART,
        DATE_COLUMN: _can_be_parsed(date.fromisoformat, "a date"),
    }
)

# By table and column, for tables that have rules of their own.
OF_COLUMNS: Final[Mapping[str, Mapping[str, Check]]] = MappingProxyType(
    {
        "playlists": {
            "entries": _NOT_NEGATIVE,
            "api": _one_of(get_args(Api)),
            "content_hash": _HASH,
        },
        "playlist_items": {
            "position": _NOT_NEGATIVE,
            "item_type": _one_of(ITEM_TYPES),
            "duration_ms": _NOT_NEGATIVE,
            "added_at": Check.ge(_FIRST_ADDED, error="is not before the year 2000"),
        },
        "tracks": {
            "duration_ms": _NOT_NEGATIVE,
            "disc_number": _NOT_NEGATIVE,
            "track_number": _NOT_NEGATIVE,
            "popularity": _POPULARITY,
            "markets": _NOT_NEGATIVE,
        },
        "albums": {
            "total_tracks": _NOT_NEGATIVE,
            "popularity": _POPULARITY,
            "markets": _NOT_NEGATIVE,
        },
        "artists": {"followers": _NOT_NEGATIVE, "popularity": _POPULARITY},
        "track_artists": {"position": _NOT_NEGATIVE},
        "album_artists": {"position": _NOT_NEGATIVE},
        "quality_results": {
            "table_name": _one_of(TABLES),
            "severity": _one_of(["reject", "warn"]),
            "rows_broken": _POSITIVE,
        },
        "run_outcomes": {
            "outcome": _one_of(Outcome),
            "entries": _NOT_NEGATIVE,
            "raw_part": _IS_PART,
            "unchanged_since_run_id": _RUN_ID,
            "trigger": _one_of(["schedule", "import"]),
            "account": Check.str_matches(f"^{ACCOUNT_NAME}$", error="is the name of an account"),
        },
        "playlist_daily": {
            "entries": _NOT_NEGATIVE,
            "distinct_tracks": _NOT_NEGATIVE,
            "distinct_artists": _NOT_NEGATIVE,
            "duration_ms": _NOT_NEGATIVE,
            "explicit_share": Check.in_range(0, 1, error="is between 0 and 1"),
            "median_release_year": Check.in_range(1, 9999, error="is a year"),
            "entries_added": _NOT_NEGATIVE,
            "entries_removed": _NOT_NEGATIVE,
            "contents_run_id": _RUN_ID,
            "contents_part": _IS_PART,
        },
        "quarantine": {
            "position": _NOT_NEGATIVE,
            "table_name": _one_of(TABLES),
            "entry_position": _NOT_NEGATIVE,
            "code": _one_of(
                code for code in ErrorCode if code.info.destination is Destination.QUARANTINE
            ),
        },
        "loads": {
            "raw_key": _can_be_parsed(RawKey.parse, "the key of a raw object"),
            "raw_bytes": _NOT_NEGATIVE,
            "json_bytes": _NOT_NEGATIVE,
            "snapshots": _NOT_NEGATIVE,
            "transform_seconds": _NOT_NEGATIVE,
            **{
                name: _NOT_NEGATIVE
                for name in TABLES["loads"].schema.names
                if name.startswith("rows_")
            },
        },
    }
)

# By table, over several columns of each row.
OF_ROWS: Final[Mapping[str, list[Check]]] = MappingProxyType(
    {
        "playlist_items": [
            _rows(
                lambda rows: rows["added_at"] <= rows["fetched_at"] + _CLOCKS_DIFFER,
                "added_at is not after fetched_at",
            ),
            _rows(
                lambda rows: rows["track_id"].isna() | rows["item_type"].isin(_TRACKS),
                "only a track, or one that is unavailable, has a track_id",
            ),
            _rows(
                lambda rows: rows["episode_id"].isna() | (rows["item_type"] == "episode"),
                "only an episode has an episode_id",
            ),
        ],
        "albums": [_rows(_is_first_day, "release_date is the first day of release_date_raw")],
        "playlist_daily": [
            _rows(
                lambda rows: rows["distinct_tracks"] <= rows["entries"],
                "distinct_tracks is not more than entries",
            ),
            _rows(
                lambda rows: rows["entries_added"] <= rows["entries"],
                "entries_added is not more than entries",
            ),
            _rows(
                lambda rows: rows["entries_added"].isna() == rows["entries_removed"].isna(),
                "entries_added and entries_removed are both known, or neither is",
            ),
        ],
        "quality_results": [
            _rows(
                lambda rows: rows["rows_broken"] <= rows["rows_checked"],
                "rows_broken is not more than rows_checked",
            )
        ],
    }
)
