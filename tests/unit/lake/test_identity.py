"""A folder is used as a lake only if it is one that this version knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playlake_lake.errors import NoLakeError
from playlake_lake.identity import LAKE_FILE, make_lake, open_lake

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "lake"


def test_a_lake_is_made_once_and_keeps_its_id(root: Path) -> None:
    _, made = make_lake(root)
    assert make_lake(root)[1] == open_lake(root)[1] == made
    assert make_lake(root.parent / "other")[1].id != made.id


def test_a_lake_of_invented_music_says_so(root: Path) -> None:
    make_lake(root, synthetic=True)
    assert open_lake(root)[1].synthetic


def test_an_empty_folder_becomes_a_lake_but_is_none_before(root: Path) -> None:
    root.mkdir()
    with pytest.raises(NoLakeError, match=r"there is no lake in .*: `playlake run`"):
        open_lake(root)
    make_lake(root)


def test_a_missing_folder_is_no_lake(root: Path) -> None:
    with pytest.raises(NoLakeError, match="there is no lake in"):
        open_lake(root)


def test_a_file_is_no_lake(root: Path) -> None:
    root.write_text("synthetic")
    for use in (open_lake, make_lake):
        with pytest.raises(NoLakeError, match="is a file and not the folder of a lake"):
            use(root)


def test_a_folder_of_other_files_is_no_lake_and_stays_as_it_is(root: Path) -> None:
    root.mkdir()
    (root / "letter.txt").write_text("synthetic")
    for use in (open_lake, make_lake):
        with pytest.raises(NoLakeError, match="has other files and is no lake"):
            use(root)
    assert [path.name for path in root.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("copied", ["raw", "curated"])
def test_a_lake_that_was_copied_in_part_is_named_as_such(root: Path, copied: str) -> None:
    (root / copied).mkdir(parents=True)
    for use in (open_lake, make_lake):
        with pytest.raises(NoLakeError, match="copied only in part"):
            use(root)


@pytest.mark.parametrize(
    ("contents", "sentence"),
    [
        ('{"schema": "playlake.lake/2", "id": "a"}', "a later version of Playlake made the lake"),
        ('{"schema": "playlake.lake/x", "id": "a"}', "describes no lake"),
        ('{"schema": "other", "id": "a"}', "describes no lake"),
        ("{", "cannot be read"),
        ("", "cannot be read"),
        ('{"schema": 1}', "cannot be read"),
    ],
)
def test_a_lake_file_that_this_version_does_not_know_is_one_sentence(
    root: Path, contents: str, sentence: str
) -> None:
    root.mkdir()
    (root / LAKE_FILE).write_text(contents)
    for use in (open_lake, make_lake):
        with pytest.raises(NoLakeError, match=sentence):
            use(root)
