"""`playlake lake check` finds each kind of damage; `repair` mends what has a sound raw object."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from two_days import MANIFESTS, PARTS, ROWS

from playlake.lakes.care import mend, problems_of
from playlake.lakes.folder import FolderLake
from playlake_lake.folder import Folder
from playlake_lake.identity import LAKE_FILE
from playlake_lake.tables import query

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from commands import Command

PART, MANIFEST = PARTS[0], MANIFESTS[0]


def problems(playlake: Command, action: str) -> list[dict[str, Any]]:
    """What an action finds, or leaves."""
    status = playlake("lake", action, "full", "--json")
    found: list[dict[str, Any]] = json.loads(playlake.output)
    assert status == (1 if found else 0), playlake.notices
    return found


def overwrite(folder: Folder, key: str, body: bytes) -> None:
    folder.remove(key)
    folder.put_new(key, body)


def halve(key: str) -> Callable[[Folder], None]:
    return lambda folder: overwrite(folder, key, (folder.read(key) or b"")[:-20])


def lose(key: str) -> Callable[[Folder], None]:
    return lambda folder: folder.remove(key)


def swap(key: str, other: str) -> Callable[[Folder], None]:
    return lambda folder: overwrite(folder, key, folder.read(other) or b"")


def all_of_it(folder: Folder) -> None:
    for table in ("tracks", "loads"):
        halve(PART.curated(table))(folder)
    lose(PART.curated("albums"))(folder)
    halve(MANIFEST.curated("run_outcomes"))(folder)


def test_a_sound_lake_has_no_problem(playlake: Command, full: Folder) -> None:
    assert playlake("lake", "check", "full") == 0, playlake.notices
    assert playlake.output == f"Every object of {full.root} is as it was committed.\n"


@pytest.mark.parametrize(
    ("damage", "wrong"),
    [
        (lose(PART.curated("tracks")), "is missing"),
        (halve(PART.curated("tracks")), "cannot be read"),
        (swap(PART.curated("tracks"), PART.curated("albums")), "has 2 rows, not 4"),
        (
            swap(PART.curated("tracks"), PARTS[1].curated("tracks")),
            "was made from other raw bytes",
        ),
        (halve(PART.curated("quarantine")), "cannot be read"),
        (halve(PART.curated("loads")), "cannot be read"),
        (swap(PART.curated("loads"), PARTS[1].curated("loads")), "is the mark of another object"),
        (lose(MANIFEST.curated("run_outcomes")), "is missing"),
        (all_of_it, "cannot be read"),
    ],
)
def test_damage_is_found_and_mended(
    playlake: Command, full: Folder, damage: Callable[[Folder], None], wrong: str
) -> None:
    sql = "SELECT * EXCLUDE fetched_at FROM tracks JOIN albums USING (run_id, part, album_id)"
    before = sorted(map(str, query(full, sql).rows))
    damage(full)
    found = problems(playlake, "check")
    assert wrong in [each["problem"][: len(wrong)] for each in found]
    assert {each["can_be_mended"] for each in found} == {"yes"}
    assert problems(playlake, "repair") == []
    assert sorted(map(str, query(full, sql).rows)) == before
    assert query(full, "SELECT count(*) FROM loads").rows == [(4,)]


@pytest.mark.parametrize("damage", [lose(str(PART)), halve(str(PART))])
def test_a_raw_object_that_is_lost_or_damaged_is_said_and_its_rows_stay(
    playlake: Command, full: Folder, damage: Callable[[Folder], None]
) -> None:
    damage(full)
    halve(PARTS[1].curated("tracks"))(full)
    assert [each["can_be_mended"] for each in problems(playlake, "check")] == ["no", "yes"]
    (left,) = problems(playlake, "repair")
    assert (left["object"], left["can_be_mended"]) == (str(PART), "no")
    assert query(full, "SELECT count(*) FROM tracks").rows == [(sum(ROWS),)]


@pytest.mark.parametrize("allowed", range(5))
def test_a_repair_that_was_interrupted_is_repeated(
    playlake: Command,
    full: Folder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    allowed: int,
) -> None:
    all_of_it(full)
    lake = FolderLake.open(full.root, tmp_path / "logs")
    found, remove = problems_of(lake), Folder.remove
    removed: list[str] = []

    def interrupted(folder: Folder, key: str) -> None:
        if len(removed) == allowed:
            raise KeyboardInterrupt
        removed.append(key)
        remove(folder, key)

    with monkeypatch.context() as changed:
        changed.setattr(Folder, "remove", interrupted)
        with pytest.raises(KeyboardInterrupt):
            mend(lake, found, print)
    assert problems(playlake, "repair") == []
    assert query(full, "SELECT count(*) FROM tracks").rows == [(sum(ROWS),)]


def test_a_damaged_file_that_a_lost_mark_left_does_not_stop_the_repair(
    playlake: Command, full: Folder
) -> None:
    halve(PART.curated("tracks"))(full)
    lose(PART.curated("loads"))(full)
    assert problems(playlake, "repair") == []
    assert query(full, "SELECT count(*) FROM tracks").rows == [(sum(ROWS),)]


def test_a_copy_without_its_lake_file_is_a_lake_again(playlake: Command, full: Folder) -> None:
    full.remove(LAKE_FILE)
    assert playlake("lake", "check", "full") == 1
    assert "run `playlake lake repair`" in playlake.notices
    assert playlake("lake") == 0
    assert "copied only in part" in playlake.output
    assert playlake("lake", "repair", "full") == 0, playlake.notices
    assert "had no lake.json; it is taken for a lake of your own music" in playlake.notices


def test_a_folder_that_is_no_lake_does_not_become_one(playlake: Command, full: Folder) -> None:
    other = full.root.parent / "other"
    other.mkdir()
    (other / "letter.txt").write_text("synthetic")
    assert playlake("lake", "repair", "other") == 1
    assert "has other files and is no lake" in playlake.notices
    assert [path.name for path in other.iterdir()] == ["letter.txt"]


def test_without_a_lake_the_list_says_how_to_get_one(playlake: Command) -> None:
    assert playlake("lake") == 0, playlake.notices
    assert playlake.output.startswith("There is no lake yet")
