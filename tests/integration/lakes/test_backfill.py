"""A backfill makes what `playlake transform` and the service make, in a folder and on S3."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from aws_lakes import upload
from compared_lakes import cells, cells_of, landed_only, objects_of
from folder_lakes import landed_lake
from growing_lakes import Growth, grow
from killed import kill, start
from landed import manifest_key, part_key, run_id

from playlake.lakes.engine_program import EngineProgram
from playlake.local_aws.environments import aws_settings
from playlake.project import Project
from playlake_contracts.keys import RAW_PREFIX, table_prefix
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from pathlib import Path

    from commands import Command

    from playlake.lakes.aws import AwsLake
    from playlake.local_aws import LocalAws
    from playlake_lake.folder import Folder

JUNK = part_key(1)
GROWTH = Growth(days=6, every=timedelta(hours=12), playlists=4, entries=20)
ONCE = ("--no-compact",)


@pytest.fixture
def landed(tmp_path: Path) -> Folder:
    """Six days with two runs each, landed only, and a part that cannot be read."""
    folder = landed_only(tmp_path / "landed", grow(tmp_path / "grown", GROWTH))
    folder.put_new(str(JUNK), b"synthetic junk")
    return folder


@pytest.fixture
def transformed(playlake: Command, tmp_path: Path, landed: Folder) -> Folder:
    """The same lake as `playlake transform` leaves it."""
    folder = landed_only(tmp_path / "transformed", landed)
    assert playlake("transform", "--lake", str(folder.root), *ONCE) == 0, playlake.notices
    return folder


def test_a_backfill_of_a_folder_makes_the_same_objects_as_transform(
    playlake: Command, landed: Folder, transformed: Folder
) -> None:
    place = ("--lake", str(landed.root))
    assert playlake("backfill", *place, *ONCE) == 0, playlake.notices
    meant = len(list(landed.keys(RAW_PREFIX)))
    said = f"Raw objects that are meant: {meant}. Committed now: {meant - 1}, with "
    assert playlake.output.startswith(said)
    assert playlake.output.endswith(" rows. Rejected now: 1.\n")
    assert f"{JUNK} was rejected: " in playlake.notices
    assert cells_of(landed) == cells_of(transformed)
    before = objects_of(landed)
    assert playlake("backfill", *place, *ONCE) == 0, playlake.notices
    assert playlake.output == (
        f"Raw objects that are meant: {meant}. All were committed or rejected before. "
        "Rejected before: 1.\n"
    )
    assert objects_of(landed) == before


def test_chosen_days_make_the_same_objects_and_no_others(
    playlake: Command, landed: Folder, transformed: Folder
) -> None:
    days = ("2026-06-12", "2026-06-13")
    place = ("--lake", str(landed.root))
    arguments = ("--days", "..".join(days), "--source", "spotify", *place, *ONCE)
    assert playlake("backfill", *arguments) == 0, playlake.notices
    assert cells_of(landed) == {
        key: rows
        for key, rows in cells_of(transformed).items()
        if any(f"={day}/" in key for day in days)
    }


def test_a_killed_backfill_goes_on_and_makes_the_same_objects(
    playlake: Command, project: Project, landed: Folder, transformed: Folder
) -> None:
    arguments = ("backfill", "--lake", str(landed.root), *ONCE)
    environment = {"PLAYLAKE_HOME": str(project.home), "MARKED": str(project.home)}
    killed = start(environment, *arguments)
    while not list(landed.keys(table_prefix("loads"))):
        assert killed.poll() is None
    assert kill(killed, project.home)
    assert len(list(landed.keys(table_prefix("loads")))) < len(list(landed.keys(RAW_PREFIX))) - 1
    assert playlake(*arguments) == 0, playlake.notices
    assert cells_of(landed) == cells_of(transformed)


def test_two_backfills_at_once_make_the_same_objects(
    project: Project, landed: Folder, transformed: Folder
) -> None:
    environment = {"PLAYLAKE_HOME": str(project.home)}
    arguments = ("backfill", "--lake", str(landed.root), *ONCE)
    both = [start(environment, *arguments) for _ in range(2)]
    assert [each.wait() for each in both] == [0, 0]
    assert cells_of(landed) == cells_of(transformed)


def test_a_lake_on_s3_gets_the_objects_that_a_folder_gets(
    playlake: Command,
    on_aws: AwsLake,
    local_aws: LocalAws,
    landed: Folder,
    transformed: Folder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload(on_aws, landed)
    for name, text in aws_settings(local_aws).items():
        monkeypatch.setenv(name, text)
    assert playlake("backfill", "--lake", on_aws.place) == 0, playlake.notices
    bucket = on_aws.deployment.curated_bucket
    found = list(on_aws.keys(bucket, ""))
    assert cells(found, lambda key: on_aws.get(bucket, key)) == cells_of(transformed)
    written = {each.key: each.at for each in on_aws.stored(bucket, "")}
    assert playlake("backfill", "--lake", on_aws.place) == 0, playlake.notices
    assert "All were committed or rejected before." in playlake.output
    assert {each.key: each.at for each in on_aws.stored(bucket, "")} == written
    partitions = on_aws.aws.glue.get_partitions(
        DatabaseName=on_aws.deployment.names.glue_database, TableName="tracks"
    )["Partitions"]
    days = {each["Values"][0] for each in partitions}
    assert {key.run_id.snapshot_date for key in on_aws.raw_keys()} - {"2026-11-21"} <= days


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("--days", "2020-01-01"),
            "playlake: the lake has no raw object of 2020-01-01: `playlake runs` lists its runs\n",
        ),
        (
            ("--run", str(run_id("another"))),
            f"playlake: the lake has no raw object of run {run_id('another')}: ",
        ),
        (("--days", "yesterday"), "playlake: 'yesterday' is no range of days: "),
        (("--run", "seven"), "playlake: 'seven' is "),
        (("--source", "Spotify"), "playlake: 'Spotify' is not a source "),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(
    playlake: Command, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    folder = landed_lake(tmp_path / "lake")
    before = objects_of(folder)
    assert playlake("backfill", *arguments, "--lake", str(folder.root)) == 1
    assert playlake.notices.splitlines(keepends=True)[-1].startswith(sentence)
    assert objects_of(folder) == before


def test_an_empty_lake_is_one_sentence(playlake: Command, tmp_path: Path) -> None:
    folder, _ = make_lake(tmp_path / "lake")
    assert playlake("backfill", "--lake", str(folder.root)) == 1
    assert playlake.notices.endswith(
        "playlake: there is no raw object in the lake: `playlake run` lands some\n"
    )


def test_an_object_that_fails_stops_no_other_and_the_command_says_so(
    playlake: Command, project: Project, tmp_path: Path
) -> None:
    """The file of a table is damaged, so it cannot be compared with what is to be put."""
    folder = landed_lake(tmp_path / "lake")
    blocked = folder.path(part_key().curated("tracks"))
    blocked.parent.mkdir(parents=True)
    blocked.write_bytes(b"synthetic: no Parquet")
    assert playlake("backfill", "--lake", str(folder.root), *ONCE) == 1
    assert playlake.notices.splitlines()[-1].startswith(
        f"playlake: 1 of 2 raw objects were not transformed, such as {part_key()} ("
    )
    assert str(project.logs / "backfill.log") in playlake.notices
    assert folder.read(manifest_key().curated("loads")) is not None
    blocked.unlink()
    assert playlake("backfill", "--lake", str(folder.root), *ONCE) == 0, playlake.notices


def test_a_program_that_ends_early_is_one_sentence(
    playlake: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = landed_lake(tmp_path / "lake")
    monkeypatch.setattr(
        EngineProgram, "_program", lambda _, __: [sys.executable, "-m", "no_such_program"]
    )
    assert playlake("backfill", "--lake", str(folder.root)) == 1
    assert playlake.notices.splitlines()[-1].startswith(
        "playlake: the backfill ended with status 1: see "
    )


def test_spark_that_is_not_installed_is_one_sentence(
    playlake: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = landed_lake(tmp_path / "lake")
    before = objects_of(folder)
    monkeypatch.setattr(Project, "spark_python", None)
    assert playlake("backfill", "--engine", "spark", "--lake", str(folder.root)) == 1
    assert playlake.notices.splitlines()[-1].startswith(
        "playlake: the engine spark needs pyspark: `pip install 'pyspark==3.5.6'` beside Playlake"
    )
    assert objects_of(folder) == before


def test_the_program_needs_neither_duckdb_nor_the_page() -> None:
    hidden = ("duckdb", "playlake_web", "fastapi", "pydantic", "playlake")
    code = f"""
import sys
for name in {hidden!r}:
    sys.modules[name] = None
import playlake_backfill.program, playlake_backfill.pool, playlake_backfill.spark
import playlake_backfill.buckets_place, playlake_backfill.folder_place
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_raw_objects_stay_as_they_are(playlake: Command, landed: Folder) -> None:
    before = {key: landed.read(key) for key in landed.keys(RAW_PREFIX)}
    assert playlake("backfill", "--lake", str(landed.root), *ONCE) == 0
    assert {key: landed.read(key) for key in landed.keys(RAW_PREFIX)} == before
