"""`transform` equals, cell by cell, a slow implementation that shares no code with it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from slow_transform import Faults, Rejected, SlowRows, slow_transform
from slow_transform.comparing import differences, rows_of, table_differences
from slow_transform.generated import KEY, generated_part
from tests.unit.transformer import test_outcomes
from tests.unit.transformer.curated import part

from playlake_contracts.errors import ErrorCode
from playlake_contracts.keys import RawKey
from playlake_contracts.tables import ITEM_TYPES, PART_TABLES
from playlake_transformer.domain.figures import read_held
from playlake_transformer.domain.quality.rules import REFERENCES, RULES
from playlake_transformer.domain.sources.spotify import SPOTIFY
from playlake_transformer.domain.transform import Transformed, transform
from playlake_transformer.errors import RejectError

if TYPE_CHECKING:
    from slow_transform.objects import Row

GOLDEN = Path(__file__).parents[2] / "golden"
LAKE = GOLDEN / "lake-0.1.0" / "raw-bucket"
SNAPSHOTS = sorted(GOLDEN.glob("*.raw.json"))
OBJECTS = sorted(path for path in LAKE.rglob("*") if path.name.startswith(("part", "manifest")))
MANIFEST_KEY = str(test_outcomes.MANIFEST_KEY)


def fast_rows(raw: bytes, key: str = KEY) -> Transformed | str:
    """What `transform` makes of a raw object: rows, or the code for which it is rejected."""
    try:
        return transform(raw, RawKey.parse(key))
    except RejectError as error:
        return error.code.value


def slow_rows(raw: bytes, key: str = KEY) -> SlowRows | str:
    """What the slow implementation makes of it."""
    try:
        return slow_transform(raw, key)
    except Rejected as rejected:
        return rejected.code


@cache
def generated(seed: int) -> tuple[bytes, SlowRows | str]:
    """A generated part, and what it should become."""
    raw = generated_part(seed)
    return raw, slow_rows(raw)


def compared(fast: Transformed | str, slow: SlowRows | str) -> list[str]:
    """The differences between the two."""
    if isinstance(fast, str) or isinstance(slow, str):
        return [] if fast == slow else [f"rejected: {fast!r:.80}, slow {slow!r:.80}"]
    return differences(fast, slow)


def test_generated_parts_become_equal_rows(seeds: range) -> None:
    for seed in seeds:
        raw, slow = generated(seed)
        assert (seed, compared(fast_rows(raw), slow)) == (seed, [])


def figures_of(items: list[Row]) -> tuple[Any, ...]:
    """What `playlist_daily` says of the rows of a playlist in `playlist_items`."""
    lengths = [row["duration_ms"] for row in items if row["duration_ms"] is not None]
    explicit = [row["is_explicit"] for row in items if row["is_explicit"] is not None]
    total = sum(lengths) if lengths or not items else None
    return (
        len(items),
        len({row["track_id"] for row in items} - {None}),
        total if total is None or total < 2**63 else None,
        sum(explicit) / len(explicit) if explicit else None,
    )


def test_the_figures_of_generated_parts_are_those_of_their_rows(seeds: range) -> None:
    key = RawKey.parse(KEY)
    for seed in seeds:
        raw, slow = generated(seed)
        if isinstance(slow, str):
            continue
        items: dict[str, list[Row]] = {row["playlist_id"]: [] for row in slow.tables["playlists"]}
        for row in slow.tables["playlist_items"]:
            items[row["playlist_id"]].append(row)
        held = read_held(raw, key, dict.fromkeys([*items, "another"], False))
        found = {
            name: (f.entries, f.distinct_tracks, f.duration_ms, f.explicit_share)
            for name, f in ((name, one.figures) for name, one in held.items())
        }
        assert (seed, found) == (seed, {name: figures_of(rows) for name, rows in items.items()})


@pytest.mark.parametrize("path", SNAPSHOTS, ids=lambda path: path.name)
def test_golden_snapshots_become_equal_rows(path: Path) -> None:
    raw = part(path.read_bytes())
    assert compared(fast_rows(raw), slow_rows(raw)) == []


@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: "/".join(path.parts[-2:]))
def test_the_objects_of_an_old_lake_become_equal_rows(path: Path) -> None:
    raw, key = path.read_bytes(), str(path.relative_to(LAKE))
    assert compared(fast_rows(raw, key), slow_rows(raw, key)) == []


def test_a_manifest_with_every_column_becomes_equal_rows() -> None:
    raw = test_outcomes.RAW
    assert compared(fast_rows(raw, MANIFEST_KEY), slow_rows(raw, MANIFEST_KEY)) == []


@pytest.mark.parametrize("true", [b'"configured": 3', b'"entries": 99', b"manifest/1", b"k3x2ab"])
def test_both_reject_a_manifest_that_does_not_add_up(true: bytes) -> None:
    raw = test_outcomes.RAW.replace(true, true[:-1] + b"0", 1)
    assert fast_rows(raw, MANIFEST_KEY) == "invalid_manifest"
    assert slow_rows(raw, MANIFEST_KEY) == "invalid_manifest"


def test_the_golden_cases_are_found() -> None:
    assert (len(SNAPSHOTS), len(OBJECTS)) == (3, 4)


def test_generated_parts_are_of_every_kind() -> None:
    made = [generated(seed)[1] for seed in range(200)]
    parts = [slow for slow in made if isinstance(slow, SlowRows)]
    tables: dict[str, list[Any]] = {table.name: [] for table in PART_TABLES} | {"quarantine": []}
    for slow in parts:
        for table, rows in slow.tables.items():
            tables[table] += rows
    assert {row["item_type"] for row in tables["playlist_items"]} == set(ITEM_TYPES)
    codes = {code for row in tables["quarantine"] for code in row["code"]}
    assert codes == {code for code in ErrorCode if code.info.destination == "quarantine"}
    broken = {row["rule"] for row in tables["quality_results"]}
    rules = {rule.name for rule in (*RULES, *SPOTIFY.rules)}
    assert broken == rules | {reference.name for reference in REFERENCES}
    rejected = {slow for slow in made if isinstance(slow, str)}
    assert rejected == {"corrupt_zstd", "count_mismatch", "unknown_schema"}
    for table, rows in tables.items():
        never = {
            column for row in rows[:1] for column in row if all(r[column] is None for r in rows)
        }
        assert never == set(), table


def other(value: Any) -> Any:  # noqa: ANN401 - any cell
    """Another value; of the same type, unless it is null."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case datetime() | date():
            return value + timedelta(days=1)
        case set():
            return {"another_code"}
        case Faults():
            return Faults({"another_code"}, {"$.another.path"})
    return f"{value} "


def equal_rows(raw: bytes, key: str) -> list[tuple[str, list[Row], list[Row]]]:
    """By table, what both make of a raw object."""
    fast, slow = fast_rows(raw, key), slow_rows(raw, key)
    assert isinstance(fast, Transformed)
    assert isinstance(slow, SlowRows)
    assert differences(fast, slow) == []
    return [(file.table, rows_of(file.body), slow.tables[file.table]) for file in fast.files]


RICH = [(generated_part(8), KEY), (test_outcomes.RAW, MANIFEST_KEY)]


@pytest.mark.parametrize(("raw", "key"), RICH, ids=["a part", "a manifest"])
def test_every_cell_that_differs_is_found(raw: bytes, key: str) -> None:
    for table, fast, slow in equal_rows(raw, key):
        for number, row in enumerate(slow[:20]):
            for column, value in row.items():
                changed = [*slow[:number], row | {column: other(value)}, *slow[number + 1 :]]
                assert list(table_differences(table, fast, changed)), (table, column, value)


@pytest.mark.parametrize(("raw", "key"), RICH, ids=["a part", "a manifest"])
def test_a_row_or_a_column_too_many_or_too_few_is_found(raw: bytes, key: str) -> None:
    for table, fast, slow in equal_rows(raw, key):
        wider = [row | {"another": None} for row in slow]
        for wrong in ([], slow[1:], [*slow, slow[0]], wider):
            assert list(table_differences(table, fast, wrong)), table


@pytest.mark.parametrize("changed", ["snapshots", "json_bytes"])
def test_a_count_that_differs_is_found(changed: str) -> None:
    fast, slow = fast_rows(RICH[0][0]), slow_rows(RICH[0][0])
    assert isinstance(fast, Transformed)
    assert isinstance(slow, SlowRows)
    setattr(slow, changed, 99)
    assert [line.split(":")[0] for line in differences(fast, slow)] == [changed]


def test_a_table_that_only_one_of_them_has_is_found() -> None:
    fast, slow = fast_rows(RICH[0][0]), slow_rows(RICH[0][0])
    assert isinstance(fast, Transformed)
    assert isinstance(slow, SlowRows)
    assert fast.files.pop().table == "quarantine"
    assert all(line.endswith("only in slow") for line in differences(fast, slow))
    del slow.tables["quarantine"]
    assert differences(fast, slow) == []
    del slow.tables["artists"]
    assert all(line.startswith("artists ") for line in differences(fast, slow))
