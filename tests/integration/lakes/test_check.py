"""`playlake check` holds the rows of a lake to the data model, in a folder and on AWS."""

from __future__ import annotations

import json
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from aws_lakes import bucket_of, upload
from checked_files import read, written
from two_days import MANIFESTS, PARTS

from playlake.checking.lake import check_lake
from playlake.commands import check
from playlake.lakes.curated import FolderFiles
from playlake.lakes.folder import FolderLake
from playlake_aws.files import AwsFiles

if TYPE_CHECKING:
    from pathlib import Path

    from commands import Command

    from playlake.checking.report import Report
    from playlake.lakes.aws import AwsLake
    from playlake_lake.folder import Folder

TRACK = f"track{1:017}"
TRACKS = PARTS[1].curated("tracks")
REPLAY = f"playlake replay --run {PARTS[1].run_id} --overwrite --lake full"


def shortened(body: bytes | None) -> bytes:
    """A file of tracks of which every length is negative."""
    rows = read(body)
    place = rows.schema.get_field_index("duration_ms")
    lengths = pa.array([-5] * rows.num_rows, pa.int64())
    return written(rows.set_column(place, rows.schema.field(place), lengths))


def spoil(folder: Folder) -> None:
    body = shortened(folder.read(TRACKS))
    folder.remove(TRACKS)
    folder.put_new(TRACKS, body)


@pytest.mark.usefixtures("full")
def test_a_sound_lake_keeps_to_the_data_model(playlake: Command) -> None:
    assert playlake("check", "--lake", "full") == 0, playlake.notices
    *_, summary = playlake.output.splitlines()
    assert summary == (
        "Checked parts: 4; days: 2; rows: 48 in 12 tables. All of them keep to the data model."
    )
    assert playlake("check", "--lake", "full", "--json") == 0
    assert json.loads(playlake.output) == []
    assert summary in playlake.notices


def test_what_breaks_a_rule_is_shown_with_an_example_and_what_to_do(
    playlake: Command, full: Folder
) -> None:
    spoil(full)
    assert playlake("check", "--lake", "full", "--json") == 1
    assert json.loads(playlake.output) == [
        {
            "table": "tracks",
            "column": "duration_ms",
            "rule": "is 0 or more",
            "count": 3,
            "parts": 1,
            "example": f"track_id {TRACK}, duration_ms -5",
            "run": str(PARTS[1].run_id),
            "part": "part-0000",
            "to_do": REPLAY,
        }
    ]
    assert playlake("check", "--lake", "full") == 1
    assert REPLAY in playlake.output


@pytest.mark.slow  # it starts a transformer
def test_what_is_to_be_done_mends_it(playlake: Command, full: Folder) -> None:
    spoil(full)
    assert playlake(*REPLAY.split()[1:]) == 0, playlake.notices
    assert playlake("check", "--lake", "full") == 0, playlake.output


def test_a_lost_file_is_damage_that_a_repair_mends(playlake: Command, full: Folder) -> None:
    full.remove(TRACKS)
    assert playlake("check", "--lake", "full", "--json") == 1
    (found,) = json.loads(playlake.output)
    assert (found["rule"], found["column"]) == ("is there", None)
    assert found["to_do"] == f"playlake lake repair {full.root}"


@pytest.mark.usefixtures("full")
def test_a_sample_is_of_so_many_parts_and_all_of_every_part(playlake: Command) -> None:
    assert playlake("check", "--lake", "full", "--sample", "1") == 0
    assert "Checked parts: 1 of 4; days: 1" in playlake.output
    assert playlake("check", "--lake", "full", "--all") == 0
    assert "Checked parts: 4; days: 2" in playlake.output
    assert playlake("check", "--lake", "full", "--all", "--sample", "1") == 1
    assert "--sample and --all exclude each other" in playlake.notices


def test_the_default_lake_need_not_be_there(playlake: Command) -> None:
    assert playlake("check") == 1
    assert "playlake run" in playlake.notices


def test_a_lake_without_committed_parts_breaks_no_rule(playlake: Command, full: Folder) -> None:
    for key in (*PARTS, *MANIFESTS):
        full.remove(key.curated("loads"))
    assert playlake("check", "--lake", "full") == 0
    assert playlake.output == "There is no committed part to check.\n"


def test_only_the_days_that_are_asked_for_are_checked(
    on_aws: AwsLake, full: Folder, tmp_path: Path
) -> None:
    upload(on_aws, full)
    dates = ["2026-11-20", "2026-11-22"]
    in_folder = FolderFiles(FolderLake.open(full.root, tmp_path))
    assert check_lake(in_folder, None, dates).days == {"2026-11-20"}
    assert checked(on_aws, dates).days == {"2026-11-20"}


@pytest.mark.usefixtures("full")
def test_a_number_of_days_ends_today(playlake: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Clock:
            return cls(2026, 11, 22, 5, tzinfo=tz)

    monkeypatch.setattr(check, "datetime", Clock)
    for days, shown in (("1", "no committed part"), ("2", "days: 1;"), ("3", "days: 2;")):
        assert playlake("check", "--lake", "full", "--days", days) == 0
        assert shown in playlake.output


def test_a_lake_on_aws_is_checked(on_aws: AwsLake, full: Folder) -> None:
    upload(on_aws, full)
    sound = checked(on_aws)
    assert (sound.checked, sound.findings) == (4, {})
    spoil(full)
    key = PARTS[0].curated("artists")
    s3 = on_aws.aws.s3
    s3.put_object(Bucket=bucket_of(on_aws, TRACKS), Key=TRACKS, Body=full.read(TRACKS) or b"")
    s3.delete_object(Bucket=bucket_of(on_aws, key), Key=key)
    assert set(checked(on_aws).findings) == {
        ("tracks", "duration_ms", "is 0 or more"),
        ("artists", "", "is there"),
    }


def checked(lake: AwsLake, dates: list[str] | None = None) -> Report:
    return check_lake(AwsFiles(lake), None, dates)
