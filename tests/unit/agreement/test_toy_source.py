"""A toy source goes the whole way: extractor, part, transform, tables, manifest.

Neither service has a line about it. That is what a second source needs, and no more.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq
import pytest
from toy_source import ToySource
from toy_tables import TOY
from twins.extractor import MemoryRawStore, MemoryStateStore

from playlake_contracts.keys import RawKey
from playlake_contracts.runs import RunId
from playlake_extractor.run.definition import Run
from playlake_extractor.run.extract import Stores, extract
from playlake_transformer.domain.sources import SOURCES
from playlake_transformer.domain.transform import transform

AT = datetime(2026, 11, 21, 6, tzinfo=UTC)
PLAYLISTS = {
    "mornings": ("Mornings", [("s1", "One"), ("s2", "Two"), ("s3", "Größe"), ("s1", "One")]),
    "nights": ("Nights", [("s2", "Two")]),
    "empty": ("Empty", []),
}


@pytest.fixture(scope="module")
def tables() -> dict[str, list[dict[str, Any]]]:
    """The rows of every table, once a run of the toy source is landed and transformed."""
    store = MemoryRawStore()
    run = Run("toy", RunId.derive("toy", AT), "0.0-test")
    wanted = [*PLAYLISTS, "lost"]
    extract(run, wanted, ToySource(PLAYLISTS), Stores(store, MemoryStateStore()), lambda: AT)
    rows: dict[str, list[dict[str, Any]]] = {}
    for key, body in store.objects.items():
        for file in transform(body, RawKey.parse(key), {**SOURCES, "toy": TOY}).files:
            rows.setdefault(file.table, []).extend(pq.read_table(io.BytesIO(file.body)).to_pylist())
    return rows


def test_every_song_is_a_row_at_its_position(tables: dict[str, list[dict[str, Any]]]) -> None:
    found = [(row["playlist_id"], row["position"], row["name"]) for row in tables["playlist_items"]]
    assert found == [
        (playlist_id, position, name)
        for playlist_id, (_, songs) in PLAYLISTS.items()
        for position, (_, name) in enumerate(songs)
    ]
    assert sorted(row["track_id"] for row in tables["tracks"]) == ["s1", "s2", "s3"]


def test_tables_and_manifest_agree(tables: dict[str, list[dict[str, Any]]]) -> None:
    compared = ("playlist_id", "name", "entries", "total", "is_complete", "content_hash")
    landed = [row for row in tables["run_outcomes"] if row["outcome"] == "landed"]
    assert [{name: row[name] for name in compared} for row in landed] == [
        {name: row[name] for name in compared} for row in tables["playlists"]
    ]
    assert [row["playlist_id"] for row in tables["run_outcomes"] if row["outcome"] == "gone"] == [
        "lost"
    ]


def test_every_row_names_the_source(tables: dict[str, list[dict[str, Any]]]) -> None:
    assert {row["source"] for rows in tables.values() for row in rows} == {"toy"}
