"""A raw object is replaced after its rows, and only if it is still what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from folder_lakes import committed_lake, landed_lake
from landed import manifest_key, part_key

from playlake_contracts.cleaning import clean_part
from playlake_contracts.erased import Erased, Kind, Tombstone
from playlake_contracts.manifest import decode_manifest
from playlake_contracts.raw import playlist_of, read_frames
from playlake_lake.erasure.finding import in_order
from playlake_lake.erasure.rewriting import Rewriting
from playlake_lake.errors import DamagedLakeError

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_contracts.keys import RawKey
    from playlake_lake.erasure.store import Commit
    from playlake_lake.folder import Folder

KEY, MANIFEST = part_key(), manifest_key()
FIRST, SECOND = (Tombstone.of("spotify", Kind.PLAYLIST, f"playlist{each}") for each in range(2))


def playlists(body: bytes | None) -> list[str | None]:
    return [playlist_of(frame) for frame in read_frames(body or b"")]


def noting() -> tuple[list[str], Commit]:
    """What commits, and the keys of what it has committed."""
    committed: list[str] = []

    def commit(key: RawKey, _: bytes) -> bool:
        committed.append(str(key))
        return True

    return committed, commit


def bury(lake: Folder, *tombstones: Tombstone) -> None:
    for each in tombstones:
        lake.put_new(str(each), b"")


def test_rows_are_written_before_the_raw_object(tmp_path: Path) -> None:
    lake = committed_lake(tmp_path)
    bury(lake, FIRST)
    seen: list[tuple[list[str | None], list[str | None]]] = []

    def commit(key: RawKey, body: bytes) -> bool:
        seen.append((playlists(body), playlists(lake.read(str(key)))))
        return True

    Rewriting(lake, commit).rewrite(KEY, {KEY})
    assert seen == [(["playlist1"], ["playlist0", "playlist1"])]
    assert playlists(lake.read(str(KEY))) == ["playlist1"]


def test_a_raw_object_that_another_erasure_has_replaced_is_read_again(tmp_path: Path) -> None:
    lake = committed_lake(tmp_path)
    bury(lake, FIRST)
    committed: list[list[str | None]] = []

    def commit(key: RawKey, body: bytes) -> bool:
        committed.append(playlists(body))
        if len(committed) == 1:  # another erasure does its work at this moment
            bury(lake, SECOND)
            before = lake.read(str(key)) or b""
            lake.overwrite(str(key), clean_part(before, "spotify", Erased((SECOND,))).body or b"")
        return True

    rewriting = Rewriting(lake, commit)
    rewriting.rewrite(KEY, {KEY})
    assert committed == [["playlist1"]]
    assert lake.read(str(KEY)) is None  # neither playlist is left
    assert lake.read(KEY.curated("loads")) is None
    assert (rewriting.rewritten, rewriting.removed) == (0, 1)


def test_what_was_never_committed_is_committed_so_that_nobody_else_writes_what_was_erased(
    tmp_path: Path,
) -> None:
    lake = landed_lake(tmp_path)
    bury(lake, FIRST)
    committed, commit = noting()
    rewriting = Rewriting(lake, commit)
    rewriting.rewrite(KEY, {KEY})
    assert committed == [str(KEY)]


def test_what_was_rejected_is_not_committed_and_leaves_no_files(tmp_path: Path) -> None:
    lake = landed_lake(tmp_path)
    bury(lake, FIRST)
    lake.put_new(KEY.rejected, b"{}")
    lake.put_new(KEY.curated("tracks"), b"left by a transformer that was killed")
    Rewriting(lake, lambda *_: pytest.fail("it was committed")).rewrite(KEY, {KEY})
    assert playlists(lake.read(str(KEY))) == ["playlist1"]
    assert lake.read(KEY.curated("tracks")) is None


def test_what_this_version_cannot_transform_stays_as_it_is_and_is_named(tmp_path: Path) -> None:
    lake = committed_lake(tmp_path)
    bury(lake, FIRST)
    before = lake.read(str(KEY))
    with pytest.raises(DamagedLakeError, match=str(KEY)):
        Rewriting(lake, lambda *_: False).rewrite(KEY, {KEY})
    assert lake.read(str(KEY)) == before


def test_a_manifest_comes_after_its_parts_and_has_their_digests(tmp_path: Path) -> None:
    lake = committed_lake(tmp_path)
    bury(lake, FIRST)
    rewriting = Rewriting(lake, lambda *_: True)
    objects = {KEY, MANIFEST}
    assert in_order(objects) == [KEY, MANIFEST]
    for each in in_order(objects):
        rewriting.rewrite(each, objects)
    (part,) = decode_manifest(lake.read(str(MANIFEST)) or b"").parts
    assert part.bytes == lake.size(str(KEY))


def test_a_file_of_other_raw_bytes_under_the_right_mark_is_written_anew(tmp_path: Path) -> None:
    lake = committed_lake(tmp_path)
    committed, commit = noting()
    rewriting = Rewriting(lake, commit)
    rewriting.rewrite(KEY, {KEY})
    assert committed == []
    other = committed_lake(tmp_path / "other", run="other")
    # As by a process that was at the same object, and was killed after one file.
    lake.overwrite(
        KEY.curated("tracks"), other.read(part_key(run="other").curated("tracks")) or b""
    )
    rewriting.rewrite(KEY, {KEY})
    assert committed == [str(KEY)]
