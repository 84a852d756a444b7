"""Raw objects of another lake land under their own keys, parts before manifests, or not at all."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from saved_snapshots import snapshots_in
from twins.extractor import MemoryRawStore

from playlake.importing.files import find_files
from playlake.importing.lake_objects import LakeObject, check, is_lake_object, land
from playlake_contracts.sources.people import PEOPLE
from playlake_extractor.run.saved_snapshots import land_saved, run_id_of

if TYPE_CHECKING:
    from pathlib import Path

SPOTIFY = PEOPLE["spotify"]

AT = datetime(2024, 3, 1, 6, tzinfo=UTC)
SOURCES = ("spotify",)


def playlist(playlist_id: str) -> bytes:
    entries = [{"track": {"id": "a", "uri": "spotify:track:a", "name": "n"}}]
    page = {"items": entries, "total": 1}
    return json.dumps({"type": "playlist", "id": playlist_id, "tracks": page}).encode()


@pytest.fixture
def landed() -> MemoryRawStore:
    """A run of two parts and a manifest."""
    store = MemoryRawStore()
    files = [(str(number), playlist(f"p{number:03}")) for number in range(150)]
    snapshots = snapshots_in(*files)
    land_saved("spotify", snapshots, run_id_of("spotify", snapshots, AT), store, SPOTIFY.redacted)
    assert len(store.objects) == 3
    return store


@pytest.fixture
def folder(landed: MemoryRawStore, tmp_path: Path) -> Path:
    """The same as files."""
    for key in landed.objects:
        path = tmp_path / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(landed.read(key))
    return tmp_path


class Ordered(MemoryRawStore):
    """Remembers the order of what is landed."""

    def __init__(self) -> None:
        super().__init__()
        self.landed: list[str] = []

    def land(self, key: str, body: bytes, content_type: str) -> None:
        self.landed.append(key.rpartition("/")[2] + f" as {content_type}")
        super().land(key, body, content_type)


def bodies(store: MemoryRawStore) -> dict[str, bytes]:
    return {key: store.read(key) for key in store.objects}


def test_objects_land_under_their_own_keys_and_the_manifest_last(
    folder: Path, landed: MemoryRawStore
) -> None:
    found = find_files([folder])
    assert (found.files, found.refusals) == ([], [])
    target = Ordered()
    objects, refusals = check(found.objects, target, SOURCES)
    assert refusals == []
    assert land(objects, target) == 3
    assert target.landed == [
        "part-0000.jsonl.zst as application/zstd",
        "part-0001.jsonl.zst as application/zstd",
        "manifest.json as application/json",
    ]
    assert bodies(target) == bodies(landed)


def test_what_is_there_with_equal_bytes_is_left_as_it_is(
    folder: Path, landed: MemoryRawStore
) -> None:
    objects, refusals = check(find_files([folder]).objects, landed, SOURCES)
    assert (refusals, land(objects, landed), len(objects)) == ([], 0, 3)


def test_what_is_there_with_other_bytes_is_refused(folder: Path, landed: MemoryRawStore) -> None:
    target = MemoryRawStore()
    key = next(iter(landed.objects))
    target.land(key, b"other", "x")
    objects, refusals = check(find_files([folder]).objects, target, SOURCES)
    assert f"the lake has {key} with other bytes, so it stays as it is" in refusals[0]
    assert "is the manifest of a run whose part" in refusals[1]
    assert [one.key.part for one in objects] == ["part-0001"]


def test_a_manifest_without_its_parts_is_refused(folder: Path) -> None:
    (path,) = folder.rglob("manifest.json")
    objects, refusals = check(find_files([path]).objects, MemoryRawStore(), SOURCES)
    assert objects == []
    assert (
        "part-0000.jsonl.zst is neither here nor in the lake: import the whole run" in refusals[0]
    )


def test_a_manifest_whose_parts_are_in_the_lake_lands(folder: Path, landed: MemoryRawStore) -> None:
    (path,) = folder.rglob("manifest.json")
    target = MemoryRawStore()
    for key in [key for key in landed.objects if not key.endswith("manifest.json")]:
        target.land(key, landed.read(key), "application/zstd")
    objects, refusals = check(find_files([path]).objects, target, SOURCES)
    assert (refusals, land(objects, target)) == ([], 1)


def test_a_part_in_another_folder_finds_its_key_in_itself(
    folder: Path, landed: MemoryRawStore, tmp_path: Path
) -> None:
    (path,) = folder.rglob("part-0001.jsonl.zst")
    moved = path.rename(tmp_path / path.name)
    (one,), refusals = check(find_files([moved]).objects, MemoryRawStore(), SOURCES)
    assert (refusals, str(one.key) in landed.objects) == ([], True)


def test_a_part_under_another_name_is_refused(folder: Path, tmp_path: Path) -> None:
    (path,) = folder.rglob("part-0001.jsonl.zst")
    moved = path.rename(tmp_path / "other.zst")
    _, refusals = check(find_files([moved]).objects, MemoryRawStore(), SOURCES)
    assert refusals[0].endswith("name it as it was landed, such as part-0000.jsonl.zst")


def test_a_part_that_is_cut_short_is_refused(folder: Path) -> None:
    (path,) = folder.rglob("part-0001.jsonl.zst")
    path.write_bytes(path.read_bytes()[:-10])
    _, refusals = check(find_files([path]).objects, MemoryRawStore(), SOURCES)
    assert f"{path} is a part that is damaged: the last zstd frame is cut short" in refusals


def test_a_part_of_a_source_that_nobody_knows_is_refused(folder: Path) -> None:
    _, refusals = check(find_files([folder]).objects, MemoryRawStore(), ("other",))
    assert len(refusals) == 3
    assert all(
        "which this version of Playlake does not know (unknown_schema)" in r for r in refusals
    )


def test_a_manifest_that_does_not_add_up_is_refused() -> None:
    body = b'{"schema": "playlake.manifest/1", "source": "spotify"}'
    assert is_lake_object(body)
    _, refusals = check([LakeObject("m.json", lambda: body)], MemoryRawStore(), SOURCES)
    assert refusals[0].startswith("m.json is a manifest that is damaged: ")


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"\x28\xb5\x2f\xfdnothing", gzip.compress(b"{}", mtime=0)]
)
def test_other_files_are_no_objects(body: bytes) -> None:
    assert not is_lake_object(body)
