"""A damaged or lost compacted file is an error that names it, and is made again. All synthetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from compacting import compact, in_force, rows
from two_days import two_days

from playlake_contracts.keys import IN_FORCE_KEY
from playlake_lake.check import check_compacted
from playlake_lake.errors import DamagedLakeError
from playlake_lake.tables import query

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_lake.compaction.in_force import CompactedFile
    from playlake_lake.folder import Folder

ADVICE = "delete it, then run `playlake compact`"


@pytest.fixture
def lake(tmp_path: Path) -> Folder:
    folder = two_days(tmp_path / "lake")
    compact(folder)
    return folder


def file_of(folder: Folder, table: str) -> CompactedFile:
    file = in_force(folder).months["2026-11"].tables[table]
    assert file is not None
    return file


def history_file(folder: Folder, table: str) -> CompactedFile:
    file = in_force(folder).history["2026-11"].tables[table]
    assert file is not None
    return file


def overwritten(folder: Folder, file: CompactedFile) -> None:
    """Write other bytes of the same length over a file's data."""
    body = folder.read(file.key) or b""
    folder.overwrite(file.key, body[:4] + b"\0" * (len(body) - 12) + body[-8:])


def test_a_file_with_other_bytes_is_named_when_it_cannot_be_read(lake: Folder) -> None:
    for file, table in (
        (file_of(lake, "tracks"), "tracks"),
        (history_file(lake, "changes"), "changes"),
    ):
        overwritten(lake, file)
        with pytest.raises(DamagedLakeError, match=f"{file.key} is damaged: {ADVICE}"):
            query(lake, f"SELECT * FROM {table}")
    assert query(lake, "SELECT count(*) FROM playlists").rows == [(3,)]


@pytest.mark.parametrize("table", ["tracks", "memberships"])
def test_a_file_that_was_cut_off_is_named(lake: Folder, table: str) -> None:
    file = history_file(lake, table) if table == "memberships" else file_of(lake, table)
    lake.overwrite(file.key, (lake.read(file.key) or b"")[:-1])
    with pytest.raises(DamagedLakeError, match=f"{file.key} is damaged: {ADVICE}"):
        query(lake, f"SELECT count(*) FROM {table}")


def test_a_file_that_is_lost_is_named_and_made_again(lake: Folder) -> None:
    file, before = file_of(lake, "tracks"), rows(lake)
    body = lake.read(file.key)
    lake.remove(file.key)
    with pytest.raises(DamagedLakeError, match=f"{file.key} is missing though it is in force"):
        query(lake, "SELECT * FROM tracks")
    assert compact(lake) == ["2026-11 files lost: 1"]
    assert lake.read(file.key) == body
    assert rows(lake) == before


def test_a_damaged_file_does_not_come_into_force_again(lake: Folder) -> None:
    file = file_of(lake, "tracks")
    lake.overwrite(file.key, b"damaged")
    with pytest.raises(DamagedLakeError, match=f"{file.key} is damaged: {ADVICE}"):
        compact(lake)
    lake.remove(file.key)
    assert compact(lake) == ["2026-11 files lost: 1"]


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"months": 1}'])
def test_a_damaged_list_of_what_is_in_force_is_named(lake: Folder, body: bytes) -> None:
    lake.overwrite(IN_FORCE_KEY, body)
    for read in (lambda: rows(lake), lambda: compact(lake)):
        with pytest.raises(
            DamagedLakeError, match=f"{IN_FORCE_KEY} cannot be read .*no row is lost"
        ):
            read()


def test_what_a_later_version_wrote_is_refused(lake: Folder) -> None:
    body = lake.read(IN_FORCE_KEY) or b""
    lake.overwrite(IN_FORCE_KEY, body.replace(b"in-force/1", b"in-force/2"))
    with pytest.raises(DamagedLakeError, match="install the version of Playlake that wrote it"):
        rows(lake)


def test_a_lost_list_of_marks_is_named(lake: Folder) -> None:
    key = in_force(lake).months["2026-11"].marks
    lake.remove(key)
    with pytest.raises(DamagedLakeError, match=f"{key} is missing though it is in force"):
        rows(lake)


def test_a_check_finds_every_compacted_file_with_other_bytes(lake: Folder) -> None:
    assert check_compacted(lake) == []
    damaged, lost = file_of(lake, "albums"), history_file(lake, "timeline")
    body = lake.read(damaged.key) or b""
    lake.overwrite(damaged.key, body[:50] + bytes([body[50] ^ 1]) + body[51:])
    lake.remove(lost.key)
    found = {problem.object_key: problem.what for problem in check_compacted(lake)}
    assert found == {
        damaged.key: f"has other bytes than when it was compacted: {ADVICE}",
        lost.key: "is missing: run `playlake compact`",
    }
