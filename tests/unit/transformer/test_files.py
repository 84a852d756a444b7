"""The files of the tables: schemas, keys, and deterministic bytes."""

from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.transformer.curated import KEY, Curated, curate, frame, part, read_back
from tests.unit.transformer.synthetic import entry, episode, local_track, playlist, track

from playlake_contracts.tables import TABLES
from playlake_transformer.domain.transform import transform

ENTRIES = [
    entry(track(1)),
    entry(None),
    entry(local_track()),
    entry(episode(1)),
    entry(track(2, duration_ms="long")),
    entry(track(3)),
]
FRAMES = [frame(playlist(ENTRIES), playlist_id=f"playlist-{number}") for number in range(2)]
OF_A_PART = [
    "playlists", "playlist_items", "tracks", "albums", "artists", "track_artists", "album_artists",
    "quarantine",
]  # fmt: skip


def columns(schema: pa.Schema) -> list[tuple[str, pa.DataType, bool]]:
    return [(field.name, field.type, field.nullable) for field in schema]


@pytest.fixture(scope="module")
def curated() -> Curated:
    return curate(*FRAMES)


@pytest.mark.parametrize("table", OF_A_PART)
def test_a_file_has_exactly_the_columns_of_its_table(curated: Curated, table: str) -> None:
    [file] = [file for file in curated.transformed.files if file.table == table]
    assert columns(read_back(file).schema) == columns(TABLES[table].schema)


def test_the_statistics_of_every_file_have_its_day(curated: Curated) -> None:
    """Table formats adopt a file by its statistics, without reading its rows."""
    for file in curated.transformed.files:
        group = pq.ParquetFile(BytesIO(file.body)).metadata.row_group(0)
        columns = [group.column(number) for number in range(group.num_columns)]
        found = {column.path_in_schema: column.statistics for column in columns}
        for name, value in (("snapshot_date", "2026-11-21"), ("source", "spotify")):
            assert (found[name].min, found[name].max) == (value, value)


def test_a_part_makes_one_file_for_each_table_with_rows(curated: Curated) -> None:
    files = curated.transformed.files
    assert sorted(file.table for file in files) == sorted(OF_A_PART)
    for file in files:
        assert file.key == KEY.curated(file.table)
        assert file.rows == read_back(file).num_rows > 0


def test_a_table_without_rows_makes_no_file() -> None:
    files = curate(frame(playlist([entry(None)]))).transformed.files
    assert [file.table for file in files] == ["playlists", "playlist_items"]


def test_columns_that_are_all_null_keep_their_types() -> None:
    silent = entry(track(1, album=None, artists=None), added_at=None, added_by=None)
    for file in curate(frame(playlist([silent]))).transformed.files:
        assert columns(read_back(file).schema) == columns(TABLES[file.table].schema)


def test_the_same_raw_bytes_make_the_same_parquet_bytes() -> None:
    raw = part(*FRAMES)
    assert transform(raw, KEY) == transform(raw, KEY)


def test_a_part_has_its_size_and_the_time_it_was_fetched(curated: Curated) -> None:
    transformed = curated.transformed
    assert transformed.snapshots == 2
    assert transformed.json_bytes == sum(map(len, FRAMES))
    assert transformed.fetched_at.isoformat() == "2026-11-21T06:00:01+00:00"


@pytest.mark.parametrize("at", [b"9999-12-31T23:59:59-14:00", b"0001-01-01T00:00:00+14:00"])
def test_a_time_that_utc_cannot_hold_sends_the_frame_to_quarantine(at: bytes) -> None:
    curated = curate(FRAMES[0], FRAMES[1].replace(b"2026-11-21T06:00:01Z", at))
    assert len(curated.rows("playlists")) == 1
    [row] = [row for row in curated.rows("quarantine") if row["table_name"] == "playlists"]
    assert row["code"] == "out_of_range"
    assert at.decode() in row["raw"]


def test_a_part_has_the_latest_fetched_at_and_each_row_its_own() -> None:
    later = FRAMES[1].replace(b"T06:00:01Z", b"T08:00:09+02:00")
    for frames in ((FRAMES[0], later), (later, FRAMES[0])):
        latest = curate(*frames).transformed.fetched_at
        assert latest.isoformat() == "2026-11-21T06:00:09+00:00"
    curated = curate(FRAMES[0], later)
    assert [row["fetched_at"].isoformat() for row in curated.rows("playlists")] == [
        "2026-11-21T06:00:01+00:00",
        "2026-11-21T06:00:09+00:00",
    ]
