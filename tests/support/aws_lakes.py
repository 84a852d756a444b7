"""Lakes on the local AWS with the objects of a lake in a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake.lakes.aws import AwsLake
from playlake.local_aws.resources import ACCOUNT, REGION
from playlake_aws.deployment import Deployment
from playlake_contracts.keys import RAW_PREFIX
from playlake_contracts.resource_names import ResourceNames

if TYPE_CHECKING:
    from playlake.local_aws import LocalAws
    from playlake_aws.lake import AwsLake as StoredLake
    from playlake_lake.folder import Folder

DEPLOYMENT = Deployment(ResourceNames("playlake"), ACCOUNT, REGION)


def aws_lake(aws: LocalAws) -> AwsLake:
    """The lake of the local AWS."""
    return AwsLake(DEPLOYMENT, aws)


def upload(lake: StoredLake, folder: Folder) -> None:
    """Put every object of a folder into the buckets."""
    for key in folder.keys():  # noqa: SIM118 - it is no dictionary
        if key != "lake.json":
            lake.aws.s3.put_object(
                Bucket=bucket_of(lake, key), Key=key, Body=folder.read(key) or b""
            )


def bucket_of(lake: StoredLake, key: str) -> str:
    """The bucket of an object by its key."""
    deployment = lake.deployment
    return deployment.raw_bucket if key.startswith(RAW_PREFIX) else deployment.curated_bucket


def empty(lake: StoredLake) -> None:
    """Remove every version of every object from the buckets."""
    s3 = lake.aws.s3
    for bucket in (lake.deployment.raw_bucket, lake.deployment.curated_bucket):
        for page in list(s3.get_paginator("list_object_versions").paginate(Bucket=bucket)):
            for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                s3.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
