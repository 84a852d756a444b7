"""`Lake` on AWS, through Athena, gives what it gives for the same objects in a folder."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from playlake import Lake
from playlake.history.reading import history_lake
from playlake.lakes.aws import AwsLake
from playlake.lakes.places import find_place
from playlake.notebooks import ArrowLake
from playlake.notebooks.athena_reader import AthenaReader
from playlake.project import Project
from playlake_aws.deployment import Deployment
from playlake_lake.days import Days
from playlake_lake.history.folder_records import FolderRecords
from playlake_lake.history.records import Playlist
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from pathlib import Path

    from playlake.local_aws import LocalAws


@pytest.fixture(scope="module")
def on_aws(lake: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> AwsLake:
    place = find_place(f"s3://{lake.resources.raw_bucket}", tmp_path_factory.mktemp("lakes"))
    assert isinstance(place, Deployment)
    return AwsLake(place, lake)


@pytest.fixture(scope="module")
def athena(on_aws: AwsLake) -> ArrowLake:
    return ArrowLake(AthenaReader(on_aws), history_lake(on_aws), Project.find({}).queries)


@pytest.fixture(scope="module")
def root(on_aws: AwsLake, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same objects in a folder."""
    folder, _ = make_lake(tmp_path_factory.mktemp("same") / "lake", synthetic=True)
    bucket = on_aws.deployment.curated_bucket
    for key in on_aws.keys(bucket, "curated/"):
        folder.put_new(key, on_aws.get(bucket, key))
    return folder.root


@pytest.fixture(scope="module")
def folder(root: Path) -> ArrowLake:
    return Lake.folder(root).arrow()


def test_playlists_and_their_histories_are_the_same(athena: ArrowLake, folder: ArrowLake) -> None:
    playlists = folder.playlists()
    assert athena.playlists().equals(playlists)
    largest = playlists.sort_by([("entries", "descending")])["playlist_id"].to_pylist()
    for playlist_id in largest[:2]:
        assert athena.changes(playlist_id).equals(folder.changes(playlist_id))
        assert athena.memberships(playlist_id).equals(folder.memberships(playlist_id))
        last = athena.at(playlist_id, "2026-11-21")
        assert last.num_rows
        assert last.equals(folder.at(playlist_id, "2026-11-21"))


def test_tables_are_the_same(athena: ArrowLake, folder: ArrowLake) -> None:
    keys = [("playlist_id", "ascending"), ("run_id", "ascending"), ("position", "ascending")]
    of_a_day = athena.table("playlist_items", days="2026-11-20").sort_by(keys)
    assert of_a_day.num_rows > 100
    assert of_a_day.equals(folder.table("playlist_items", days="2026-11-20").sort_by(keys))
    assert set(of_a_day["snapshot_date"].to_pylist()) == {"2026-11-20"}


def test_sql_has_parameters(athena: ArrowLake, folder: ArrowLake) -> None:
    sql = "select count(*) as n from playlists where fetched_at < $at and name <> $name"
    given = {"at": datetime(2026, 11, 20, tzinfo=UTC), "name": "it's"}
    found = athena.sql(sql, **given)
    assert found["n"].to_pylist() == folder.sql(sql, **given)["n"].to_pylist() != [0]
    assert found.schema.field("n").type == pa.int64()


def test_records_are_read_for_days(athena: ArrowLake, root: Path) -> None:
    records, same = athena.history.records, FolderRecords(make_lake(root)[0])
    days = records.days()
    assert days == same.days()
    first = athena.playlists()["playlist_id"][0].as_py()
    playlist = Playlist("spotify", first)
    for some in (Days(days[1]), Days(None, days[0]), Days(), set(days[:2]), set[str]()):
        found = {run.run_id: run for run in records.runs(playlist, some)}
        assert found == {run.run_id: run for run in same.runs(playlist, some)}
        assert bool(found) == (some != set())
    assert records.contents(playlist, []) == {}
