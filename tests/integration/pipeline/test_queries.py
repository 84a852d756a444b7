"""Compares every named query on the local Athena with pandas over the raw JSON."""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from unicodedata import normalize

import pandas as pd
import pytest
import sqlglot
from query_truth import TRUTH, RawHistory, cell

from playlake.lakes.aws import AwsLake
from playlake.lakes.queries import named_queries, reads_history
from playlake.project import Project
from playlake_aws.athena import run_sql
from playlake_contracts.query_parameters import with_question_marks

if TYPE_CHECKING:
    from raw_truth import RawTruth

    from playlake.local_aws import LocalAws


QUERIES = named_queries(Project.find(os.environ).queries)
KNOWN = {
    "albums",
    "artists",
    "playlist_at",
    "popularity_trend",
    "songs",
    "top_artists",
    *TRUTH,
}
SINCE = "2026-01-01"


def answer(lake: LocalAws | AwsLake, name: str, **given: str) -> pd.DataFrame:
    sql = QUERIES[name].sql
    values = QUERIES[name].bind({"since": SINCE, **given}, datetime.now(UTC))
    result = lake.query(sql, values) if isinstance(lake, AwsLake) else run_sql(lake, sql, values)
    return pd.DataFrame(result.rows, columns=[column.name for column in result.columns])


def rows(frame: pd.DataFrame) -> Counter[tuple[object, ...]]:
    """The rows as a multiset, with None for missing values."""
    plain = frame.astype(object).where(frame.notna(), None)
    return Counter(plain.itertuples(index=False, name=None))


def test_no_query_goes_untested() -> None:
    assert set(QUERIES) == KNOWN


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_a_query_has_a_description(name: str) -> None:
    assert QUERIES[name].description.endswith(".")


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_a_query_is_valid_sql_for_athena(name: str) -> None:
    (statement,) = sqlglot.parse(with_question_marks(QUERIES[name].sql), read="athena")
    assert statement is not None
    assert not list(statement.find_all(sqlglot.exp.Anonymous)), "only functions both engines know"


def test_songs_are_the_latest_row_of_each_track(lake: LocalAws, truth: RawTruth) -> None:
    seen = truth.tracks.sort_values("run_id", kind="stable").drop_duplicates("id", keep="last")
    dated = truth.tracks.assign(
        added_at=lambda t: pd.to_datetime(t["added_at"], utc=True).mask(
            lambda added: added == pd.Timestamp(0, tz="UTC")
        )
    )
    expected = pd.DataFrame(
        {
            "song_id": seen["id"],
            "song_name": seen["name"],
            "duration_ms": seen["duration_ms"],
            "url": [urls["spotify"] for urls in seen["external_urls"]],
            "popularity": seen["popularity"],
            "song_added": seen["id"].map(dated.groupby("id")["added_at"].min()),
            "album_id": [album["id"] for album in seen["album"]],
            "artist_id": [artists[0]["id"] for artists in seen["artists"]],
        }
    )
    actual = answer(lake, "songs")
    assert len(actual) > 1_000
    assert rows(actual.drop(columns="song_added")) == rows(expected.drop(columns="song_added"))
    added = pd.to_datetime(actual.set_index("song_id")["song_added"], utc=True)
    pd.testing.assert_series_equal(
        added.sort_index(),
        expected.set_index("song_id")["song_added"].sort_index(),
        check_dtype=False,
    )


def test_albums_occur_once_with_their_release_date(lake: LocalAws, truth: RawTruth) -> None:
    albums = pd.DataFrame(list(truth.tracks["album"])).drop_duplicates("id", keep="last")
    day = [
        None
        if not raw or raw.startswith("0000")
        else raw + {4: "-01-01", 7: "-01"}.get(len(raw), "")
        for raw in albums["release_date"]
    ]
    expected = pd.DataFrame(
        {
            "album_id": albums["id"],
            "name": albums["name"],
            "album_type": albums["album_type"],
            "release_date": day,
            "total_tracks": albums["total_tracks"],
        }
    )
    actual = answer(lake, "albums")[list(expected.columns)]
    actual["release_date"] = [None if pd.isna(d) else str(d)[:10] for d in actual["release_date"]]
    assert {len(date) for date in albums["release_date"]} >= {4, 7, 10}, "all precisions occur"
    assert rows(actual) == rows(expected)


def test_every_credited_artist_occurs_once(lake: LocalAws, truth: RawTruth) -> None:
    seen = truth.tracks
    credited = [
        artist
        for works in (seen["artists"], [album["artists"] for album in seen["album"]])
        for artists in works
        for artist in artists
        if artist["id"]
    ]
    expected = {(artist["id"], normalize("NFC", artist["name"])) for artist in credited}
    actual = answer(lake, "artists")
    assert rows(actual[["artist_id", "name"]]) == Counter(expected)


def test_top_artists_count_songs_in_the_latest_snapshots(lake: LocalAws, truth: RawTruth) -> None:
    seen = truth.tracks
    newest = seen[seen["run_id"] == seen.groupby("playlist_id")["run_id"].transform("max")]
    credit = newest.explode("artists")
    credit["artist_id"] = [artist["id"] for artist in credit["artists"]]
    counted = credit.groupby("artist_id").agg(
        songs=("id", "nunique"), playlists=("playlist_id", "nunique"), entries=("id", "size")
    )
    actual = answer(lake, "top_artists")
    assert rows(actual[["artist_id", "songs", "playlists", "entries"]]) == rows(
        counted.reset_index()
    )
    assert list(actual["songs"]) == sorted(actual["songs"], reverse=True)


def test_the_popularity_trend_compares_the_first_and_the_last_day(
    lake: LocalAws, truth: RawTruth
) -> None:
    seen = truth.tracks.assign(day=lambda t: t["run_id"].str.slice(0, 8))
    by_day = seen.groupby(["id", "day"])["popularity"].max().reset_index().sort_values("day")
    trend = by_day.groupby("id").agg(
        days=("day", "size"), first=("popularity", "first"), last=("popularity", "last")
    )
    trend = trend[trend["days"] > 1].assign(change=lambda t: t["last"] - t["first"]).reset_index()
    actual = answer(lake, "popularity_trend")
    columns = ["track_id", "days", "first_popularity", "last_popularity", "change"]
    assert set(trend["change"]) > {0}, "popularity drifts"
    assert rows(actual[columns]) == rows(trend)


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_a_query_with_parameters_answers_what_the_raw_json_says(
    lake: LocalAws, compacted: AwsLake, truth: RawTruth, name: str
) -> None:
    columns, expected = TRUTH[name]
    one, other = _overlapping(truth.history)
    given = {
        "since": SINCE,
        "playlist": one,
        "other": other,
        "month": "2026-11",
        "order": "longest",
    }
    chosen = {each.name: given[each.name] for each in QUERIES[name].parameters}
    asked = compacted if reads_history(QUERIES[name].sql) else lake
    actual = answer(asked, name, **chosen)[[*columns]]
    found = Counter(tuple(map(cell, row)) for row in actual.itertuples(index=False, name=None))
    assert found == Counter(tuple(map(cell, row)) for row in expected(truth.history, **chosen))


def _overlapping(raw: RawHistory) -> tuple[str, str]:
    """Two playlists that have songs in common, if there are such."""
    newest = raw.newest(SINCE).dropna(subset="identity")
    shared = [sorted(set(group)) for _, group in newest.groupby("identity")["playlist_id"]]
    one, other, *_ = max([sorted(set(newest["playlist_id"])), *shared], key=_is_pair)
    return one, other


def _is_pair(playlists: list[str]) -> bool:
    """Whether a song is in several playlists, but not in all of a list of everything."""
    return 1 < len(playlists) < 5


def test_a_playlist_at_a_time_is_its_snapshot_until_then(lake: LocalAws, truth: RawTruth) -> None:
    whole = truth.history.whole(SINCE)
    at = sorted(whole["at"])[len(whole) // 2]
    then = whole[whole["at"] <= at].groupby("playlist_id").tail(1)
    for playlist_id, run_id in zip(then["playlist_id"], then["run_id"], strict=True):
        own = truth.history.entries
        own = own[own["playlist_id"].eq(playlist_id) & own["run_id"].eq(run_id)]
        columns = ["position", "identity", "added_at", "added_by"]
        actual = answer(lake, "playlist_at", playlist=playlist_id, at=at.isoformat())
        assert rows(actual[columns]) == rows(own[columns]), playlist_id
    assert len(then) > 3


def test_every_entry_of_every_snapshot_is_a_row_at_its_position(
    lake: LocalAws, truth: RawTruth
) -> None:
    expected = truth.entries[["playlist_id", "run_id", "position"]]
    result = run_sql(lake, "SELECT playlist_id, run_id, position FROM playlist_items")
    assert Counter(result.rows) == rows(expected)
