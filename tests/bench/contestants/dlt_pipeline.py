"""dlt: json and loops make flat rows of seven tables, and a pipeline writes them as Parquet files.

It runs in an environment of its own.
"""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

# Before the import: nothing is sent to dlt's makers, and nothing is drawn.
os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"}

import dlt
from dlt.destinations import filesystem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.job import Job

Row = dict[str, Any]


def run(job: Job) -> int:
    """Run a new pipeline; return the bytes of its files."""
    shutil.rmtree(job.output)
    pipeline = dlt.pipeline(
        "bench",
        pipelines_dir=str(job.output / "pipelines"),
        destination=filesystem(bucket_url=(job.output / "lake").as_uri()),
        dataset_name="playlists",
    )
    resources = [
        dlt.resource(rows, name=table, max_table_nesting=0) for table, rows in _tables(job).items()
    ]
    pipeline.run(resources, loader_file_format="parquet")
    return sum(path.stat().st_size for path in job.output.rglob("*.parquet"))


def _tables(job: Job) -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {}
    seen: set[tuple[str, str]] = set()
    for text in job.frames:
        for table, row in _rows(json.loads(text), job, seen):
            tables.setdefault(table, []).append(row)
    return tables


def _rows(frame: Row, job: Job, seen: set[tuple[str, str]]) -> Iterator[tuple[str, Row]]:
    playlist = frame["playlist"]
    keys = ("name", "description", "public", "collaborative", "snapshot_id")
    yield "playlists", {"id": frame["playlist_id"], **{key: playlist[key] for key in keys}}
    for position, entry in enumerate(job.entries_of(frame)):
        item = entry[job.item_key]
        yield "playlist_items", _entry(frame["playlist_id"], position, entry, item)
        if item["type"] == "track" and _is_new("track", item, seen):
            yield "tracks", _track(item)
            yield from _credits("track", item, seen)
            if _is_new("album", item["album"], seen):
                yield "albums", _album(item["album"])
                yield from _credits("album", item["album"], seen)


def _is_new(kind: str, thing: Row, seen: set[tuple[str, str]]) -> bool:
    key = (kind, thing["id"])
    is_new = thing["id"] is not None and key not in seen
    seen.add(key)
    return is_new


def _entry(playlist_id: str, position: int, entry: Row, item: Row) -> Row:
    return {
        "playlist_id": playlist_id,
        "position": position,
        "added_at": entry["added_at"],
        "added_by": (entry["added_by"] or {}).get("id"),
        **{key: item.get(key) for key in ("id", "uri", "type", "name", "duration_ms", "explicit")},
    }


def _track(track: Row) -> Row:
    keys = ("id", "name", "duration_ms", "explicit", "disc_number", "track_number", "popularity")
    return {
        **{key: track.get(key) for key in keys},
        "album_id": track["album"]["id"],
        "isrc": track["external_ids"].get("isrc"),
        "markets": len(track.get("available_markets", ())),
    }


def _album(album: Row) -> Row:
    keys = ("id", "name", "album_type", "release_date", "release_date_precision", "total_tracks")
    return {key: album[key] for key in keys} | {"image_url": album["images"][0]["url"]}


def _credits(kind: str, work: Row, seen: set[tuple[str, str]]) -> Iterator[tuple[str, Row]]:
    for position, artist in enumerate(work["artists"]):
        if _is_new("artist", artist, seen):
            yield "artists", {"id": artist["id"], "name": artist["name"]}
        row = {f"{kind}_id": work["id"], "position": position, "artist_id": artist["id"]}
        yield f"{kind}_artists", row
