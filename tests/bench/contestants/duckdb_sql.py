"""duckdb: SQL reads the snapshots from files, unnests them, and copies seven tables to Parquet."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from tests.bench.job import Job

ARTISTS = "STRUCT(id VARCHAR, name VARCHAR)[]"
ALBUM = f"""STRUCT(id VARCHAR, name VARCHAR, album_type VARCHAR, artists {ARTISTS},
    images STRUCT(url VARCHAR)[], release_date VARCHAR, release_date_precision VARCHAR,
    total_tracks INTEGER)"""
ITEM = f"""STRUCT(id VARCHAR, name VARCHAR, type VARCHAR, uri VARCHAR, album {ALBUM},
    artists {ARTISTS}, available_markets VARCHAR[], disc_number INTEGER, duration_ms BIGINT,
    explicit BOOLEAN, external_ids STRUCT(isrc VARCHAR), popularity INTEGER,
    "show" STRUCT(id VARCHAR, name VARCHAR), track_number INTEGER)"""
LARGEST = 200_000_000

ENTRIES = """
CREATE TEMP TABLE snapshots AS SELECT * FROM read_json('{frames}/*.json',
    format = 'newline_delimited', maximum_object_size = {largest}, columns = {{
        playlist_id: 'VARCHAR', fetched_at: 'TIMESTAMPTZ',
        playlist: 'STRUCT(name VARCHAR, description VARCHAR, snapshot_id VARCHAR,
            public BOOLEAN, {page} {page_type})',
        pages: '{page_type}[]'}});
CREATE TEMP TABLE entries AS SELECT playlist_id, unnest(list_concat(
    playlist.{page}.items, flatten(list_transform(pages, lambda page: page.items)))) AS entry
    FROM snapshots;
CREATE TEMP TABLE tracks AS SELECT any_value(entry.{item}) AS track FROM entries
    WHERE entry.{item}.type = 'track' AND entry.{item}.id IS NOT NULL GROUP BY entry.{item}.id;
CREATE TEMP TABLE albums AS SELECT any_value(track.album) AS album FROM tracks
    WHERE track.album.id IS NOT NULL GROUP BY track.album.id;
CREATE TEMP TABLE credits AS
    SELECT 'track' AS kind, track.id AS work_id, unnest(track.artists) AS artist,
        generate_subscripts(track.artists, 1) AS position FROM tracks
    UNION ALL SELECT 'album', album.id, unnest(album.artists),
        generate_subscripts(album.artists, 1) FROM albums;
"""
TABLES = {
    "playlists": "SELECT playlist_id, fetched_at, playlist.name, playlist.description, "
    "playlist.snapshot_id, playlist.public FROM snapshots",
    "playlist_items": "SELECT playlist_id, "
    "row_number() OVER (PARTITION BY playlist_id) AS position, "
    "try_cast(entry.added_at AS TIMESTAMPTZ) AS added_at, entry.added_by.id AS added_by, "
    "entry.{item}.id, entry.{item}.name, entry.{item}.type, entry.{item}.uri, "
    "entry.{item}.duration_ms, entry.{item}.explicit FROM entries",
    "tracks": "SELECT track.id, track.name, track.album.id AS album_id, track.duration_ms, "
    "track.explicit, track.disc_number, track.track_number, track.popularity, "
    "track.external_ids.isrc, len(track.available_markets) AS markets FROM tracks",
    "albums": "SELECT album.id, album.name, album.album_type, album.images[1].url AS image_url, "
    "try_cast(album.release_date AS DATE) AS release_date, album.total_tracks FROM albums",
    "artists": "SELECT artist.id, any_value(artist.name) AS name FROM credits GROUP BY artist.id",
    "track_artists": "SELECT work_id, position, artist.id FROM credits WHERE kind = 'track'",
    "album_artists": "SELECT work_id, position, artist.id FROM credits WHERE kind = 'album'",
}


def run(job: Job) -> int:
    """Make seven Parquet files; return their bytes."""
    shutil.rmtree(job.output)
    page_type = (
        f"STRUCT(items STRUCT(added_at VARCHAR, added_by STRUCT(id VARCHAR), "
        f"is_local BOOLEAN, {job.item_key} {ITEM})[])"
    )
    names = {"page": job.page_key, "item": job.item_key, "page_type": page_type}
    output = job.output
    with duckdb.connect() as database:
        database.execute(ENTRIES.format(frames=job.folder / "frames", largest=LARGEST, **names))
        for table, query in TABLES.items():
            target = f"'{output / table}.parquet' (FORMAT parquet, COMPRESSION zstd)"
            database.execute(f"COPY ({query.format(**names)}) TO {target}")
    return sum(path.stat().st_size for path in output.glob("*.parquet"))
