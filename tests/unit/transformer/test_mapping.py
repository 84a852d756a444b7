"""The schema is a contract: no column is missing, added or misspelt in a file."""

from dataclasses import replace
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

import pytest
from tests.unit.transformer.curated import FETCHED_AT, KEY

from playlake_contracts.tables import TABLES
from playlake_transformer.domain.frame_readers import Source
from playlake_transformer.domain.parquet import arrow_table
from playlake_transformer.domain.tables import ARTISTS, MAPPINGS
from playlake_transformer.domain.tables.mapping import Columns, TableMapping

ONE: Columns = {
    "artist_id": ["a"],
    "name": ["A"],
    "followers": [1],
    "popularity": [2],
    "genres": [None],
    "fetched_at": [FETCHED_AT],
}


def test_every_table_of_the_contract_is_mapped() -> None:
    assert MAPPINGS.keys() == TABLES.keys()


def test_the_columns_of_a_table_are_given_exactly() -> None:
    assert arrow_table(ONE, KEY, ARTISTS).to_pylist()[0] | {"name": "A"} == {
        "source": "spotify",
        "run_id": "20261121T060000Z-k3x2ab",
        "part": "part-0000",
        "snapshot_date": "2026-11-21",
        "fetched_at": FETCHED_AT,
        "artist_id": "a",
        "name": "A",
        "followers": 1,
        "popularity": 2,
        "genres": None,
    }


def test_a_column_that_the_schema_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match=r"table artists: .* not in its schema \['nmae'\]"):
        arrow_table({**ONE, "nmae": ["A"]}, KEY, ARTISTS)


def test_a_missing_column_is_refused() -> None:
    short = {name: values for name, values in ONE.items() if name != "genres"}
    with pytest.raises(ValueError, match=r"table artists: missing \['genres'\]"):
        arrow_table(short, KEY, ARTISTS)


def test_a_column_that_the_source_lacks_is_null_and_may_not_be_given() -> None:
    short = {name: values for name, values in ONE.items() if name != "genres"}
    table = arrow_table(short, KEY, ARTISTS, absent={"genres"})
    assert table.column("genres").to_pylist() == [None]
    with pytest.raises(ValueError, match=r"not in its schema \['genres'\]"):
        arrow_table(ONE, KEY, ARTISTS, absent={"genres"})


@pytest.mark.parametrize(
    ("read", "derived", "given"),
    [
        ({"artist_idd": attrgetter("id")}, set(), ()),
        ({}, {"artist_id", "nmae"}, ()),
        ({}, {"artist_id"}, ("artist_id",)),
        ({}, set(), ()),
    ],
)
def test_a_mapping_that_differs_from_the_contract_cannot_be_defined(
    read: dict[str, Any], derived: set[str], given: tuple[str, ...]
) -> None:
    rest = {name: get for name, get in ARTISTS.read.items() if name != "artist_id"}
    replace(ARTISTS, read={**rest, "artist_id": attrgetter("id")})
    with pytest.raises(ValueError, match="columns of artists without exactly one origin"):
        TableMapping(
            TABLES["artists"], read={**rest, **read}, given=given, derived=frozenset(derived)
        )


@pytest.mark.parametrize(
    "absent",
    [{"artists": frozenset({"nmae"})}, {"artist": frozenset({"name"})}, {"artists": {"source"}}],
    ids=str,
)
def test_only_columns_of_the_contract_can_be_absent(absent: dict[str, frozenset[str]]) -> None:
    with pytest.raises(ValueError, match="source toy declares columns absent"):
        Source("toy", readers={}, pieces=lambda _: [], absent=absent)


@pytest.mark.parametrize(("table", "column"), [("playlist_items", "position"), ("trakcs", "isrc")])
def test_a_source_reads_only_columns_of_objects(table: str, column: str) -> None:
    with pytest.raises(
        ValueError, match=f"source toy reads columns that objects do not give to {table}"
    ):
        Source("toy", readers={}, pieces=lambda _: [], nested={table: {column: list}})


def test_a_source_may_read_a_column_in_its_own_way() -> None:
    artist = SimpleNamespace(id="1", title="A", popularity=None, genres=None)
    own = {"name": lambda artists: [one.title for one in artists]}
    assert ARTISTS.columns([artist], own)["name"] == ["A"]
    Source("toy", readers={}, pieces=lambda _: [], nested={"artists": own})
