"""Every object of a lake is verified against the commit mark that names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from folder_lakes import committed_lake
from landed import manifest_key, part_key

from playlake_contracts.tables import PART_TABLES
from playlake_lake.check import Problem, check_mark
from playlake_lake.marks import mark_keys

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_contracts.keys import RawKey
    from playlake_lake.folder import Folder

IN_PART = [table.name for table in PART_TABLES]


@pytest.fixture
def lake(tmp_path: Path) -> Folder:
    return committed_lake(tmp_path / "lake")


def problems(folder: Folder) -> list[Problem]:
    return [problem for mark in mark_keys(folder) for problem in check_mark(folder, mark)]


def rewrite(folder: Folder, key: str, body: bytes) -> None:
    folder.remove(key)
    folder.put_new(key, body)


def test_a_sound_lake_has_no_problem(lake: Folder) -> None:
    assert len(mark_keys(lake)) == 2
    assert problems(lake) == []


@pytest.mark.parametrize("table", IN_PART)
def test_a_lost_file_is_found_and_can_be_mended(lake: Folder, table: str) -> None:
    key = part_key().curated(table)
    lake.remove(key)
    assert problems(lake) == [Problem(part_key(), key, "is missing", can_be_mended=True)]


@pytest.mark.parametrize("table", [*IN_PART, "quarantine"])
def test_a_damaged_file_is_found_and_can_be_mended(lake: Folder, table: str) -> None:
    key = part_key().curated(table)
    body = lake.read(key) or b""
    rewrite(lake, key, body[: len(body) // 2])
    (found,) = problems(lake)
    assert (found.object_key, found.can_be_mended) == (key, True)
    assert found.what.startswith("cannot be read")


def test_a_file_with_other_rows_is_found(lake: Folder) -> None:
    key = part_key().curated("tracks")
    rewrite(lake, key, lake.read(part_key().curated("artists")) or b"")
    (found,) = problems(lake)
    assert found.what == "has 2 rows, not 4"


def test_expired_quarantine_is_no_problem(lake: Folder) -> None:
    lake.remove(part_key().curated("quarantine"))
    assert problems(lake) == []


@pytest.mark.parametrize("key", [str(part_key()), str(manifest_key())])
def test_a_lost_or_changed_raw_object_is_found_and_cannot_be_mended(lake: Folder, key: str) -> None:
    body = lake.read(key) or b""
    lake.remove(key)
    (lost,) = problems(lake)
    lake.put_new(key, body + b" ")
    (changed,) = problems(lake)
    assert (lost.what, lost.can_be_mended) == ("is missing", False)
    assert changed.what == "has other bytes than those that were transformed"


@pytest.mark.parametrize("raw_key", [part_key(), manifest_key()])
def test_an_unreadable_mark_is_found_and_names_its_raw_object(
    lake: Folder, raw_key: RawKey
) -> None:
    mark = raw_key.curated("loads")
    rewrite(lake, mark, b"half")
    (found,) = problems(lake)
    assert (found.raw_key, found.object_key, found.can_be_mended) == (raw_key, mark, True)
