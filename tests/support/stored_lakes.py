"""Lakes on the local AWS that are made from one in a folder, and all versions of what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake.erasing.committing import Committing
from playlake.lakes.compacting import CompactableLake
from playlake_backfill.buckets_place import BucketsPlace
from playlake_contracts.keys import COMPACTED_PREFIX, CURATED_PREFIX, QUARANTINE_PREFIX
from playlake_lake.compaction.closed import MARGIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake.lakes.aws import AwsLake
    from playlake_lake.folder import Folder

# The prefixes of what is made from raw objects.
MADE: Final = (CURATED_PREFIX, QUARANTINE_PREFIX, COMPACTED_PREFIX)


def land_on_aws(folder: Folder, lake: AwsLake) -> None:
    """Land the raw objects of a folder, and what is kept beside them."""
    for key in folder.keys(""):
        if not key.startswith((*MADE, "lake.json")):
            lake.store.put_new(key, folder.read(key) or b"")


def commit_on_aws(lake: AwsLake) -> None:
    """Commit and compact what was landed."""
    with Committing(BucketsPlace(lake.deployment)) as committing:
        for key in sorted(lake.raw_keys(), key=lambda each: (each.run_id, each.is_manifest)):
            assert committing.commit(key, lake.read(str(key)))
    CompactableLake.on_aws(lake).compact(MARGIN, print)


def objects(lake: AwsLake) -> Iterator[tuple[str, bytes]]:
    """Every version of every object of both buckets."""
    s3 = lake.aws.s3
    for bucket in (lake.deployment.raw_bucket, lake.deployment.curated_bucket):
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            for each in page.get("Versions", ()):
                found = s3.get_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
                yield each["Key"], found["Body"].read()
