"""Whatever `transform` makes keeps to the contract, and each kind of fault in it is found."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from checked_files import Files, changed, files_of, read
from slow_transform.generated import KEY, generated_part
from tests.unit.transformer import test_outcomes
from tests.unit.transformer.curated import frame, part
from tests.unit.transformer.synthetic import entry, in_generation, playlist, track

from playlake.checking.part import CheckedPart, check_part
from playlake.checking.references import REFERENCES
from playlake.checking.rules import COMMON, OF_COLUMNS
from playlake.checking.schemas import violations
from playlake_contracts.keys import RawKey
from playlake_contracts.tables import ADDED_COLUMNS, MANIFEST_TABLES, TABLES
from playlake_transformer.domain.quality import rules
from playlake_transformer.errors import RejectError

if TYPE_CHECKING:
    from collections.abc import Callable

    Change = Callable[[pa.Table], pa.Table]

GOLDEN = Path(__file__).parents[2] / "golden"
LAKE = GOLDEN / "lake-0.1.0" / "raw-bucket"
SNAPSHOTS = sorted(GOLDEN.glob("*.raw.json"))
OBJECTS = sorted(path for path in LAKE.rglob("*") if path.name.startswith(("part", "manifest")))
PART, MANIFEST = RawKey.parse(KEY), test_outcomes.MANIFEST_KEY
OF_MANIFESTS = {table.name for table in MANIFEST_TABLES}
# The details of albums in the last one name artists without rows.
SEEDS = [*range(30), 57]


@cache
def rich() -> Files:
    """A part with rows in every table."""
    return files_of(generated_part(8), PART)


@cache
def manifest() -> Files:
    return files_of(test_outcomes.RAW, MANIFEST)


def file_of(table: str) -> pa.Table:
    return read((manifest() if table in OF_MANIFESTS else rich())[table])


def found(files: Files, key: RawKey = PART) -> list[tuple[str, str, str, int]]:
    return [
        (one.table, one.column, one.rule, one.count) for one in check_part(key, files).violations
    ]


def put(column: str, *values: object) -> Change:
    """Give the first rows other values of a column."""

    def change(rows: pa.Table) -> pa.Table:
        place = rows.schema.get_field_index(column)
        field = rows.schema.field(place)
        kept = [*values, *rows[column].to_pylist()[len(values) :]]
        return rows.set_column(
            place, field.with_nullable(nullable=True), pa.array(kept, field.type)
        )

    return change


def cast(column: str, kind: pa.DataType) -> Change:
    def change(rows: pa.Table) -> pa.Table:
        place = rows.schema.get_field_index(column)
        return rows.set_column(place, column, rows[column].cast(kind))

    return change


def checked(seed: int) -> CheckedPart | None:
    try:
        return check_part(PART, files_of(generated_part(seed), PART))
    except RejectError:
        return None


def test_generated_parts_keep_to_the_contract() -> None:
    parts = {seed: made for seed in SEEDS if (made := checked(seed)) is not None}
    assert len(parts) > 25
    assert {seed: made.violations for seed, made in parts.items() if made.violations} == {}
    of_parts = set(TABLES) - OF_MANIFESTS
    assert {table for made in parts.values() for table in made.rows if made.rows[table]} == of_parts


@pytest.mark.parametrize("path", SNAPSHOTS, ids=lambda path: path.name)
def test_golden_snapshots_keep_to_the_contract(path: Path) -> None:
    assert found(files_of(part(path.read_bytes()), PART)) == []


@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: "/".join(path.parts[-2:]))
def test_the_objects_of_an_old_lake_keep_to_the_contract(path: Path) -> None:
    key = RawKey.parse(str(path.relative_to(LAKE)))
    assert found(files_of(path.read_bytes(), key), key) == []


def test_a_manifest_keeps_to_the_contract() -> None:
    assert found(manifest(), MANIFEST) == []


@pytest.mark.parametrize("table", TABLES)
def test_every_column_but_an_added_one_has_to_be_there(table: str) -> None:
    rows = file_of(table).append_column("other", pa.nulls(file_of(table).num_rows))
    missing = violations(table, rows.select(["other"]))
    assert [(one.column, one.rule) for one in missing] == [
        (name, "is there")
        for name in TABLES[table].schema.names
        if name not in ADDED_COLUMNS.get(table, ())
    ]


def test_without_a_column_of_the_key_no_key_is_called_double() -> None:
    missing = violations("tracks", file_of("tracks").drop_columns(["track_id"]))
    assert [(one.column, one.rule) for one in missing] == [("track_id", "is there")]


@pytest.mark.parametrize("table", TABLES)
def test_every_column_has_to_be_of_its_type(table: str) -> None:
    rows = file_of(table)
    others = {
        field.name: pa.large_string() if field.type == pa.string() else pa.string()
        for field in rows.schema
    }
    for name, other in others.items():
        rows = cast(name, other)(rows)
    wrong = [one for one in violations(table, rows) if one.rule.startswith("is of the type")]
    assert {one.column: one.example for one in wrong} == {
        name: f"the column is {other}" for name, other in others.items()
    }


@pytest.mark.parametrize("table", TABLES)
def test_nulls_are_found_where_there_may_be_none(table: str) -> None:
    rows = file_of(table)
    for name in rows.schema.names:
        rows = put(name, None)(rows)
    broken = {one.column for one in violations(table, rows) if one.rule == "is not null"}
    assert broken == {field.name for field in TABLES[table].schema if not field.nullable}


@pytest.mark.parametrize("table", TABLES)
def test_a_key_that_two_rows_have_is_found(table: str) -> None:
    rows = file_of(table)
    [twice] = violations(table, pa.concat_tables([rows, rows.slice(0, 1)]))
    assert (twice.column, twice.count) == (", ".join(TABLES[table].key), 2)


def test_a_column_that_a_later_version_has_added_is_no_violation() -> None:
    rows = file_of("tracks")
    later = rows.append_column("mood", pa.array(["calm"] * rows.num_rows))
    assert list(violations("tracks", later)) == []


BAD: dict[str, dict[str, object]] = {
    "playlists": {"entries": -1, "api": "old", "content_hash": "2:abc"},
    "playlist_items": {
        "position": -1,
        "item_type": "song",
        "duration_ms": -1,
        "added_at": datetime(1999, 12, 31, tzinfo=UTC),
    },
    "tracks": {
        "duration_ms": -1,
        "disc_number": -1,
        "track_number": -1,
        "popularity": 101,
        "markets": -1,
    },
    "albums": {"total_tracks": -1, "popularity": -1, "markets": -1},
    "artists": {"followers": -1, "popularity": 101},
    "track_artists": {"position": -1},
    "album_artists": {"position": -1},
    "quality_results": {"table_name": "songs", "severity": "worry", "rows_broken": 0},
    "run_outcomes": {
        "outcome": "lost",
        "entries": -1,
        "raw_part": "part-1",
        "unchanged_since_run_id": "yesterday",
        "trigger": "chance",
        "account": "Ada L.",
    },
    "playlist_daily": {
        "entries": -1,
        "distinct_tracks": -1,
        "distinct_artists": -1,
        "duration_ms": -1,
        "explicit_share": 1.5,
        "median_release_year": 0.0,
        "entries_added": -1,
        "entries_removed": -1,
        "contents_run_id": "yesterday",
        "contents_part": "part-1",
    },
    "quarantine": {"position": -1, "table_name": "songs", "entry_position": -1, "code": "bad"},
    "loads": {
        "raw_key": "raw/part-0000",
        "raw_bytes": -1,
        "json_bytes": -1,
        "snapshots": -1,
        "transform_seconds": -0.5,
        **{name: -1 for name in TABLES["loads"].schema.names if name.startswith("rows_")},
    },
}
COMMON_BAD: dict[str, object] = {
    "run_id": "20261321T060000Z-k3x2ab",
    "part": "part-1",
    "snapshot_date": "2026-11-31",
}


@pytest.mark.parametrize("table", TABLES)
def test_a_value_that_breaks_a_rule_is_found_and_shown(table: str) -> None:
    assert set(BAD[table]) == set(OF_COLUMNS[table])
    assert set(COMMON_BAD) == set(COMMON)
    rows, bad = file_of(table), BAD[table] | COMMON_BAD
    for column, value in bad.items():
        rows = put(column, value)(rows)
    broken = {one.column: one for one in violations(table, rows) if one.column in bad}
    assert {column: one.count for column, one in broken.items()} == dict.fromkeys(bad, 1)
    assert all(f"{column} {value}" in broken[column].example for column, value in bad.items())


def test_a_popularity_of_0_and_of_100_keeps_to_the_rules() -> None:
    rows = file_of("tracks")
    assert list(violations("tracks", put("popularity", 0, 100)(rows))) == []


@pytest.mark.parametrize(
    ("table", "changes", "rule"),
    [
        (
            "playlist_items",
            [put("added_at", datetime(2026, 11, 23, 9, tzinfo=UTC))],
            "added_at is not after fetched_at",
        ),
        (
            "playlist_items",
            [put("item_type", "local"), put("track_id", "x"), put("episode_id", None)],
            "only a track, or one that is unavailable, has a track_id",
        ),
        (
            "playlist_items",
            [put("item_type", "local"), put("track_id", None), put("episode_id", "x")],
            "only an episode has an episode_id",
        ),
        (
            "albums",
            [put("release_date", date(1985, 2, 1)), put("release_date_raw", "1985")],
            "release_date is the first day of release_date_raw",
        ),
        (
            "playlist_daily",
            [put("entries", 3), put("distinct_tracks", 4)],
            "distinct_tracks is not more than entries",
        ),
        (
            "playlist_daily",
            [put("entries", 3), put("entries_added", 4), put("entries_removed", 0)],
            "entries_added is not more than entries",
        ),
        (
            "playlist_daily",
            [put("entries_added", 0), put("entries_removed", None)],
            "entries_added and entries_removed are both known, or neither is",
        ),
        (
            "quality_results",
            [put("rows_broken", 9), put("rows_checked", 8)],
            "rows_broken is not more than rows_checked",
        ),
    ],
)
def test_values_of_a_row_that_do_not_agree_are_found(
    table: str, changes: list[Change], rule: str
) -> None:
    rows = file_of(table)
    for change in changes:
        rows = change(rows)
    assert [(one.rule, one.count) for one in violations(table, rows)] == [(rule, 1)]


def test_an_empty_text_is_found_where_it_should_be_null() -> None:
    [empty] = violations("tracks", put("name", "")(file_of("tracks")))
    assert (empty.column, empty.rule) == ("name", "is null rather than empty")
    assert list(violations("artists", put("genres", "")(file_of("artists")))) == []


def test_all_violations_of_a_file_are_found_at_once() -> None:
    rows = put("duration_ms", -1, -1)(put("track_id", None)(file_of("tracks")))
    broken = violations("tracks", cast("popularity", pa.string())(rows.drop_columns(["name"])))
    assert sorted((one.column, one.count) for one in broken) == [
        ("duration_ms", 2), ("name", 1), ("popularity", 1), ("track_id", 1),
    ]  # fmt: skip


@cache
def resolved() -> Files:
    """A part whose ids all name rows, and in which nothing was rejected."""
    entries = [entry(track(1)), entry(track(2))]
    return files_of(part(frame(in_generation(playlist(entries), "classic"))), PART)


@pytest.mark.parametrize(
    ("lost", "table", "column"),
    [
        ("tracks", "playlist_items", "track_id"),
        ("tracks", "track_artists", "track_id"),
        ("albums", "tracks", "album_id"),
        ("albums", "album_artists", "album_id"),
        ("artists", "track_artists", "artist_id"),
        ("artists", "album_artists", "artist_id"),
        ("playlists", "playlist_items", "playlist_id"),
    ],
)
def test_an_id_that_names_no_row_is_found(lost: str, table: str, column: str) -> None:
    files = resolved()
    assert found(files) == []
    rule = f"names a row of {lost} in the part"
    broken = found(changed(files, lost, lambda rows: rows.slice(0, 0)))
    assert [(table, column, rule)] == [each[:3] for each in broken if each[:2] == (table, column)]


def test_contents_of_a_playlist_without_an_outcome_are_found() -> None:
    assert found(manifest(), MANIFEST) == []
    broken = found(changed(manifest(), "run_outcomes", put("playlist_id", "x")), MANIFEST)
    rule = "names a row of run_outcomes in the part"
    assert broken == [("playlist_daily", "playlist_id", rule, 1)]


def test_the_references_are_explained_by_rules_that_there_are() -> None:
    names = {one.explained_by for one in REFERENCES if one.explained_by is not None}
    assert names == {one.name for one in rules.REFERENCES}


def test_an_id_of_a_rejected_row_is_explained_by_the_quality_results() -> None:
    entries = [entry(track(1)), entry(track(2, popularity=101))]
    files = files_of(part(frame(in_generation(playlist(entries), "classic"))), PART)
    assert found(files) == []
    of_another = changed(files, "quality_results", put("rule", "x", "y"))
    assert ("playlist_items", "track_id", "names a row of tracks in the part", 1) in found(
        of_another
    )


def test_a_playlist_that_counts_other_entries_than_it_has_is_found() -> None:
    broken = found(changed(rich(), "playlists", put("entries", 99)))
    assert broken == [("playlists", "entries", "is the number of rows in playlist_items", 1)]


def test_rows_of_another_part_are_found() -> None:
    other = changed(rich(), "artists", put("run_id", "20261121T060000Z-other2"))
    rule = "is that of the file, 20261121T060000Z-k3x2ab"
    assert found(other) == [("artists", "run_id", rule, 1)]


@pytest.mark.parametrize("table", set(TABLES) - {"loads"} - OF_MANIFESTS)
def test_a_count_of_the_mark_that_is_not_the_rows_is_found(table: str) -> None:
    name = "rows_quarantined" if table == "quarantine" else f"rows_{table}"
    broken = found(changed(rich(), "loads", put(name, 77)))
    assert broken == [(table, "", "has as many rows as its commit mark counts", 1)]


def test_a_lost_file_is_found_and_its_references_are_not_followed() -> None:
    assert found({**rich(), "tracks": None}) == [("tracks", "", "is there", 1)]


def test_quarantine_may_have_expired() -> None:
    assert found({**rich(), "quarantine": None}) == []


def test_a_file_that_cannot_be_read_is_found() -> None:
    files = rich()
    halved = (files["artists"] or b"")[:-20]
    assert found({**files, "artists": halved}) == [("artists", "", "can be read", 1)]


def test_a_lost_mark_is_found() -> None:
    assert found({**rich(), "loads": None}) == [("loads", "", "has one row", 1)]


def test_a_table_that_the_lake_does_not_hold_is_passed_over() -> None:
    held = {name: body for name, body in rich().items() if name not in {"tracks", "albums"}}
    assert found(held) == []


def test_what_was_lost_is_damage_and_what_is_wrong_is_not() -> None:
    def is_damage(files: Files) -> list[bool]:
        return [one.is_damage for one in check_part(PART, files).violations]

    assert is_damage({**rich(), "tracks": None}) == [True]
    assert is_damage(changed(rich(), "loads", put("rows_artists", 77))) == [True]
    assert is_damage(changed(rich(), "tracks", put("duration_ms", -1))) == [False]
    # A repair passes over files of which the mark counts no rows.
    assert is_damage(changed(rich(), "loads", put("rows_artists", 0))) == [False]


def test_an_example_is_not_longer_than_a_person_reads() -> None:
    [found_one] = violations("playlists", put("api", "x" * 9000)(file_of("playlists")))
    assert len(found_one.example) == 200
