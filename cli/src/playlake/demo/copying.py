"""Copies the demonstration's objects from its local AWS into a lake in a folder."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake_contracts.keys import CURATED_PREFIX, QUARANTINE_PREFIX, RAW_PREFIX, table_prefix
from playlake_lake.errors import LakeError
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playlake.local_aws import LocalAws
    from playlake_lake.folder import Folder

_MARKS = table_prefix("loads")
_AT_ONCE = 8


def copy_lake(aws: LocalAws, root: Path) -> None:
    """Copy every raw and curated object, which are all committed, into a new lake in a folder.

    Raises:
        CommandError: the folder does not take them.
    """
    try:
        folder, _ = make_lake(root, synthetic=True)
        # The commit marks come last: until then nothing is in the tables.
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for objects in _objects(aws):
                list(pool.map(lambda found: _copy(aws, folder, *found), objects))
    except LakeError as error:
        raise CommandError(str(error)) from error


def _objects(aws: LocalAws) -> Iterator[list[tuple[str, str]]]:
    """The bucket and the key of each object; the commit marks are the last list."""
    names = aws.resources
    raw = _keys(aws, names.raw_bucket, RAW_PREFIX)
    curated = _keys(aws, names.curated_bucket, CURATED_PREFIX)
    quarantined = _keys(aws, names.curated_bucket, QUARANTINE_PREFIX)
    yield raw
    yield [*quarantined, *(found for found in curated if not found[1].startswith(_MARKS))]
    yield [found for found in curated if found[1].startswith(_MARKS)]


def _keys(aws: LocalAws, bucket: str, prefix: str) -> list[tuple[str, str]]:
    pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [(bucket, found["Key"]) for page in pages for found in page.get("Contents", ())]


def _copy(aws: LocalAws, folder: Folder, bucket: str, key: str) -> None:
    folder.put_new(key, aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read())
