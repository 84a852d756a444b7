"""A lake with some of the tables answers for these, and says of the others that they are absent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from folder_lakes import committed_lake
from landed import part_key

from playlake_contracts.tables import TABLES
from playlake_lake.check import check_mark
from playlake_lake.errors import QueryError
from playlake_lake.folder import Folder
from playlake_lake.identity import LAKE_FILE, hold_tables, identity_of, make_lake
from playlake_lake.marks import held_tables, mark_keys
from playlake_lake.tables import query

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def lake(tmp_path: Path) -> Folder:
    """A lake that was pulled with `tracks` alone."""
    full = committed_lake(tmp_path / "full")
    folder, _ = make_lake(tmp_path / "lake", tables=["tracks"])
    for key in full.keys():  # noqa: SIM118 - it is no dictionary
        if key.startswith(("raw/", "curated/loads/", "curated/tracks/")):
            folder.put_new(key, full.read(key) or b"")
    return folder


def test_the_marks_are_always_held(lake: Folder) -> None:
    assert held_tables(lake) == ["tracks", "loads"]
    assert query(lake, "SELECT count(*) FROM tracks, loads").rows == [(8,)]


@pytest.mark.parametrize("table", ["albums", "Quarantine"])
def test_an_absent_table_is_one_sentence(lake: Folder, table: str) -> None:
    with pytest.raises(
        QueryError, match=f"only the tables tracks, loads: pull {table.lower()} as well"
    ):
        query(lake, f"SELECT * FROM {table}")


def test_a_table_that_nobody_has_is_not_said_to_be_absent(lake: Folder) -> None:
    with pytest.raises(QueryError, match="nothing does not exist"):
        query(lake, "SELECT * FROM nothing")


def test_absent_files_are_no_problem_and_held_ones_are(lake: Folder) -> None:
    held = held_tables(lake)
    assert [found for mark in mark_keys(lake) for found in check_mark(lake, mark, held)] == []
    lake.remove(part_key().curated("tracks"))
    (problem,) = [found for mark in mark_keys(lake) for found in check_mark(lake, mark, held)]
    assert problem.object_key == part_key().curated("tracks")


def test_tables_are_added_to_those_that_are_noted(lake: Folder) -> None:
    before = identity_of(lake)
    hold_tables(lake, ["albums"])
    after = identity_of(lake)
    assert before is not None
    assert after is not None
    assert after.tables == ("albums", "tracks")
    assert (after.id, after.synthetic) == (before.id, before.synthetic)
    hold_tables(lake, None)
    assert held_tables(lake) == list(TABLES)


def test_tables_that_another_process_notes_meanwhile_stay(
    lake: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, others = Folder.replace, iter(["artists"])

    def raced(folder: Folder, key: str, body: bytes, held: str | None) -> bool:
        for other in others:
            hold_tables(folder, [other])
        return replace(folder, key, body, held)

    monkeypatch.setattr(Folder, "replace", raced)
    hold_tables(lake, ["albums"])
    assert held_tables(lake) == ["tracks", "albums", "artists", "loads"]


def test_a_lake_without_the_field_holds_every_table(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put_new(LAKE_FILE, b'{"schema": "playlake.lake/1", "id": "synthetic"}')
    assert held_tables(folder) == list(TABLES)
