"""Which ids of several services are one song, by a hand-made table. All synthetic."""

from __future__ import annotations

from contextlib import closing
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import duckdb
import pytest

from playlake.lakes.queries import named_queries
from playlake.project import Project
from playlake_contracts.query_parameters import filled

SQL: Final = filled(named_queries(Project.find({}).queries)["same_songs"].sql, {"since": "'2026'"})

# source, id, ISRC, title, artists
SONGS: Final = [
    ("spotify", "s1", "DEA1", "Glass River", "Ida Falk"),
    ("youtube", "y1", None, "Glass River (Official Video)", "Ida Falk - Topic"),
    ("listenbrainz", "l1", "DEA1", "Glass River (album version)", "I. Falk"),
    ("spotify", "s2", "DEA2", "Night Train - 2011 Remaster", "Oslo & Sons, Ben Roe"),
    ("listenbrainz", "l2", None, "Night Train", "Oslo"),
    ("youtube", "y2", None, "night train [Lyrics]", "OSLO"),
    # The same title, and two recordings.
    ("spotify", "s3", "DEA3", "Harbour", "Mara"),
    ("listenbrainz", "l3", "DEA4", "Harbour", "Mara"),
    # The same title, and other artists.
    ("spotify", "s4", None, "Home", "Ada"),
    ("listenbrainz", "l4", None, "Home", "Ben"),
    # One recording under two ids of one service; the same title there is no sign.
    ("spotify", "s5", "DEA5", "Twice", "Ada"),
    ("spotify", "s6", "DEA5", "Twice (Deluxe)", "Ada"),
    ("spotify", "s7", None, "Twice", "Ada"),
    # Another version, and what has no name or no letters.
    ("youtube", "y3", None, "Harbour - Live", "Mara"),
    ("spotify", "s8", None, None, "Mara"),
    ("youtube", "y4", None, None, "Mara"),
    ("spotify", "s9", None, "...", "Mara"),
    ("listenbrainz", "l5", None, "???", "Mara"),
]
SAME: Final = {
    ("listenbrainz", "l1", "spotify", "s1", "isrc"),
    ("spotify", "s1", "youtube", "y1", "title and artist"),
    ("listenbrainz", "l2", "spotify", "s2", "title and artist"),
    ("spotify", "s2", "youtube", "y2", "title and artist"),
    ("listenbrainz", "l2", "youtube", "y2", "title and artist"),
    ("spotify", "s5", "spotify", "s6", "isrc"),
}


@pytest.fixture
def found() -> list[dict[str, Any]]:
    """The rows of the query over one playlist of each service."""
    with closing(duckdb.connect()) as duck:
        duck.execute(
            "create table playlists (source text, playlist_id text, name text, day text, "
            "run_id text, part text, fetched_at timestamp, is_complete boolean)"
        )
        duck.execute(
            "create table playlist_items (source text, playlist_id text, day text, run_id text, "
            "part text, position int, track_id text, isrc text, name text, artist_names text)"
        )
        for source, songs in groupby(sorted(SONGS, key=itemgetter(0)), itemgetter(0)):
            at = (source, f"{source}-1", "2026-11-21", "r", "p")
            playlist = f"Of {source}"
            duck.execute(
                "insert into playlists values (?, ?, ?, ?, ?, ?, '2026-11-21', true)",
                [at[0], at[1], playlist, *at[2:]],
            )
            for position, (_, *song) in enumerate(songs):
                row = [*at, position, *song]
                duck.execute("insert into playlist_items values (?,?,?,?,?,?,?,?,?,?)", row)
        result = duck.execute(SQL)
        names = [name for name, *_ in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def test_the_pairs_are_those_of_the_table(found: list[dict[str, Any]]) -> None:
    columns = ("source", "track_id", "other_source", "other_track_id", "matched_by")
    pairs = [tuple(row[column] for column in columns) for row in found]
    assert sorted(pairs) == sorted(SAME)


def test_a_row_shows_both_as_their_services_name_them(found: list[dict[str, Any]]) -> None:
    (row,) = [row for row in found if row["other_track_id"] == "y1"]
    assert (row["name"], row["other_name"]) == ("Glass River", "Glass River (Official Video)")
    assert (row["isrc"], row["other_isrc"]) == ("DEA1", None)
    assert (row["playlists"], row["other_playlists"]) == (1, 1)
