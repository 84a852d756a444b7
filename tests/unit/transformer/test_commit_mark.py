"""The commit mark: one row with the counts of the other files."""

from datetime import UTC, datetime, timedelta

from tests.unit.transformer.curated import FETCHED_AT, KEY, Curated, curate, frame, read_back
from tests.unit.transformer.synthetic import entry, playlist, track

from playlake_contracts.tables import DATA_TABLES, TABLES
from playlake_transformer.domain.commit_mark import Commit, commit_mark_file

COMMITTED_AT = datetime(2026, 11, 21, 6, 3, 4, 567_890, tzinfo=UTC)
COMMIT = Commit(
    raw_etag="d41d8cd98f00b204e9800998ecf8427e",
    raw_bytes=48_213,
    committed_at=COMMITTED_AT,
    transform_time=timedelta(milliseconds=250),
    transformer_version="0.1.0",
)

FRAME = frame(
    playlist([entry(track(1)), entry(None), entry(track(2, duration_ms="long")), entry(track(3))])
)


def load(curated: Curated) -> dict[str, object]:
    [row] = read_back(commit_mark_file(KEY, curated.transformed, COMMIT)).to_pylist()
    return dict(row)


def test_a_commit_mark_records_the_raw_object_and_its_rows() -> None:
    assert load(curate(FRAME)) == {
        "source": "spotify",
        "run_id": "20261121T060000Z-k3x2ab",
        "part": "part-0000",
        "snapshot_date": "2026-11-21",
        "fetched_at": FETCHED_AT,
        "raw_key": str(KEY),
        "raw_etag": "d41d8cd98f00b204e9800998ecf8427e",
        "raw_bytes": 48_213,
        "json_bytes": len(FRAME),
        "snapshots": 1,
        "rows_playlists": 1,
        "rows_playlist_items": 4,
        "rows_tracks": 3,
        "rows_albums": 3,
        "rows_artists": 3,
        "rows_track_artists": 3,
        "rows_album_artists": 3,
        "rows_run_outcomes": 0,
        "rows_quarantined": 1,
        "committed_at": COMMITTED_AT,
        "transform_seconds": 0.25,
        "transformer_version": "0.1.0",
        "rows_quality_results": 0,
        "rows_playlist_daily": 0,
    }


def test_a_commit_mark_of_unreadable_frames_counts_zeros() -> None:
    row = load(curate(b"junk", b"junk"))
    assert {row[f"rows_{table.name}"] for table in DATA_TABLES} == {0}
    assert (row["rows_quarantined"], row["snapshots"]) == (2, 2)


def test_a_commit_mark_has_exactly_the_columns_of_its_table() -> None:
    file = commit_mark_file(KEY, curate(FRAME).transformed, COMMIT)
    assert (file.table, file.key, file.rows) == ("loads", KEY.curated("loads"), 1)
    found, agreed = read_back(file).schema, TABLES["loads"].schema
    assert [(f.name, f.type, f.nullable) for f in found] == [
        (f.name, f.type, f.nullable) for f in agreed
    ]
