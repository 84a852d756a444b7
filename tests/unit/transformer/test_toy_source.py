"""A second source needs its own reader and one registration, and no line of the core."""

import io
import json
from dataclasses import replace
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.unit.transformer.curated import FETCHED_AT, RUN, part
from toy_tables import TOY

from playlake_contracts.keys import RawKey
from playlake_contracts.raw import Head, Tail, encode_snapshot
from playlake_transformer.domain.contents import Change, Figures
from playlake_transformer.domain.figures import read_changes, read_held
from playlake_transformer.domain.sources import SOURCES
from playlake_transformer.domain.transform import Transformed, transform
from playlake_transformer.errors import CountMismatchError, UnknownSchemaError

KEY = RawKey.of_part("toy", RUN, 0)
BOTH = {**SOURCES, "toy": TOY}
FIRST = {"title": "Toys", "songs": [{"code": "a", "title": "A"}, {"code": "b", "title": "B"}]}
SECOND = {"songs": [{"code": "c", "title": "C"}, {"code": "a", "title": "A"}], "more": False}


def toy_frame(*responses: object, entries: int, kind: str = "playlist") -> bytes:
    head = Head(
        source="toy",
        kind=kind,
        playlist_id="toys",
        run_id=str(RUN),
        fetched_at=FETCHED_AT,
        snapshot_id=None,
    )
    first, *pages = (json.dumps(response).encode() for response in responses)
    tail = Tail(api=None, entries=entries, complete=True)
    return b"".join(encode_snapshot(head, lambda: first, pages, lambda: tail))


def rows(transformed: Transformed, table: str) -> list[dict[str, Any]]:
    [body] = [file.body for file in transformed.files if file.table == table]
    found: list[dict[str, Any]] = pq.read_table(io.BytesIO(body)).to_pylist()
    return found


def test_a_part_of_a_second_source_becomes_the_same_tables() -> None:
    transformed = transform(part(toy_frame(FIRST, SECOND, entries=4)), KEY, BOTH)
    assert [(row["position"], row["name"]) for row in rows(transformed, "playlist_items")] == [
        (0, "A"),
        (1, "B"),
        (2, "C"),
        (3, "A"),
    ]
    assert {row["track_id"] for row in rows(transformed, "tracks")} == {"a", "b", "c"}
    [playlist] = rows(transformed, "playlists")
    assert (playlist["source"], playlist["name"], playlist["entries"]) == ("toy", "Toys", 4)


def test_what_a_source_does_not_tell_is_null() -> None:
    transformed = transform(part(toy_frame(FIRST, entries=2)), KEY, BOTH)
    for table, absent in TOY.absent.items():
        for row in rows(transformed, table):
            assert {row[column] for column in absent} == {None}


def test_the_entries_of_a_second_source_are_checked_against_its_count() -> None:
    with pytest.raises(CountMismatchError, match="has 2 entries, but the extractor counted 3"):
        transform(part(toy_frame(FIRST, entries=3)), KEY, BOTH)


def test_a_kind_that_the_source_did_not_register_is_rejected() -> None:
    with pytest.raises(UnknownSchemaError, match="kind 'album'"):
        transform(part(toy_frame(FIRST, entries=2, kind="album")), KEY, BOTH)


def test_a_column_that_the_source_neither_tells_nor_lacks_is_an_error() -> None:
    careless = {"toy": replace(TOY, absent={})}
    with pytest.raises(AttributeError):
        transform(part(toy_frame(FIRST, entries=2)), KEY, careless)


def test_figures_need_nothing_that_a_source_does_not_tell() -> None:
    raw = part(toy_frame(FIRST, SECOND, entries=4))
    held = read_held(raw, KEY, {"toys": True}, BOTH)["toys"]
    assert held.figures == Figures(4, 3, 0, None, None, None)
    assert held.identities is not None
    later = {"toys": held.identities}
    assert read_changes(part(toy_frame(FIRST, entries=2)), KEY, later, BOTH) == {
        "toys": Change(2, 0)
    }
