"""`playlake erase --all --account`: what one account has landed goes, and all of others stays."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any, Final

import pytest
from account_lakes import ADAS, DAYS, NOBODYS, THIRD_ADDRESS, account_lake, runs_of
from compacting import LATER, compact, in_force
from historical_lakes import commit_run, read
from kept_covers import FIRST_IMAGE, SECOND_ADDRESS, SECOND_IMAGE, keep_cover, with_cover
from landed import entry
from searched_lakes import hits
from shared_lakes import cells

from playlake.erasing.lakes import erasable_folder
from playlake.lakes.folder import FolderLake
from playlake_contracts.keys import CoverLink, RawKey, address_digest, pseudonyms_key, state_key
from playlake_lake.erasure.everything import EraseAll
from playlake_lake.erasure.scope import Scope
from playlake_lake.errors import QuestionError
from playlake_lake.folder import Folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from commands import Command

# What is made again, and records that are looked into.
NOT_PLANNED: Final = ("compacted/", "rejected/messages/")
FOURTH_ADDRESS: Final = "https://i.scdn.co/image/fourth"
SAVED: Final = "#EXTM3U\n#EXTINF:181,Nobody - Synthetic\nspotify:track:4uLU6hMCjMI75M1A2tKUQC\n"
WHEN_COMMITTED: Final = {"committed_at", "transform_seconds"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return account_lake(tmp_path_factory.mktemp("made") / "lake")


@pytest.fixture
def lake(made: Folder, tmp_path: Path) -> Folder:
    shutil.copytree(made.root, tmp_path / "lake", copy_function=shutil.copy2)
    return Folder(tmp_path / "lake")


@pytest.fixture(scope="module")
def never(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The lake as it is if Ada never was."""
    folder, _ = runs_of(tmp_path_factory.mktemp("never") / "lake", {None, "bo"})
    compact(folder, LATER)
    return folder


def runs_in(lake: Folder) -> set[str]:
    return {str(RawKey.parse(key).run_id) for key in lake.keys("raw/")}


def adas_runs(lake: Folder) -> list[str]:
    keys = [RawKey.parse(key) for key in lake.keys("raw/")]
    manifests = {str(key.run_id): lake.read(str(key)) or b"" for key in keys if key.is_manifest}
    return [run_id for run_id, body in manifests.items() if json.loads(body)["account"] == "ada"]


def found(lake: Folder, *texts: str) -> list[tuple[str, str]]:
    return hits(((key, lake.read(key) or b"") for key in lake.keys("")), *texts)


def compared(lake: Folder) -> dict[str, list[dict[str, Any]]]:
    return {
        table: sorted(
            ({k: v for k, v in row.items() if k not in WHEN_COMMITTED} for row in rows), key=str
        )
        for table, rows in cells(lake).items()
    }


def test_an_account_goes_from_every_byte_and_the_rest_is_as_if_it_never_was(
    lake: Folder, never: Folder, playlake: Command
) -> None:
    place = ("--lake", str(lake.root))
    runs = adas_runs(lake)
    assert len(runs) == DAYS
    assert playlake("iceberg", "sync", *place) == 0, playlake.notices
    assert len({key for key, _ in found(lake, ADAS, *runs)}) > 30
    assert playlake("erase", "--all", "--account", "ada", *place) == 0, playlake.notices
    assert "Objects that would be removed: " in playlake.output
    assert len(adas_runs(lake)) == DAYS
    assert playlake("erase", "--all", "--account", "ada", "--yes", *place) == 0, playlake.notices
    assert found(lake, ADAS, *runs) == []
    assert compared(lake) == compared(never)
    assert in_force(lake).months.keys() == in_force(never).months.keys() == {"2026-09", "2026-10"}
    assert list(lake.keys("state/source=")) == [
        state_key("spotify", "bo"),
        state_key("spotify"),
    ]
    # The image of a cover that another playlist leads to stays, and so do messages of others.
    assert len(list(lake.keys("covers/images/"))) == len([FIRST_IMAGE, SECOND_IMAGE])
    assert len(list(lake.keys("covers/source="))) == len([SECOND_ADDRESS, THIRD_ADDRESS])
    for prefix in ("rejected/messages/", "rejected/source=", "failures/"):
        assert len(list(lake.keys(prefix))) == len(["bo", None])
    (receipt,) = lake.keys("erasures/")
    assert json.loads(lake.read(receipt) or b"")["kind"] == "account"
    assert b'"ada"' not in (lake.read(receipt) or b"")
    for command in (("reconcile", "--all"), ("replay", "--all"), ("compact",)):
        assert playlake(*command, *place) == 0, playlake.notices
    assert found(lake, ADAS, *runs) == []
    assert compared(lake) == compared(never)
    assert playlake("iceberg", "sync", *place) == 0, playlake.notices
    assert "The tables have all that is committed." in playlake.output


def test_the_account_without_a_name_goes_and_imports_and_others_stay(
    lake: Folder, playlake: Command, tmp_path: Path
) -> None:
    place = ("--lake", str(lake.root))
    without, named = runs_of(tmp_path / "without", {"ada", "bo"})
    nobodys = runs_in(lake) - set(named)
    assert len(nobodys) == DAYS
    raw = [key for key in lake.keys("raw/") if str(RawKey.parse(key).run_id) in nobodys]
    saved = tmp_path / "saved.m3u"
    saved.write_text(SAVED)
    imported = ("import", str(saved), "--at", "2026-09-30T12:00:00Z", "--lake")
    for folder in (lake, without):
        assert playlake(*imported, str(folder.root)) == 0, playlake.notices
    compact(without, LATER)
    lake.put_new(pseudonyms_key("spotify"), b'{"synthetic": true}')
    assert playlake("erase", "--all", "--unnamed", "--yes", *place) == 0, playlake.notices
    assert f"Raw objects removed: {len(raw)}, other objects" in playlake.output
    assert found(lake, NOBODYS, *nobodys) == []
    assert len(runs_in(lake) - set(named)) == len([saved])
    assert compared(lake) == compared(without)
    assert list(lake.keys("state/source=")) == [
        state_key("spotify", "ada"),
        state_key("spotify", "bo"),
        pseudonyms_key("spotify"),
    ]
    assert len(list(lake.keys("covers/images/"))) == len([FIRST_IMAGE, SECOND_IMAGE])
    for prefix in ("rejected/messages/", "rejected/source=", "failures/"):
        assert len(list(lake.keys(prefix))) == len(["ada", "bo"])


def test_covers_of_others_stay_whether_raw_objects_or_rows_name_them(lake: Folder) -> None:
    """Raw objects may have expired, and may have become no rows yet."""
    for key in [key for key in lake.keys("raw/") if "part-" in key]:
        if not any(run in key for run in adas_runs(lake)):
            lake.path(key).unlink()
    waiting = with_cover(read("waitingwaitingwaitingw", [entry(1)]), FOURTH_ADDRESS)
    run_id = commit_run(lake, LATER, [waiting], account="bo", has_marks=False)
    for file in [key for key in lake.keys("curated/") if run_id in key]:
        lake.path(file).unlink()
    keep_cover(lake, FOURTH_ADDRESS, FIRST_IMAGE)
    opened = erasable_folder(FolderLake.open(lake.root, lake.root / "logs"), print)
    scope = Scope("spotify", "ada")
    erasure = EraseAll(lake, scope, opened.compact, opened.adopt, lambda: (0, 0))
    before, planned = set(lake.keys("")), erasure.plan()
    erasure.run()
    gone = [key for key in before - set(lake.keys("")) if not key.startswith(NOT_PLANNED)]
    assert planned == len(gone)
    kept = {CoverLink.parse(key).address for key in lake.keys("covers/source=")}
    assert kept == set(map(address_digest, (SECOND_ADDRESS, THIRD_ADDRESS, FOURTH_ADDRESS)))


@pytest.mark.parametrize("stop", [1, 4, 9, 15, 20])
def test_an_erasure_of_an_account_that_was_stopped_is_completed_by_the_same_one(
    lake: Folder, never: Folder, stop: int
) -> None:
    opened = erasable_folder(FolderLake.open(lake.root, lake.root / "logs"), print)
    scope, runs = Scope("spotify", "ada"), adas_runs(lake)

    def erase(between: Callable[[], None]) -> None:
        EraseAll(lake, scope, opened.compact, opened.adopt, lambda: (0, 0), between).run()

    steps = 0

    def stopping() -> None:
        nonlocal steps
        steps += 1
        if steps == stop:
            raise StoppedError

    with pytest.raises(StoppedError):
        erase(stopping)
    erase(lambda: None)
    assert found(lake, ADAS, *runs) == []
    assert compared(lake) == compared(never)
    with pytest.raises(QuestionError, match="anything of spotify of the account ada: check"):
        erase(lambda: None)


class StoppedError(Exception):
    """The erasure was stopped."""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--user", "x", "--account", "ada"), "--account goes with --all"),
        (("--user", "x", "--unnamed"), "--unnamed goes with --all"),
        (("--all", "--unnamed", "--account", "ada"), "--account and --unnamed are two accounts"),
        (("--all", "--unnamed", "--source", "youtube"), "of youtube of the account without a name"),
        (("--all", "--account", ""), "'' is not the name of an account"),
        (("--all", "--account", "Ada"), "'Ada' is not the name of an account"),
        (("--all", "--account", "cleo"), "does not have anything of spotify of the account cleo"),
        (("--all", "--account", "ada", "--source", "youtube"), "of youtube of the account ada"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    lake: Folder, playlake: Command, given: tuple[str, ...], said: str
) -> None:
    keep_cover(lake, "https://i.scdn.co/image/of-nobody", FIRST_IMAGE)
    before = lake.versions("")
    assert playlake("erase", *given, "--yes", "--lake", str(lake.root)) == 1
    assert said in playlake.notices
    assert lake.versions("") == before
