"""polars: reads the snapshots with a schema, explodes them, and writes seven Parquet files."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from tests.bench.job import Job

ARTISTS = pl.List(pl.Struct({"id": pl.String, "name": pl.String}))
ALBUM = pl.Struct(
    {
        "id": pl.String,
        "name": pl.String,
        "album_type": pl.String,
        "artists": ARTISTS,
        "images": pl.List(pl.Struct({"url": pl.String})),
        "release_date": pl.String,
        "release_date_precision": pl.String,
        "total_tracks": pl.Int64,
    }
)
ITEM = pl.Struct(
    {
        "id": pl.String,
        "name": pl.String,
        "type": pl.String,
        "uri": pl.String,
        "album": ALBUM,
        "artists": ARTISTS,
        "available_markets": pl.List(pl.String),
        "disc_number": pl.Int64,
        "duration_ms": pl.Int64,
        "explicit": pl.Boolean,
        "external_ids": pl.Struct({"isrc": pl.String}),
        "popularity": pl.Int64,
        "show": pl.Struct({"id": pl.String, "name": pl.String}),
        "track_number": pl.Int64,
    }
)


def run(job: Job) -> int:
    """Make seven Parquet files in memory; return their bytes."""
    snapshots = pl.read_ndjson(BytesIO(b"".join(job.frames)), schema=_schema(job))
    return sum(_parquet(table) for table in _tables(job, snapshots))


def _schema(job: Job) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "added_at": pl.String,
        "added_by": pl.Struct({"id": pl.String}),
        "is_local": pl.Boolean,
        job.item_key: ITEM,
    }
    page = pl.Struct({"items": pl.List(pl.Struct(entry))})
    own: dict[str, Any] = dict.fromkeys(("name", "description", "snapshot_id"), pl.String)
    return {
        "playlist_id": pl.String,
        "fetched_at": pl.String,
        "playlist": pl.Struct({**own, "public": pl.Boolean, job.page_key: page}),
        "pages": pl.List(page),
    }


def _tables(job: Job, snapshots: pl.DataFrame) -> list[pl.DataFrame]:
    first = snapshots.select(
        "playlist_id", pl.col("playlist").struct.field(job.page_key).struct.field("items")
    )
    further = snapshots.select("playlist_id", pl.col("pages")).explode("pages").drop_nulls("pages")
    further = further.select("playlist_id", pl.col("pages").struct.field("items"))
    entries = pl.concat([first, further]).explode("items").unnest("items")
    items = entries.with_columns(
        pl.int_range(pl.len()).over("playlist_id").alias("position"),
        pl.col("added_by").struct.field("id"),
    ).unnest(job.item_key, separator="_")
    every_track = (
        entries.select(pl.col(job.item_key))
        .unnest(job.item_key)
        .filter(pl.col("type") == "track", pl.col("id").is_not_null())
    )
    every_album = every_track.select("album").unnest("album")
    artists = pl.concat([_credits(every_album), _credits(every_track)])
    artists = artists.select("artist_id", "artist_name")
    tracks = every_track.unique("id", keep="last", maintain_order=True)
    albums = every_album.unique("id", keep="last", maintain_order=True)
    track_credits, album_credits = _credits(tracks), _credits(albums)
    nested = [f"{job.item_key}_{name}" for name in ("artists", "album", "available_markets")]
    return [
        snapshots.select("playlist_id", "fetched_at", "playlist")
        .unnest("playlist")
        .drop(job.page_key),
        items.drop(nested),
        tracks.with_columns(
            pl.col("album").struct.field("id").alias("album_id"),
            pl.col("external_ids").struct.field("isrc"),
            pl.col("available_markets").list.len().alias("markets"),
        ).drop("album", "artists", "available_markets", "external_ids"),
        albums.with_columns(
            pl.col("images").list.first().struct.field("url"),
            pl.col("release_date").str.to_date("%Y-%m-%d", strict=False).alias("released"),
        ).drop("artists", "images"),
        artists.unique("artist_id", keep="last", maintain_order=True),
        track_credits,
        album_credits,
    ]


def _credits(works: pl.DataFrame) -> pl.DataFrame:
    credited = works.select(pl.col("id").alias("work_id"), "artists").explode("artists")
    return credited.select(
        "work_id",
        pl.int_range(pl.len()).over("work_id").alias("position"),
        pl.col("artists").struct.field("id").alias("artist_id"),
        pl.col("artists").struct.field("name").alias("artist_name"),
    )


def _parquet(table: pl.DataFrame) -> int:
    sink = BytesIO()
    table.write_parquet(sink, compression="zstd", compression_level=1)
    return sink.tell()
