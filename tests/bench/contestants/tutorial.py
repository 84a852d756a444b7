"""The way of the tutorials: json, loops, pandas, and CSV files of albums, artists and songs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from tests.bench.job import Job

Row = dict[str, Any]


def run(job: Job) -> int:
    """Make three CSV files."""
    album_list, artist_list, song_list = [], [], []
    for text in job.frames:
        data = json.loads(text)
        for row in job.entries_of(data):
            track = row[job.item_key]
            if not track.get("album") or not track["id"]:
                continue
            album = track["album"]
            album_list.append(
                {
                    "album_id": album["id"],
                    "name": album["name"],
                    "release_date": album["release_date"],
                    "total_tracks": album["total_tracks"],
                    "url": album["external_urls"]["spotify"],
                }
            )
            for artist in track["artists"]:
                artist_list.append(  # noqa: PERF401 - as the tutorials have it
                    {
                        "artist_id": artist["id"],
                        "artist_name": artist["name"],
                        "external_url": artist["href"],
                    }
                )
            song_list.append(
                {
                    "song_id": track["id"],
                    "song_name": track["name"],
                    "duration_ms": track["duration_ms"],
                    "url": track["external_urls"]["spotify"],
                    "popularity": track.get("popularity"),
                    "song_added": row["added_at"],
                    "album_id": album["id"],
                    "artist_id": album["artists"][0]["id"],
                }
            )
    return _csv(album_list, artist_list, song_list)


def _csv(albums: list[Row], artists: list[Row], songs: list[Row]) -> int:
    album_df = pd.DataFrame(albums).drop_duplicates(subset=["album_id"])
    artist_df = pd.DataFrame(artists).drop_duplicates(subset=["artist_id"])
    song_df = pd.DataFrame(songs).drop_duplicates(subset=["song_id"])
    album_df["release_date"] = pd.to_datetime(album_df["release_date"], errors="coerce")
    song_df["song_added"] = pd.to_datetime(song_df["song_added"])
    return sum(len(frame.to_csv(index=False)) for frame in (album_df, artist_df, song_df))
