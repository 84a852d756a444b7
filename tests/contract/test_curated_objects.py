"""Each key of the curated bucket is written once, by the first writer."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from landed import part_key
from twins.transformer import CuratedObject

from playlake_transformer.domain.parquet import parquet_bytes
from playlake_transformer.domain.transform import CuratedFile
from playlake_transformer.errors import CommitConflictError

if TYPE_CHECKING:
    from observed_aws import ObservedS3CuratedObjects
    from observed_folder import ObservedFolderCuratedObjects
    from twins.transformer import MemoryCuratedObjects

    AnyCuratedObjects = (
        MemoryCuratedObjects | ObservedFolderCuratedObjects | ObservedS3CuratedObjects
    )


def parquet(name: str) -> bytes:
    return parquet_bytes(pa.table({name: ["synthetic"]}), "synthetic")


FILE = CuratedFile("tracks", part_key().curated("tracks"), parquet("written"), 1)
METADATA = {"raw-etag": "synthetic", "rows": "1"}
HELD = {FILE.key: CuratedObject(FILE.body, METADATA)}


async def test_a_free_key_is_written_with_its_metadata(curated: AnyCuratedObjects) -> None:
    assert await curated.put_new(FILE, METADATA) is True
    assert curated.objects == HELD


async def test_one_of_eight_concurrent_writers_succeeds(curated: AnyCuratedObjects) -> None:
    outcomes = await asyncio.gather(*(curated.put_new(FILE, METADATA) for _ in range(8)))
    assert sorted(outcomes) == [False] * 7 + [True]
    assert curated.objects == HELD


async def test_an_object_with_the_same_metadata_is_accepted(
    curated: AnyCuratedObjects,
) -> None:
    await curated.put_new(FILE, METADATA)
    assert await curated.put_new(replace(FILE, body=parquet("another writer's")), METADATA) is False
    assert curated.objects == HELD


@pytest.mark.parametrize(
    "other", [{**METADATA, "raw-etag": "other"}, {**METADATA, "rows": "2"}, {}]
)
async def test_an_object_with_other_metadata_is_a_conflict(
    curated: AnyCuratedObjects, other: dict[str, str]
) -> None:
    await curated.put_new(FILE, METADATA)
    with pytest.raises(CommitConflictError, match=FILE.key):
        await curated.put_new(FILE, other)
    assert curated.objects == HELD


async def test_what_a_key_holds_is_overwritten_when_somebody_asks_for_it(
    curated: AnyCuratedObjects,
) -> None:
    await curated.put_new(FILE, METADATA)
    for _ in range(2):
        await curated.overwrite(replace(FILE, body=parquet("anew")), METADATA)
    assert curated.objects == {FILE.key: CuratedObject(parquet("anew"), METADATA)}


async def test_a_key_that_begins_like_another_one_holds_nothing(
    curated: AnyCuratedObjects,
) -> None:
    assert await curated.has(FILE.key) is False
    await curated.put_new(FILE, METADATA)
    assert await curated.has(FILE.key) is True
    assert await curated.has(FILE.key.removesuffix("et")) is False
