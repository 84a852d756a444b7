"""`pandas.json_normalize` of the entries and of their artists, to two Parquet files."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from tests.bench.job import Job


def run(job: Job) -> int:
    """Make two Parquet files in memory; return their bytes."""
    entries = [entry for text in job.frames for entry in job.entries_of(json.loads(text))]
    items = pd.json_normalize(entries, sep="_")
    tracks = [entry[job.item_key] for entry in entries if "artists" in entry[job.item_key]]
    artists = pd.json_normalize(
        tracks, record_path="artists", meta="id", record_prefix="artist_", errors="ignore"
    )
    size = 0
    for frame in (items, artists):
        sink = BytesIO()
        frame.to_parquet(sink, compression="zstd")
        size += sink.tell()
    return size
