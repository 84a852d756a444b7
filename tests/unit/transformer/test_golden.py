"""Compares whole snapshots with their expected rows in tests/golden."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.unit.transformer.curated import curate, read_back

from playlake_transformer.domain.transform import CuratedFile

GOLDEN = Path(__file__).parents[2] / "golden"
CASES = ["both-one-bad-entry", "classic", "items-two-pages"]


def written(files: list[CuratedFile]) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table in JSON form: dates and times are texts."""
    return {
        file.table: [
            {name: value.isoformat() if isinstance(value, date) else value for name, value in row}
            for row in map(dict.items, read_back(file).to_pylist())
        ]
        for file in files
    }


def test_every_case_is_compared() -> None:
    assert (
        sorted(path.name.removesuffix(".raw.json") for path in GOLDEN.glob("*.raw.json")) == CASES
    )


@pytest.mark.parametrize("case", CASES)
def test_a_snapshot_becomes_exactly_the_expected_rows(case: str) -> None:
    transformed = curate((GOLDEN / f"{case}.raw.json").read_bytes()).transformed
    agreed = json.loads((GOLDEN / f"{case}.rows.json").read_text(encoding="utf-8"))
    assert written(transformed.files) == agreed
