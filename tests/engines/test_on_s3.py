"""A backfill on Spark of a lake on S3: its executors read and write the buckets themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aws_lakes import upload
from compared_lakes import cells, cells_of, landed_only
from growing_lakes import Growth, grow
from landed import part_key

if TYPE_CHECKING:
    from pathlib import Path

    from commands import Command

    from playlake.lakes.aws import AwsLake

pytestmark = pytest.mark.timeout(300)


def test_a_lake_on_s3_gets_the_rows_that_a_folder_gets_and_its_days(
    playlake: Command, on_aws: AwsLake, tmp_path: Path
) -> None:
    grown = grow(tmp_path / "grown", Growth(days=4, playlists=3, entries=10))
    folder = landed_only(tmp_path / "landed", grown)
    folder.put_new(str(part_key()), b"synthetic poison")
    upload(on_aws, folder)
    master = ("--engine", "spark", "--master", "local-cluster[1,2,1024]")
    assert playlake("backfill", "--lake", on_aws.place, *master) == 0, playlake.notices
    assert f"{part_key()} was rejected: " in playlake.notices
    place = ("--lake", str(folder.root), "--no-compact")
    assert playlake("transform", *place) == 0, playlake.notices
    deployment = on_aws.deployment
    bucket = deployment.curated_bucket
    found = list(on_aws.keys(bucket, ""))
    assert cells(found, lambda key: on_aws.get(bucket, key)) == cells_of(folder)
    partitions = on_aws.aws.glue.get_partitions(
        DatabaseName=deployment.names.glue_database, TableName="loads"
    )["Partitions"]
    assert len(partitions) == 4
