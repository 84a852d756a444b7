"""`playlake erase` on a lake in a folder: what is gone, what stays, and what never comes back."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from compacting import in_force
from historical_lakes import commit_run, read
from kept_covers import FIRST_ADDRESS, SECOND_ADDRESS, with_cover
from landed import entry
from searched_lakes import hits
from shared_lakes import (
    ADA,
    ADA_NAME,
    DAYS,
    FIRST,
    OTHER,
    SHARED,
    WEI,
    WEI_NAME,
    cells,
    shared,
    shared_lake,
)

from playlake.erasing.committing import Committing
from playlake.erasing.lakes import erasable_folder
from playlake.lakes.folder import FolderLake
from playlake_backfill.folder_place import FolderPlace
from playlake_contracts.backlog import raw_keys
from playlake_contracts.erased import ERASED_USER, Kind
from playlake_contracts.keys import RawKey, address_digest, state_key
from playlake_contracts.manifest import decode_manifest
from playlake_contracts.raw import read_frames
from playlake_contracts.runs import RunId
from playlake_lake.check import check_compacted, check_mark
from playlake_lake.erasure.erase import Erasure
from playlake_lake.erasure.everything import EraseAll
from playlake_lake.erasure.rows_without_raw import RowsWithoutRaw
from playlake_lake.erasure.scope import Scope
from playlake_lake.erasure.subject import Subject
from playlake_lake.errors import QuestionError
from playlake_lake.folder import Folder
from playlake_lake.marks import held_tables, mark_keys
from playlake_transformer.adapters.transforming import OwnProcessTransforms
from playlake_transformer.domain.events import RawObjectCreated
from playlake_transformer.errors import ErasedObjectError
from playlake_transformer.stages import Stages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from commands import Command

    from playlake_lake.erasure.progress import Receipt

WEI_FORMS = (WEI, "wei%2Buserid", WEI_NAME)
PLAYLIST, USER = Subject("spotify", Kind.PLAYLIST, SHARED), Subject("spotify", Kind.USER, WEI)
# What a commit measures, and what counts the rows of a part or numbers them.
OF_THE_COMMIT = {
    "loads": {"committed_at", "transform_seconds", "transformer_version", "raw_etag"},
    "quarantine": {"position"},
}
COUNTS = ("bytes", "snapshots", "rows_")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The lake with all that can be made from it; tests work on copies."""
    return shared_lake(tmp_path_factory.mktemp("made") / "lake")


@pytest.fixture
def lake(made: Folder, tmp_path: Path) -> Folder:
    return copied(made, tmp_path / "lake")


def copied(lake: Folder, root: Path) -> Folder:
    # Times of files are part of what compaction goes by.
    shutil.copytree(lake.root, root, copy_function=shutil.copy2)
    return Folder(root)


@pytest.fixture(scope="module")
def without(made: Folder, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The lake without the playlist, which tests look at."""
    lake = copied(made, tmp_path_factory.mktemp("without") / "lake")
    erasure_of(lake, Subject("spotify", Kind.PLAYLIST, SHARED), lambda: None)
    return lake


@pytest.fixture
def erase(playlake: Command, lake: Folder) -> Callable[..., int]:
    return lambda *arguments: playlake("erase", *arguments, "--lake", str(lake.root))


def found(lake: Folder, *texts: str) -> list[tuple[str, str]]:
    return hits(((key, lake.read(key) or b"") for key in lake.keys("")), *texts)


def compared(table: str, rows: list[dict[str, Any]], *, counts: bool = True) -> Counter[str]:
    """Rows without what a commit measures, to be compared."""
    without = OF_THE_COMMIT.get(table, set())
    return Counter(
        str(
            {
                name: value
                for name, value in row.items()
                if name not in without
                and (
                    counts
                    or table != "loads"
                    or (not name.startswith(COUNTS) and "bytes" not in name)
                )
            }
        )
        for row in rows
    )


def check_sound(lake: Folder) -> None:
    """Every object is as its mark says, and manifests are as the parts that they sum up."""
    tables = held_tables(lake)
    assert [each for key in mark_keys(lake) for each in check_mark(lake, key, tables)] == []
    assert check_compacted(lake) == []
    for key in (RawKey.parse(each) for each in lake.keys("raw/")):
        if key.is_manifest:
            check_manifest(lake, key)


def check_manifest(lake: Folder, key: RawKey) -> None:
    for part in decode_manifest(lake.read(str(key)) or b"").parts:
        body = lake.read(part.key)
        assert body is not None
        frames = list(read_frames(body))
        if part.sha256 != "synthetic":  # as the lake was made
            assert (part.bytes, part.json_bytes) == (len(body), sum(map(len, frames)))
        assert part.snapshots == len(frames)


def test_a_playlist_is_gone_from_every_byte_and_all_other_rows_stay(
    erase: Callable[..., int], playlake: Command, lake: Folder
) -> None:
    before = cells(lake)
    assert playlake("iceberg", "sync", "--lake", str(lake.root)) == 0, playlake.notices
    assert len({key for key, _ in found(lake, SHARED)}) > 40
    assert erase("--playlist", SHARED, "--yes") == 0, playlake.notices
    assert found(lake, SHARED) == []
    check_sound(lake)
    after = cells(lake)
    for table, rows in before.items():
        if rows and "playlist_id" in rows[0]:
            kept = [row for row in rows if row["playlist_id"] != SHARED]
            assert compared(table, after[table]) == compared(table, kept), table
        elif table not in {"loads", "quality_results"}:
            # Of the songs of a part those stay that its other playlists have.
            parts = {(row["run_id"], row["part"]) for row in after["playlists"]}
            left = [row for row in rows if (row["run_id"], row["part"]) in parts]
            assert compared(table, after[table]) <= compared(table, left), table
    assert {row["track_id"] for row in after["tracks"]} == {
        row["track_id"] for row in after["playlist_items"] if row["track_id"]
    }
    assert in_force(lake).months.keys() == {"2026-09", "2026-10"}
    assert playlake("iceberg", "sync", "--lake", str(lake.root)) == 0, playlake.notices
    assert "The tables have all that is committed." in playlake.output


def test_a_user_is_gone_from_every_byte_and_every_other_cell_stays(
    erase: Callable[..., int], playlake: Command, lake: Folder
) -> None:
    before = cells(lake)
    assert playlake("iceberg", "sync", "--lake", str(lake.root)) == 0, playlake.notices
    assert {text for _, text in found(lake, *WEI_FORMS)} == set(WEI_FORMS)
    assert erase("--user", WEI, "--yes") == 0, playlake.notices
    assert found(lake, *WEI_FORMS) == []
    assert found(lake, ADA, ADA_NAME) != []
    check_sound(lake)
    after = cells(lake)
    for table, rows in before.items():
        wanted = [redacted(row) for row in rows]
        assert compared(table, after[table], counts=False) == compared(
            table, wanted, counts=False
        ), table
    assert Counter(row["added_by"] for row in after["playlist_items"])[ERASED_USER] > 10


def redacted(row: dict[str, Any]) -> dict[str, Any]:
    """A row as it is without Wei, by what the columns mean."""
    plain = {
        name: ERASED_USER if value == WEI else None if value == WEI_NAME else value
        for name, value in row.items()
    }
    if "raw" in row:
        plain["raw"] = row["raw"].replace("wei%2Buserid", ERASED_USER).replace(WEI, ERASED_USER)
    return plain


def test_what_is_kept_beside_rows_goes_too(without: Folder) -> None:
    lake = without
    state = json.loads(lake.read("state/source=spotify/playlists.json") or b"")
    assert state["mine"] == ["minemineminemineminemi", OTHER]
    assert list(state["playlists"]) == list(state["seen"]) == [OTHER]
    assert lake.read("state/source=spotify/restore-aaaaaaaa.json") is None
    assert lake.read("state/source=spotify/restore-bbbbbbbbb.json") is not None
    assert len(list(lake.keys("rejected/"))) == len(list(lake.keys("failures/"))) == 1
    links = [key.split("/")[2].split(".")[0] for key in lake.keys("covers/source=")]
    assert links == [address_digest(SECOND_ADDRESS)]
    assert address_digest(FIRST_ADDRESS) not in links
    assert len(list(lake.keys("covers/images/"))) == 1


def test_a_receipt_says_what_was_done_and_names_nobody(without: Folder) -> None:
    lake = without
    [receipt] = [key for key in lake.keys("erasures/") if "receipt" in key]
    said = json.loads(lake.read(receipt) or b"")
    rows = (said["raw_objects"], said["raw_objects_removed"], said["playlist_frames"])
    assert (said["kind"], said["source"], *rows) == ("playlist", "spotify", 5, 1, DAYS)
    assert (said["covers"], said["records"], said["months"], said["passes"]) == (2, 4, 2, 1)
    assert [key for key in lake.keys("erasures/") if "progress" in key] == []
    [tombstone] = lake.keys("erasures/source=spotify/")
    assert lake.read(tombstone) == b""


def test_a_raw_object_that_has_it_again_becomes_rows_without_it(lake: Folder) -> None:
    copies = {key: lake.read(key) or b"" for key in lake.keys("raw/")}
    for subject in (PLAYLIST, USER):
        erasure_of(lake, subject, lambda: None)
    for name, body in copies.items():  # as if a copy were brought back
        lake.overwrite(name, body)
    place = FolderPlace(lake)
    for key in raw_keys(copies):
        asyncio.run(replayed(place, key))
    assert [key for key, _ in found(lake, SHARED, *WEI_FORMS) if not key.startswith("raw/")] == []
    assert {row["playlist_id"] for row in cells(lake)["playlists"]} == {OTHER}
    for subject in (PLAYLIST, USER):
        erasure_of(lake, subject, lambda: None)
    assert found(lake, SHARED, *WEI_FORMS) == []
    check_sound(lake)


async def replayed(place: FolderPlace, key: RawKey) -> None:
    """Transform a raw object as a replay does."""
    created = RawObjectCreated(key, bytes=0, etag=None, version_id=None, overwrite=True)
    async with place.open(OwnProcessTransforms(), 1) as (committer, _):
        with suppress(ErasedObjectError):
            await committer.commit(created, Stages())


@pytest.mark.slow
def test_it_does_not_come_back_by_any_way(
    erase: Callable[..., int], playlake: Command, lake: Folder
) -> None:
    copies = {key: lake.read(key) or b"" for key in lake.keys("raw/")}
    assert erase("--playlist", SHARED, "--yes") == 0, playlake.notices
    assert erase("--user", WEI, "--login", "--yes") == 0, playlake.notices
    for key, body in copies.items():  # as if a copy were brought back
        lake.overwrite(key, body)
    place = ("--lake", str(lake.root))
    for mark in mark_keys(lake)[:2]:
        lake.remove(mark)
    assert playlake("reconcile", *place) == 0, playlake.notices
    assert playlake("replay", "--all", "--overwrite", *place) == 0, playlake.notices
    gone = [key for key, _ in found(lake, SHARED, *WEI_FORMS) if not key.startswith("raw/")]
    assert gone == []
    rows = cells(lake)["playlists"]
    assert {row["playlist_id"] for row in rows} == {OTHER}
    assert erase("--playlist", SHARED, "--yes") == 0, playlake.notices
    assert erase("--user", WEI, "--login", "--yes") == 0, playlake.notices
    assert found(lake, SHARED, *WEI_FORMS) == []
    check_sound(lake)


def test_without_yes_it_only_says_what_it_would_do(
    erase: Callable[..., int], playlake: Command, lake: Folder
) -> None:
    before = lake.versions("")
    assert erase("--playlist", f"spotify:playlist:{SHARED}") == 0, playlake.notices
    assert playlake.output == (
        f"Raw objects that would be written anew: {2 * DAYS}, snapshots of the playlist: {DAYS}.\n"
    )
    assert playlake.notices.endswith("the same command with --yes erases it for good.\n")
    assert erase("--user", ADA, "--yes", "--dry-run") == 0, playlake.notices
    assert f"snapshots with the user: {DAYS}" in playlake.output
    assert lake.versions("") == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "say what to erase: one of --user, --playlist and --all"),
        (("--user", "a", "--all"), "say what to erase: one of --user, --playlist and --all"),
        (("--user", " "), "the id is empty: give one"),
        (("--user", "a", "--source", "nowhere"), "no source is called 'nowhere'"),
        (("--user", "nobody", "--yes"), "nothing in the lake has the user nobody of spotify"),
        (("--playlist", "none", "--yes"), "nothing in the lake has the playlist none of spotify"),
        (("--all", "--source", "youtube", "--yes"), "the lake does not have anything of youtube"),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(
    erase: Callable[..., int],
    playlake: Command,
    lake: Folder,
    arguments: tuple[str, ...],
    sentence: str,
) -> None:
    before = lake.versions("")
    assert erase(*arguments) != 0
    assert sentence in playlake.notices.splitlines()[-1]
    assert lake.versions("") == before


@pytest.mark.parametrize("account", [None, "partner"])
def test_the_user_of_the_login_is_erased_only_if_that_is_said(
    erase: Callable[..., int], playlake: Command, lake: Folder, account: str | None
) -> None:
    key = state_key("spotify", account)
    state = json.loads(lake.read(state_key("spotify")) or b"")
    lake.overwrite(key, json.dumps(state | {"mine": [SHARED]}).encode())
    before = lake.versions("")
    assert erase("--user", ADA, "--yes") == 1
    assert "seems to be the login's own: --all erases a whole lake" in playlake.notices
    assert lake.versions("") == before
    assert erase("--user", ADA, "--login", "--yes") == 0, playlake.notices
    assert found(lake, ADA, ADA_NAME) == []


def test_what_cannot_be_read_is_named_and_everything_else_is_erased(
    erase: Callable[..., int], playlake: Command, lake: Folder
) -> None:
    run = RunId.derive("spotify", FIRST + timedelta(days=30))
    damaged = (RawKey.of_part("spotify", run, 0), RawKey.of_manifest("spotify", run))
    for key in damaged:
        lake.put_new(str(key), b"synthetic junk")
    assert erase("--playlist", SHARED, "--yes") == 1
    assert f"raw objects that cannot be read: 2, such as {damaged[1]}" in playlake.notices
    assert found(lake, SHARED) == []
    assert [lake.read(str(key)) for key in damaged] == [b"synthetic junk"] * 2


def test_the_source_of_the_environment_is_not_all_that_is_meant(
    erase: Callable[..., int], lake: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYLAKE_SOURCE", "youtube")
    assert erase("--all", "--yes") == 0
    assert not list(lake.keys("raw/"))


def test_all_of_a_source_goes_and_all_of_a_lake(
    erase: Callable[..., int], playlake: Command, lake: Folder
) -> None:
    assert erase("--all") == 0, playlake.notices
    assert "Objects that would be removed: " in playlake.output
    other = RawKey.of_part("youtube", RunId.derive("youtube", FIRST), 0)
    lake.put_new(str(other), b"synthetic, of another source")
    assert erase("--all", "--source", "spotify", "--yes") == 0, playlake.notices
    assert list(lake.keys("raw/")) == [str(other)]
    assert found(lake, SHARED, OTHER, *WEI_FORMS, ADA, ADA_NAME) == []
    assert all(not rows for rows in cells(lake).values())
    assert erase("--all", "--yes") == 0, playlake.notices
    left = [key for key in lake.keys("") if not key.startswith("erasures/receipt-")]
    assert left == ["lake.json"]


@pytest.mark.parametrize("stop", [1, 5, 13, 36])
def test_an_erasure_of_all_that_was_stopped_is_completed_by_the_same_one(
    lake: Folder, stop: int
) -> None:
    opened = erasable_folder(FolderLake.open(lake.root, lake.root / "logs"), print)

    def erase_all(between: Callable[[], None]) -> Receipt:
        return EraseAll(
            lake, Scope("spotify"), opened.compact, opened.adopt, lambda: (0, 0), between
        ).run()

    with pytest.raises(StoppedError):
        erase_all(stopping_at(stop))
    erase_all(lambda: None)
    assert found(lake, SHARED, OTHER, *WEI_FORMS, ADA, ADA_NAME) == []
    assert not [key for key in lake.keys("erasures/") if "progress" in key]
    with pytest.raises(QuestionError, match="does not have anything of spotify"):
        erase_all(lambda: None)


def erasure_of(lake: Folder, subject: Subject, between: Callable[[], None]) -> Receipt:
    """Erase in this process, and stop where `between` says so."""
    opened = erasable_folder(FolderLake.open(lake.root, lake.root / "logs"), print)
    with Committing(opened.place) as committing:
        return Erasure(lake, subject, committing.commit, opened.derived(), between).run()


class StoppedError(Exception):
    """The erasure was stopped here."""


def stopping_at(step: int) -> Callable[[], None]:
    steps = iter(range(10_000))

    def stopping() -> None:
        if next(steps) == step:
            raise StoppedError

    return stopping


@pytest.mark.parametrize("stop", [1, 6, 9, 13, 16, 20])
def test_an_erasure_that_was_stopped_is_completed_by_the_same_one(lake: Folder, stop: int) -> None:
    subject = Subject("spotify", Kind.PLAYLIST, SHARED)
    with pytest.raises(StoppedError):
        erasure_of(lake, subject, stopping_at(stop))
    erasure_of(lake, subject, lambda: None)
    assert found(lake, SHARED) == []
    assert [key for key in lake.keys("erasures/") if "progress" in key] == []
    check_sound(lake)


def test_manifests_follow_their_parts_also_after_a_stop(lake: Folder) -> None:
    with pytest.raises(StoppedError):
        erasure_of(lake, USER, stopping_at(9))  # between a part and its manifest
    erasure_of(lake, USER, lambda: None)
    manifests = [key for key in raw_keys(lake.keys("raw/")) if key.is_manifest]
    parts = [
        part for key in manifests for part in decode_manifest(lake.read(str(key)) or b"").parts
    ]
    digests = [hashlib.sha256(lake.read(part.key) or b"").hexdigest() for part in parts]
    assert [part.sha256 for part in parts] == digests
    assert len(parts) == DAYS


def test_a_cover_that_another_playlist_has_stays(lake: Folder) -> None:
    at = FIRST + timedelta(days=10)
    commit_run(lake, at, [with_cover(read("alone", [entry(1)]), FIRST_ADDRESS)])
    erasure_of(lake, PLAYLIST, lambda: None)
    links = [key for key in lake.keys("covers/source=") if address_digest(FIRST_ADDRESS) in key]
    assert len(links) == 1
    assert len(list(lake.keys("covers/images/"))) == 2


def test_a_mark_that_was_not_written_after_its_files_is_written_later(
    lake: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in list(lake.keys("raw/")):
        lake.remove(key)
    replace = RowsWithoutRaw._replace

    def stopping(rows: RowsWithoutRaw, key: str, body: bytes) -> None:
        if "/loads/" in key:
            raise StoppedError
        replace(rows, key, body)

    monkeypatch.setattr(RowsWithoutRaw, "_replace", stopping)
    with pytest.raises(StoppedError):
        erasure_of(lake, PLAYLIST, lambda: None)
    monkeypatch.undo()
    erasure_of(lake, PLAYLIST, lambda: None)
    problems = [
        each for key in mark_keys(lake) for each in check_mark(lake, key, held_tables(lake))
    ]
    assert {each.object_key[:4] for each in problems} == {"raw/"}
    assert found(lake, SHARED) == []


def test_what_a_run_lands_meanwhile_is_erased_by_a_second_pass(lake: Folder) -> None:
    at = FIRST + timedelta(days=20)
    run = RunId.derive("spotify", at)
    steps = iter(range(1000))

    def landing() -> None:
        if next(steps) == 2 * DAYS + 5:
            commit_run(lake, at, [shared(3)])

    receipt = erasure_of(lake, Subject("spotify", Kind.PLAYLIST, SHARED), landing)
    assert receipt.passes == 2
    assert found(lake, SHARED) == []
    assert lake.size(str(RawKey.of_manifest("spotify", run))) is not None
    check_sound(lake)


@pytest.mark.parametrize("stop", [None, pytest.param(10, marks=pytest.mark.slow)])
def test_rows_whose_raw_objects_are_gone_are_changed_in_place(
    lake: Folder, stop: int | None
) -> None:
    for key in list(lake.keys("raw/")):
        lake.remove(key)
    before = cells(lake)
    subjects = [Subject("spotify", Kind.USER, WEI), Subject("spotify", Kind.PLAYLIST, SHARED)]
    for subject in subjects:
        if stop:
            with pytest.raises(StoppedError):
                erasure_of(lake, subject, stopping_at(stop))
        erasure_of(lake, subject, lambda: None)
    assert found(lake, SHARED, *WEI_FORMS) == []
    tables = held_tables(lake)
    problems = [each for key in mark_keys(lake) for each in check_mark(lake, key, tables)]
    assert {(each.what, each.object_key[:4]) for each in problems} == {("is missing", "raw/")}
    after = cells(lake)
    for table in ("playlists", "playlist_items", "run_outcomes", "playlist_daily"):
        kept = [redacted(row) for row in before[table] if row["playlist_id"] != SHARED]
        assert compared(table, after[table]) == compared(table, kept), table
    assert {row["track_id"] for row in after["tracks"]} == {
        row["track_id"] for row in after["playlist_items"] if row["track_id"]
    }
    assert 0 < len(after["artists"]) < len(before["artists"])


def test_two_erasures_at_once_erase_both(lake: Folder) -> None:
    subjects = [Subject("spotify", Kind.PLAYLIST, OTHER), Subject("spotify", Kind.USER, WEI)]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda each: erasure_of(lake, each, lambda: None), subjects))
    assert found(lake, OTHER, *WEI_FORMS) == []
    check_sound(lake)


def test_a_damaged_file_whose_raw_object_is_gone_ends_in_a_sentence(
    erase: Callable[..., int], playlake: Command, lake: Folder
) -> None:
    part = next(key for key in raw_keys(lake.keys("raw/")) if not key.is_manifest)
    lake.path(str(part)).unlink()
    file = part.curated("playlist_items")
    lake.path(file).write_bytes(b"PAR1 synthetic junk")
    assert erase("--user", WEI, "--yes") == 1
    assert f"{file} cannot be read" in playlake.notices
    assert "`playlake lake check` says" in playlake.notices
