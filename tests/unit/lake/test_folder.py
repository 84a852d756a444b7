"""Objects in a folder: put once, replaced only as they were read, never seen half."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from playlake_lake.errors import FolderFailedError
from playlake_lake.folder import ASIDE, Folder, etag

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "curated/tracks/day=2026-11-21/a.parquet"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def names(folder: Folder) -> list[str]:
    return [name for _, _, files in os.walk(folder.root) for name in files]


def test_a_free_key_is_put_and_nothing_is_left_aside(folder: Folder) -> None:
    assert folder.put_new(KEY, b"synthetic")
    assert folder.read(KEY) == b"synthetic"
    assert names(folder) == ["a.parquet"]


def test_a_taken_key_keeps_its_bytes(folder: Folder) -> None:
    folder.put_new(KEY, b"synthetic")
    assert not folder.put_new(KEY, b"other")
    assert folder.read(KEY) == b"synthetic"


def test_folders_are_listed_by_name_without_files(folder: Folder) -> None:
    for key in ("curated/tracks/day=2026-11-22/a", "curated/tracks/note.txt", KEY):
        folder.put_new(key, b"synthetic")
    assert folder.folders("curated/tracks/") == ["day=2026-11-21", "day=2026-11-22"]
    assert folder.folders("curated/albums/") == []
    assert folder.folders("curated/tracks/note.txt/") == []


def test_objects_are_listed_in_the_order_of_their_keys(folder: Folder) -> None:
    keys = ["a-b/c", "a.b", "a/b/d", "a/b2", "ab"]
    for key in reversed(keys):
        folder.put_new(key, b"synthetic")
    folder.put_new(f"a/{ASIDE}/x", b"left")
    assert list(folder.keys()) == list(folder.versions("")) == keys
    assert list(folder.keys("a/b")) == ["a/b/d", "a/b2"]


def test_a_folder_that_a_link_leads_to_is_not_listed(folder: Folder, tmp_path: Path) -> None:
    folder.put_new(KEY, b"synthetic")
    (tmp_path / "curated" / "link").symlink_to(tmp_path / "curated" / "tracks")
    assert list(folder.keys()) == [KEY]


def test_a_key_that_is_taken_while_it_is_written_keeps_its_bytes(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.put_new(KEY, b"synthetic")
    monkeypatch.setattr(Path, "exists", lambda _: False)
    assert not folder.put_new(KEY, b"other")
    assert folder.read(KEY) == b"synthetic"


@pytest.mark.parametrize("key", ["", "/a", "a//b", "a/../b", "./a", "a/", ".."])
def test_a_key_that_leads_elsewhere_is_refused(folder: Folder, key: str) -> None:
    with pytest.raises(ValueError, match="is not the key of an object"):
        folder.put_new(key, b"synthetic")


def test_what_is_not_there_is_none(folder: Folder) -> None:
    assert folder.read(KEY) is None
    assert folder.size(KEY) is None
    assert list(folder.keys()) == []
    folder.remove(KEY)


def test_an_object_is_replaced_only_as_it_was_read(folder: Folder) -> None:
    assert folder.replace(KEY, b"first", None)
    assert not folder.replace(KEY, b"second", None)
    assert not folder.replace(KEY, b"second", etag(b"other"))
    assert folder.replace(KEY, b"second", etag(b"first"))
    assert folder.read(KEY) == b"second"


def test_what_was_left_aside_long_ago_is_swept(folder: Folder) -> None:
    folder.put_new(KEY, b"synthetic")
    long_ago = time.time() - 7200
    for name, at in (("old", long_ago), ("new", time.time()), ("x.lock", long_ago)):
        left = folder.root / ASIDE / name
        left.write_bytes(b"half")
        os.utime(left, (at, at))
    assert folder.sweep() == 1
    assert sorted(path.name for path in (folder.root / ASIDE).iterdir()) == ["new", "x.lock"]
    assert list(folder.keys()) == [KEY]


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "no permission"),
        (errno.EPERM, "lacks links or locks"),
        (errno.EIO, "Input/output error"),
    ],
)
@pytest.mark.parametrize("call", ["fsync", "link"])
def test_a_refusal_of_the_system_is_one_sentence_and_nothing_is_left(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, call: str, number: int, advice: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(FolderFailedError, match=f"does not take {KEY}: .*{advice}"):
        folder.put_new(KEY, b"synthetic")
    assert names(folder) == []


def test_a_file_system_without_locks_is_named(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(FolderFailedError, match="lacks links or locks"):
        folder.replace(KEY, b"synthetic", None)


@pytest.mark.parametrize(
    "act",
    [
        lambda folder: folder.put_new(KEY, b"synthetic"),
        lambda folder: folder.replace(KEY, b"synthetic", None),
    ],
    ids=["put", "replace"],
)
def test_a_file_where_a_folder_should_be_is_an_error(
    tmp_path: Path, act: Callable[[Folder], object]
) -> None:
    (tmp_path / "file").write_text("synthetic")
    with pytest.raises(FolderFailedError):
        act(Folder(tmp_path / "file"))


def test_folders_that_cannot_be_listed_are_an_error(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(errno.EACCES, "synthetic")

    monkeypatch.setattr("os.scandir", refuse)
    with pytest.raises(FolderFailedError, match="does not list curated/"):
        folder.folders("curated/")


def test_a_file_is_put_once_under_a_free_key(folder: Folder, tmp_path: Path) -> None:
    source = tmp_path.parent / "source.parquet"
    source.write_bytes(b"synthetic" * 300_000)
    assert folder.put_file(KEY, source)
    assert folder.read(KEY) == source.read_bytes()
    assert names(folder) == ["a.parquet"]
    source.write_bytes(b"other")
    assert not folder.put_file(KEY, source)
    assert folder.read(KEY) == b"synthetic" * 300_000


def test_the_version_of_an_object_changes_with_it_and_no_object_is_read(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.put_new(KEY, b"synthetic")
    folder.put_new("curated/loads/b", b"synthetic")
    before = folder.versions("curated/tracks/")
    assert list(before) == [KEY]
    folder.overwrite(KEY, b"other-one")  # as long
    monkeypatch.setattr(Path, "read_bytes", None)
    monkeypatch.setattr(Path, "open", None)
    assert folder.versions("curated/tracks/") != before
    assert folder.versions("nothing/") == {}


def test_what_is_held_can_be_replaced_by_its_etag(folder: Folder) -> None:
    assert folder.held(KEY) is None
    folder.put_new(KEY, b"synthetic")
    held = folder.held(KEY)
    assert held == (b"synthetic", etag(b"synthetic"))
    assert held is not None
    assert folder.replace(KEY, b"other", held.etag)
    assert not folder.replace(KEY, b"third", held.etag)
