"""A pull brings what is committed and missing; a part is never half committed in the folder."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pytest
from aws_lakes import upload
from two_days import DAYS, MANIFESTS, PARTS, ROWS

from playlake.errors import CommandError
from playlake.lakes.care import problems_of
from playlake.lakes.folder import FolderLake
from playlake.lakes.transfer import Wanted, pull
from playlake_contracts.keys import table_prefix
from playlake_contracts.tables import DATA_TABLES, TABLES
from playlake_lake.days import Days
from playlake_lake.errors import QueryError
from playlake_lake.folder import Folder
from playlake_lake.marks import held_tables, mark_keys
from playlake_lake.tables import query

if TYPE_CHECKING:
    from pathlib import Path

    from commands import Command

    from playlake.lakes.aws import AwsLake
    from playlake.project import Project

Make = Callable[..., FolderLake]


@pytest.fixture
def source(on_aws: AwsLake, full: Folder) -> AwsLake:
    """A lake on AWS with everything that the folder `full` has."""
    upload(on_aws, full)
    return on_aws


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes the lake `copy`, or opens it."""

    def make(tables: frozenset[str] | None = None) -> FolderLake:
        return FolderLake.make(tmp_path / "copy", tmp_path / "logs", tables=tables)

    return make


def objects(folder: Folder) -> dict[str, bytes | None]:
    return {key: folder.read(key) for key in folder.keys() if key != "lake.json"}  # noqa: SIM118


def count(lake: FolderLake, table: str) -> int:
    ((rows,),) = query(lake.folder, f"SELECT count(*) FROM {table}").rows
    return int(rows)


def test_everything_arrives_as_it_is_and_once(source: AwsLake, full: Folder, make: Make) -> None:
    first = pull(source, make(), Wanted())
    assert objects(make().folder) == objects(full)
    assert (first.copied.parts, first.copied.new, first.uncommitted) == (4, 4, 0)
    assert first.copied.objects == len(objects(full))
    assert first.copied.size == sum(len(body or b"") for body in objects(full).values())
    assert problems_of(make()) == []
    again = pull(source, make(), Wanted())
    assert (again.copied.parts, again.copied.new, again.copied.objects) == (4, 0, 0)


@pytest.mark.parametrize("after", [0, 1, 5, 12, 20])
def test_an_interrupted_pull_leaves_no_mark_without_its_files_and_goes_on(
    source: AwsLake, full: Folder, make: Make, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    put_new, puts = Folder.put_new, []

    def interrupted(folder: Folder, key: str, body: bytes) -> bool:
        puts.append(key)
        if len(puts) > after:
            raise KeyboardInterrupt
        return put_new(folder, key, body)

    target = make()
    with monkeypatch.context() as changed:
        changed.setattr(Folder, "put_new", interrupted)
        with pytest.raises(KeyboardInterrupt):
            pull(source, target, Wanted())
    assert len(objects(target.folder)) == after
    assert problems_of(target) == []
    pulled = pull(source, target, Wanted())
    assert objects(target.folder) == objects(full)
    assert pulled.copied.objects == len(objects(full)) - after


@pytest.mark.parametrize(
    ("wanted", "parts"),
    [
        (Wanted(Days.parse(DAYS[0])), [PARTS[0], MANIFESTS[0]]),
        (Wanted(Days.parse(f"{DAYS[1]}..")), [PARTS[1], MANIFESTS[1]]),
        (Wanted(playlists=frozenset({"playlist1"})), [PARTS[0], MANIFESTS[0]]),
        (Wanted(playlists=frozenset({"playlist0", "other"})), [*PARTS, *MANIFESTS]),
        (Wanted(Days.parse(DAYS[1]), frozenset({"playlist1"})), []),
        (Wanted(playlists=frozenset({"other"})), []),
    ],
)
def test_only_what_is_wanted_is_brought(
    source: AwsLake, make: Make, wanted: Wanted, parts: list[Any]
) -> None:
    pulled = pull(source, make(), wanted)
    assert pulled.copied.parts == len(parts)
    assert set(mark_keys(make().folder)) == {key.curated("loads") for key in parts}
    assert {str(key) for key in make().raw_keys()} == set(map(str, parts))
    assert problems_of(make()) == []


def test_a_lake_of_some_tables_is_completed_by_a_later_pull(
    source: AwsLake, full: Folder, make: Make
) -> None:
    few = Wanted(Days.parse(DAYS[0]), tables=frozenset({"tracks"}))
    lake = make(few.tables)
    pull(source, lake, few)
    assert count(lake, "tracks") == ROWS[0]
    with pytest.raises(QueryError, match="only the tables tracks, loads: pull albums as well"):
        count(lake, "albums")
    # Of the other day albums are wanted: then both days get both tables.
    pull(source, make(), Wanted(Days.parse(DAYS[1]), tables=frozenset({"albums"})))
    assert held_tables(lake.folder) == ["tracks", "albums", "loads"]
    assert (count(lake, "tracks"), count(lake, "albums")) == (7, 4)
    pull(source, make(), Wanted())
    assert held_tables(lake.folder) == list(TABLES)
    assert objects(lake.folder) == objects(full)


def test_tables_are_not_noted_before_every_part_has_them(
    source: AwsLake, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = make(frozenset({"tracks"}))
    pull(source, lake, Wanted(tables=frozenset({"tracks"})))
    put_new = Folder.put_new

    def refusing(folder: Folder, key: str, body: bytes) -> bool:
        if key == PARTS[1].curated("albums"):
            raise KeyboardInterrupt
        return put_new(folder, key, body)

    with monkeypatch.context() as changed:
        changed.setattr(Folder, "put_new", refusing)
        with pytest.raises(KeyboardInterrupt):
            pull(source, make(), Wanted())
    assert held_tables(lake.folder) == ["tracks", "loads"]
    assert problems_of(make()) == []


def test_a_part_that_the_source_lacks_cannot_be_completed(source: AwsLake, make: Make) -> None:
    lake = make(frozenset({"tracks"}))
    pull(source, lake, Wanted(tables=frozenset({"tracks"})))
    mark = PARTS[0].curated("loads")
    source.aws.s3.delete_object(Bucket=source.deployment.curated_bucket, Key=mark)
    with pytest.raises(CommandError, match=r"cannot complete .*: pull into a new lake"):
        pull(source, make(), Wanted())


def test_a_raw_object_that_is_not_committed_stays_there(source: AwsLake, make: Make) -> None:
    mark = PARTS[0].curated("loads")
    source.aws.s3.delete_object(Bucket=source.deployment.curated_bucket, Key=mark)
    assert pull(source, make(), Wanted(Days.parse(DAYS[1]))).uncommitted == 0
    pulled = pull(source, make(), Wanted())
    assert (pulled.copied.parts, pulled.uncommitted) == (3, 1)
    assert str(PARTS[0]) not in set(map(str, make().raw_keys()))


def test_expired_objects_are_passed_over_and_counted(source: AwsLake, make: Make) -> None:
    s3, deployment = source.aws.s3, source.deployment
    s3.delete_object(Bucket=deployment.raw_bucket, Key=str(PARTS[0]))
    s3.delete_object(Bucket=deployment.curated_bucket, Key=PARTS[0].curated("quarantine"))
    pulled = pull(source, make(), Wanted())
    assert (pulled.copied.parts, pulled.copied.without_raw) == (4, 1)
    assert count(make(), "tracks") == sum(ROWS)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("tracks", "curated/tracks/.*cannot be read"),
        ("albums", "curated/albums/.*was made from other raw bytes"),
        ("artists", "curated/artists/.*has 3 rows, not 2"),
        ("loads", "curated/loads/.*cannot be read"),
        ("raw", "has other bytes than those that s3://.* committed"),
    ],
)
def test_what_is_not_as_it_was_committed_is_not_taken(
    source: AwsLake, full: Folder, make: Make, table: str, sentence: str
) -> None:
    key = str(PARTS[1]) if table == "raw" else PARTS[1].curated(table)
    others = {"albums": PARTS[0].curated("albums"), "artists": PARTS[1].curated("tracks")}
    body = full.read(others[table]) if table in others else (full.read(key) or b"")[:-9]
    bucket = source.deployment.raw_bucket if table == "raw" else source.deployment.curated_bucket
    source.aws.s3.put_object(Bucket=bucket, Key=key, Body=body or b"")
    with pytest.raises(CommandError, match=sentence):
        pull(source, make(), Wanted())
    assert PARTS[1].curated("loads") not in mark_keys(make().folder)
    assert problems_of(make()) == []


def test_other_bytes_in_the_folder_are_neither_replaced_nor_committed(
    source: AwsLake, make: Make
) -> None:
    lake = make()
    lake.folder.put_new(str(PARTS[0]), b"synthetic")
    with pytest.raises(CommandError, match="has other bytes than those"):
        pull(source, lake, Wanted())
    assert lake.folder.read(str(PARTS[0])) == b"synthetic"
    assert PARTS[0].curated("loads") not in mark_keys(lake.folder)


def test_the_command_says_what_it_did(source: AwsLake, playlake: Command, project: Project) -> None:
    arguments = ("pull", source.place, "--lake", "copy")
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr("playlake_aws.lake.AwsOfEnvironment", lambda _: source.aws)
        assert playlake(*arguments, "--table", "tracks") == 0, playlake.notices
        assert "Commits: 4 brought, 0 were there already." in playlake.output
        assert playlake(*arguments, "--table", "tracks", "--days", DAYS[0]) == 0, playlake.notices
        assert "Copied 0 objects (0.0 MB)" in playlake.output
        assert "Commits: 0 brought, 2 were there already." in playlake.output
    assert held_tables(Folder(project.home / "lakes" / "copy")) == ["tracks", "loads"]


def test_a_lake_of_invented_music_is_not_mixed_with_another(
    source: AwsLake, playlake: Command, project: Project
) -> None:
    FolderLake.make(project.home / "lakes" / "demo", project.logs, synthetic=True)
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr("playlake_aws.lake.AwsOfEnvironment", lambda _: source.aws)
        assert playlake("pull", source.place, "--lake", "demo") == 1
    assert "holds the demonstration's invented music" in playlake.notices


def test_a_bucket_that_is_missing_is_one_sentence_and_no_lake_is_made(
    source: AwsLake, playlake: Command, project: Project
) -> None:
    other = "s3://other-raw-000000000000-us-east-1"
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr("playlake_aws.lake.AwsOfEnvironment", lambda _: source.aws)
        assert playlake("pull", other, "--lake", "copy") == 1
    assert f"playlake: there is no bucket of {other}: correct the address" in playlake.notices
    assert not (project.home / "lakes").joinpath("copy").exists()


@pytest.mark.parametrize("table", [table.name for table in DATA_TABLES])
def test_every_reader_reads_a_table_of_the_copy_as_a_folder(
    source: AwsLake, make: Make, table: str
) -> None:
    pull(source, make(), Wanted())
    folder, rows = make().folder.path(table_prefix(table).rstrip("/")), count(make(), table)
    assert rows > 0
    assert len(pd.read_parquet(folder)) == rows
    assert ds.dataset(folder, partitioning="hive").count_rows() == rows
    assert pl.read_parquet(folder, hive_partitioning=True).height == rows
    with duckdb.connect() as connection:
        files = str(folder / "**" / "*.parquet")
        assert len(connection.read_parquet(files, hive_partitioning=True)) == rows
