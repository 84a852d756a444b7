"""A raw object is landed once, and state is replaced only as it was read: wherever a lake is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TYPE_CHECKING

import pytest
from twins.extractor import MemoryRawStore, MemoryStateStore

from playlake_extractor.adapters.folder_stores import (
    FolderRawStore,
    FolderStateStore,
    open_folder,
)
from playlake_extractor.adapters.s3_raw_store import S3RawStore
from playlake_extractor.adapters.s3_state_store import S3StateStore
from playlake_extractor.errors import LandingFailedError, RunTakenError

if TYPE_CHECKING:
    from pathlib import Path

    from playlake.local_aws import LocalAws
    from playlake_extractor.ports import RawStore, StateStore

PLACES = ["memory", "folder", "aws"]
KEY = "raw/source=spotify/a"
STATE = "state/source=spotify/playlists.json"
_names = (f"synthetic-landing-{number}" for number in count())


@pytest.fixture(params=PLACES)
def raw(request: pytest.FixtureRequest, tmp_path: Path) -> RawStore:
    if request.param == "memory":
        return MemoryRawStore()
    if request.param == "folder":
        return FolderRawStore(open_folder(tmp_path / "lake"))
    aws: LocalAws = request.getfixturevalue("aws")
    return S3RawStore(aws.s3, new_bucket(aws))


@pytest.fixture(params=PLACES)
def state(request: pytest.FixtureRequest, tmp_path: Path) -> StateStore:
    if request.param == "memory":
        return MemoryStateStore()
    if request.param == "folder":
        return FolderStateStore(open_folder(tmp_path / "lake"), STATE)
    aws: LocalAws = request.getfixturevalue("aws")
    return S3StateStore(aws.s3, new_bucket(aws), STATE)


def new_bucket(aws: LocalAws) -> str:
    name = next(_names)
    aws.s3.create_bucket(Bucket=name)
    return name


def test_what_is_landed_is_read_back(raw: RawStore) -> None:
    raw.land(KEY, b"synthetic", "application/zstd")
    assert raw.read(KEY) == b"synthetic"


def test_equal_bytes_are_landed_twice_in_peace_and_others_not_at_all(raw: RawStore) -> None:
    raw.land(KEY, b"synthetic", "application/zstd")
    raw.land(KEY, b"synthetic", "application/zstd")
    with pytest.raises(RunTakenError, match=KEY):
        raw.land(KEY, b"other", "application/zstd")
    assert raw.read(KEY) == b"synthetic"


def test_keys_are_listed_in_order_under_their_prefix(raw: RawStore) -> None:
    for key in ("raw/run=b/part-0001", "raw/run=b.c/part", "raw/run=a/part-0000", "raw/run=ab/x"):
        raw.land(key, b"synthetic", "application/zstd")
    assert list(raw.keys("raw/run=")) == sorted(raw.keys("raw/"))
    assert list(raw.keys("raw/run=a")) == ["raw/run=a/part-0000", "raw/run=ab/x"]
    assert list(raw.keys("raw/run=b/")) == ["raw/run=b/part-0001"]
    assert list(raw.keys("raw/none/")) == []


def test_an_object_that_is_not_there_is_an_error(raw: RawStore) -> None:
    with pytest.raises(LandingFailedError, match=KEY):
        raw.read(KEY)


def test_of_eight_writers_of_other_bytes_one_lands(raw: RawStore) -> None:
    def land(number: int) -> int:
        try:
            raw.land(KEY, str(number).encode(), "application/zstd")
        except RunTakenError:
            return 0
        return 1

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(land, range(8))) == 1


def test_state_is_absent_then_stored_then_replaced(state: StateStore) -> None:
    assert state.load() is None
    assert state.replace(b"first", None)
    first = state.load()
    assert first is not None
    assert first.body == b"first"
    assert state.replace(b"second", first.mark)
    second = state.load()
    assert second is not None
    assert second.body == b"second"


def test_state_that_changed_meanwhile_is_not_replaced(state: StateStore) -> None:
    assert state.replace(b"first", None)
    first = state.load()
    assert first is not None
    assert state.replace(b"second", first.mark)
    assert not state.replace(b"third", first.mark)
    assert not state.replace(b"third", None)
    held = state.load()
    assert held is not None
    assert held.body == b"second"


def test_no_update_of_eight_writers_is_lost(state: StateStore) -> None:
    def add(_: int) -> None:
        while True:
            held = state.load()
            body = b"x" if held is None else held.body + b"x"
            if state.replace(body, None if held is None else held.mark):
                return

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(24)))
    held = state.load()
    assert held is not None
    assert held.body == b"x" * 24
