"""Iceberg tables over a lake on AWS, with the Glue catalog of the local AWS. All synthetic."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from aws_lakes import DEPLOYMENT, upload
from iceberg_tables import iceberg_rows, lake_rows, opened, planned, synced
from two_days import DAYS, PARTS

from playlake.local_aws.environments import aws_settings
from playlake_iceberg.glue_catalog import in_glue
from playlake_iceberg.sync import ADOPTED_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from commands import Command

    from playlake.lakes.aws import AwsLake
    from playlake.local_aws import LocalAws
    from playlake_iceberg.tables import Place
    from playlake_lake.folder import Folder


def in_glue_of(lake: AwsLake) -> Place:
    """The Iceberg tables of a lake on AWS."""
    return in_glue(lake.store, lake.aws.glue, lake.deployment.names.iceberg_database)


@pytest.fixture
def on_glue(
    full: Folder, on_aws: AwsLake, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    """The Iceberg tables of the same lake on the local AWS."""
    for name, text in aws_settings(local_aws).items():
        monkeypatch.setenv(name, text)
    upload(on_aws, full)
    place = in_glue_of(on_aws)
    yield place
    for table in place.catalog.list_tables(place.namespace):
        place.catalog.drop_table(table)


def test_a_lake_on_aws_has_its_tables_in_glue(
    full: Folder, on_aws: AwsLake, on_glue: Place
) -> None:
    synced(on_glue, ADOPTED_TABLES)
    assert iceberg_rows(on_glue, ADOPTED_TABLES) == lake_rows(full, ADOPTED_TABLES)
    assert {each.snapshots for each in synced(on_glue).values()} == {0}
    found = on_aws.aws.glue.get_table(DatabaseName="playlake_iceberg", Name="tracks")["Table"]
    assert found["Parameters"]["table_type"] == "ICEBERG"
    assert planned(opened(on_glue, "tracks"), DAYS[0]) == [
        f"s3://{DEPLOYMENT.curated_bucket}/{PARTS[0].curated('tracks')}"
    ]


def test_many_syncs_of_a_lake_on_aws_at_once_lose_nothing(
    full: Folder, on_aws: AwsLake, on_glue: Place
) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(synced, [on_glue, in_glue_of(on_aws)]))
    assert iceberg_rows(on_glue) == lake_rows(full)
    assert len(opened(on_glue, "playlist_items").snapshots()) == 2


def test_the_command_syncs_a_lake_on_aws_and_makes_nothing_for_one_that_is_not_there(
    full: Folder, on_aws: AwsLake, on_glue: Place, playlake: Command
) -> None:
    assert playlake("iceberg", "sync", "--lake", on_aws.place, "--json") == 0, playlake.notices
    assert iceberg_rows(on_glue) == lake_rows(full)
    elsewhere = on_aws.place.replace("playlake-raw", "other-raw")
    assert playlake("iceberg", "sync", "--lake", elsewhere) == 1
    assert playlake.notices.splitlines()[-1].startswith(
        f"playlake: there is no bucket of {elsewhere}"
    )
    databases = on_aws.aws.glue.get_databases()["DatabaseList"]
    assert "other_iceberg" not in {each["Name"] for each in databases}
