from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playlake.errors import CommandError
from playlake.lakes.queries import NamedQuery, find_query, named_queries, parse_query

if TYPE_CHECKING:
    from pathlib import Path


def test_the_leading_comment_describes_the_query() -> None:
    sql = "-- Every song once,\n--   as last seen.\n\nSELECT 1 -- not this\n-- nor this"
    assert parse_query("songs", sql) == NamedQuery("songs", "Every song once, as last seen.", sql)


def test_a_query_needs_no_description() -> None:
    assert parse_query("songs", "SELECT 1").description == ""


def test_the_name_is_that_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "songs.sql").write_text("SELECT 2")
    (tmp_path / "albums.sql").write_text("SELECT 1")
    (tmp_path / "notes.txt").write_text("no query")
    queries = named_queries(tmp_path)
    assert list(queries) == ["albums", "songs"]
    assert find_query(queries, "songs").sql == "SELECT 2"


@pytest.mark.parametrize(
    ("name", "advice"),
    [("song", "did you mean songs?"), ("xyz", "`playlake query --list` shows them")],
)
def test_an_unknown_name_is_answered_with_the_nearest(name: str, advice: str) -> None:
    queries = {"songs": parse_query("songs", "SELECT 1")}
    with pytest.raises(CommandError) as caught:
        find_query(queries, name)
    assert str(caught.value) == f"there is no query named {name}: {advice}"
