"""reconcile, replay, dlq and redrive on a lake in a folder, from arguments to what they print."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from folder_lakes import committed_lake, landed_lake
from landed import manifest_key, part_key

from playlake.lakes.folder_delivery import FolderDelivery
from playlake_contracts.tables import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from commands import Command

    from playlake_lake.folder import Folder

KEY = part_key()
JUNK = part_key(1)


@pytest.fixture
def lake(tmp_path: Path) -> Folder:
    """A part and its manifest, landed, and a part that cannot be read."""
    folder = landed_lake(tmp_path / "lake")
    folder.put_new(str(JUNK), b"synthetic junk")
    return folder


def rows(folder: Folder, table: str) -> int:
    found: int = pq.read_metadata(folder.path(KEY.curated(table))).num_rows
    return found


def outdated(folder: Folder, table: str, like: str) -> None:
    """Have a file of a table as another version made it: with the rows of another file."""
    folder.overwrite(KEY.curated(table), folder.read(KEY.curated(like)) or b"")


def test_what_was_left_is_gone_on_with(playlake: Command, lake: Folder) -> None:
    place = ("--lake", str(lake.root))
    assert playlake("reconcile", *place) == 0, playlake.notices
    assert playlake.output == (
        "Raw objects that were neither committed nor rejected: 3. Resumed: 3.\n"
    )
    assert playlake("reconcile", "--all", *place) == 0
    assert playlake.output == "Every raw object is committed or rejected.\n"
    assert playlake("query", "SELECT count(*) AS n FROM tracks", "--json", *place) == 0
    assert json.loads(playlake.output) == [{"n": 4}]


def test_a_part_that_nobody_landed_is_listed_and_is_a_failure(
    playlake: Command, tmp_path: Path
) -> None:
    folder = landed_lake(tmp_path / "lake")
    folder.remove(str(KEY))
    place = ("--lake", str(folder.root))
    assert playlake("reconcile", "--all", *place) == 1
    assert str(KEY) in playlake.output
    assert "nobody landed: 1" in playlake.output


def test_days_and_all_exclude_each_other(playlake: Command, lake: Folder) -> None:
    assert playlake("reconcile", "--all", "--days", "2", "--lake", str(lake.root)) == 1
    assert playlake.notices.endswith("--days and --all exclude each other: give one of them\n")


def test_what_is_rejected_is_listed_and_redriven_when_it_is_mended(
    playlake: Command, lake: Folder
) -> None:
    place = ("--lake", str(lake.root))
    assert playlake("dlq", *place) == 0
    assert playlake.output == "Nothing is rejected.\n"
    playlake("transform", *place)
    assert playlake("dlq", "--json", *place) == 0
    [found] = json.loads(playlake.output)
    assert (found["code"], found["key"]) == ("corrupt_zstd", str(JUNK))
    assert playlake("redrive", *place) == 0, playlake.notices
    assert playlake.output == "Redriven: 1.\n"
    assert lake.read(JUNK.rejected) is not None
    lake.overwrite(str(JUNK), lake.read(str(KEY)) or b"")  # a part, though with another's rows
    assert playlake("redrive", "--code", "count_mismatch", *place) == 0
    assert playlake.output == "Redriven: 0.\n"
    assert playlake("redrive", "--part", str(JUNK), *place) == 0
    assert playlake.output == "Redriven: 1.\n"
    assert playlake("dlq", *place) == 0
    assert playlake.output == "Nothing is rejected.\n"
    assert lake.read(JUNK.curated("loads")) is not None


def test_what_is_dismissed_counts_no_more_until_it_is_redriven_by_name(
    playlake: Command, lake: Folder
) -> None:
    place = ("--lake", str(lake.root))
    playlake("transform", *place)
    why = ("--reason", " landed by hand ", "--by", "Ada")
    assert playlake("dismiss", "--code", "count_mismatch", *why, *place) == 0
    assert playlake.output == "Dismissed: 0.\n"
    assert playlake("dismiss", "--part", str(JUNK), *why, *place) == 0, playlake.notices
    assert playlake.output == "Dismissed: 1.\n"
    assert lake.read(str(JUNK)) == b"synthetic junk"
    assert playlake("dlq", *place) == 0
    assert playlake.output == "Nothing is rejected.\n"
    assert playlake("dlq", "--dismissed", "--json", *place) == 0
    [found] = json.loads(playlake.output)
    assert (found["code"], found["key"]) == ("corrupt_zstd", str(JUNK))
    assert (found["by"], found["because"]) == ("Ada", "landed by hand")
    assert playlake("status", "--json", *place) == 0
    assert playlake("transform", *place) == 0
    assert "rejected" not in playlake.notices
    for arguments in ((), ("--code", "corrupt_zstd")):
        assert playlake("redrive", *arguments, *place) == 0
        assert playlake.output == "Redriven: 0.\n"
    assert playlake("dismiss", "--all", *why, *place) == 0
    assert playlake.output == "Dismissed: 0.\n"
    assert playlake("redrive", "--part", str(JUNK), *place) == 0
    assert playlake.output == "Redriven: 1.\n"
    assert playlake("dlq", "--csv", *place) == 0
    assert "corrupt_zstd" in playlake.output  # it is as bad as it was, so it counts again


def test_what_is_dismissed_is_replayed(playlake: Command, lake: Folder) -> None:
    place = ("--lake", str(lake.root))
    playlake("transform", *place)
    assert playlake("dismiss", "--all", "--reason", "known", *place) == 0, playlake.notices
    lake.overwrite(str(JUNK), lake.read(str(KEY)) or b"")
    assert playlake("replay", "--part", str(JUNK), *place) == 0
    assert playlake("dlq", "--dismissed", *place) == 0
    assert playlake.output == "Nothing is dismissed.\n"
    assert lake.read(JUNK.curated("loads")) is not None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--reason", "known"), "say what to dismiss: --part or --code, or --all"),
        (("--reason", "known", "--all", "--code", "x"), "say what to dismiss: --part or --code"),
        (("--reason", " ", "--all"), "say why: --reason is empty"),
    ],
)
def test_what_is_not_dismissed_is_said_so(
    playlake: Command, lake: Folder, arguments: tuple[str, ...], sentence: str
) -> None:
    assert playlake("dismiss", *arguments, "--lake", str(lake.root)) == 1
    assert sentence in playlake.notices


def test_a_record_that_is_written_meanwhile_is_not_dismissed(
    playlake: Command, lake: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ("--lake", str(lake.root))
    playlake("transform", *place)
    record = lake.read(JUNK.rejected) or b""
    held = type(lake).held

    def held_and_written(folder: Folder, key: str) -> object:
        found = held(folder, key)
        folder.overwrite(key, record.replace(b"corrupt_zstd", b"count_mismatch"))
        return found

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(type(lake), "held", held_and_written)
        assert playlake("dismiss", "--all", "--reason", "known", *place) == 0
        assert playlake.output == "Dismissed: 0.\n"
    assert playlake("dlq", "--csv", *place) == 0
    assert "count_mismatch" in playlake.output


def test_a_redrive_that_is_killed_halfway_is_completed_by_the_next_command(
    playlake: Command, lake: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ("--lake", str(lake.root))
    playlake("transform", *place)
    with monkeypatch.context() as killed:
        killed.setattr(FolderDelivery, "_remove_records", _remove_and_die)
        assert playlake("redrive", *place) == 130
    assert lake.read(JUNK.rejected) is None
    assert playlake("transform", *place) == 0
    assert lake.read(JUNK.rejected) is not None


def _remove_and_die(delivery: FolderDelivery, records: object) -> None:
    for key in list(records):  # type: ignore[call-overload]
        delivery.lake.folder.remove(key)
    raise KeyboardInterrupt


def test_a_replay_changes_nothing_unless_it_overwrites(playlake: Command, tmp_path: Path) -> None:
    folder = committed_lake(tmp_path / "lake")
    place = ("--lake", str(folder.root))
    before = {key: folder.read(key) for key in folder.keys()}  # noqa: SIM118 - no dictionary
    assert playlake("replay", "--all", *place) == 0, playlake.notices
    assert playlake.output == "Raw objects that were transformed again: 2.\n"
    assert {key: folder.read(key) for key in folder.keys()} == before  # noqa: SIM118


def test_what_another_version_made_is_overwritten_with_its_mark(
    playlake: Command, tmp_path: Path
) -> None:
    folder = committed_lake(tmp_path / "lake")
    place = ("--lake", str(folder.root))
    outdated(folder, "tracks", "playlists")
    mark = folder.read(KEY.curated("loads"))
    assert playlake("replay", "--run", str(KEY.run_id), "--overwrite", *place) == 0
    assert rows(folder, "tracks") == 4
    assert folder.read(KEY.curated("loads")) != mark
    assert playlake("lake", "check", str(folder.root)) == 0, playlake.output


def test_a_half_commit_by_another_version_is_mended_by_overwriting(
    playlake: Command, tmp_path: Path
) -> None:
    folder = committed_lake(tmp_path / "lake")
    place = ("--lake", str(folder.root))
    outdated(folder, "tracks", "playlists")
    folder.remove(KEY.curated("loads"))
    playlake("transform", *place)
    assert playlake("dlq", "--csv", *place) == 0
    assert "commit_conflict" in playlake.output
    assert playlake("replay", "--part", str(KEY), "--overwrite", *place) == 0, playlake.notices
    assert (rows(folder, "tracks"), folder.read(KEY.rejected)) == (4, None)


def test_a_file_that_has_no_rows_any_more_is_empty_and_nobody_reads_it(
    playlake: Command, tmp_path: Path
) -> None:
    folder = committed_lake(tmp_path / "lake")
    place = ("--lake", str(folder.root))
    outdated(folder, "run_outcomes", "playlists")
    assert playlake("replay", "--day", "2026-11-21", "--overwrite", *place) == 0
    assert rows(folder, "run_outcomes") == 0
    assert playlake("lake", "check", str(folder.root)) == 0, playlake.output
    for table in TABLES:
        assert playlake("query", f"SELECT count(*) AS n FROM {table}", *place) == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "say what to replay: one of --part, --run, --day and --all"),
        (("--all", "--day", "2026-11-21"), "say what to replay: one of"),
        (("--day", "2026-11-20"), "the lake has no raw object of 2026-11-20: "),
        (("--part", "raw/nonsense"), "'raw/nonsense' is not a key like raw/source=spotify/"),
        (("--run", "nonsense"), "'nonsense' is not a run id like"),
    ],
)
def test_what_cannot_be_replayed_is_one_sentence(
    playlake: Command, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    folder = committed_lake(tmp_path / "lake")
    assert playlake("replay", *arguments, "--lake", str(folder.root)) == 1
    assert sentence in playlake.notices


def test_a_manifest_is_replayed_like_a_part(playlake: Command, tmp_path: Path) -> None:
    folder = committed_lake(tmp_path / "lake")
    part = str(manifest_key())
    assert playlake("replay", "--part", part, "--overwrite", "--lake", str(folder.root)) == 0
