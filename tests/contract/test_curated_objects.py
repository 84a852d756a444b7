"""Each key of the curated bucket is written once, by the first writer."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from landed import part_key

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
METADATA = {"raw-etag": "synthetic", "rows": "1", "attempt": "first"}
OTHER_ATTEMPT = {**METADATA, "attempt": "second"}


async def test_a_free_key_is_written_with_its_metadata(curated: AnyCuratedObjects) -> None:
    assert await curated.put_new(FILE, METADATA) is None
    assert (held := curated.objects[FILE.key]).body == FILE.body
    assert held.metadata.items() <= METADATA.items()


async def test_one_of_eight_concurrent_writers_succeeds(curated: AnyCuratedObjects) -> None:
    attempts = [{**METADATA, "attempt": str(number)} for number in range(8)]
    outcomes = await asyncio.gather(*(curated.put_new(FILE, each) for each in attempts))
    assert outcomes.count(None) == 1
    [held] = curated.objects.values()
    if "attempt" in held.metadata:
        assert held.metadata == attempts[outcomes.index(None)]


async def test_an_equal_object_of_another_attempt_is_accepted_and_says_when_it_was_written(
    curated: AnyCuratedObjects,
) -> None:
    await curated.put_new(FILE, METADATA)
    held = curated.objects
    file = replace(FILE, body=parquet("another writer's"))
    written_at = await curated.put_new(file, OTHER_ATTEMPT)
    assert written_at is not None
    assert written_at.tzinfo is not None
    assert curated.objects == held


@pytest.mark.asyncio(loop_factories=["memory", "aws"])
async def test_an_attempt_knows_its_own_object_though_it_did_not_get_the_answer(
    curated: AnyCuratedObjects,
) -> None:
    assert [await curated.put_new(FILE, METADATA) for _ in range(2)] == [None, None]


@pytest.mark.asyncio(loop_factories=["memory", "aws"])
async def test_an_object_that_was_written_before_its_raw_object_is_known_by_the_digest(
    curated: AnyCuratedObjects,
) -> None:
    await curated.put_new(FILE, METADATA)
    encrypted = {**OTHER_ATTEMPT, "raw-etag": "of S3 with a KMS key", "raw-md5": "synthetic"}
    assert await curated.put_new(FILE, encrypted) is not None
    with pytest.raises(CommitConflictError, match=FILE.key):
        await curated.put_new(FILE, {**encrypted, "rows": "2"})


@pytest.mark.parametrize("other", [{**METADATA, "raw-etag": "other"}, {**METADATA, "rows": "2"}])
async def test_an_object_with_other_metadata_is_a_conflict(
    curated: AnyCuratedObjects, other: dict[str, str]
) -> None:
    await curated.put_new(FILE, METADATA)
    held = curated.objects
    with pytest.raises(CommitConflictError, match=FILE.key):
        await curated.put_new(FILE, other)
    assert curated.objects == held


async def test_what_a_key_holds_is_overwritten_when_somebody_asks_for_it(
    curated: AnyCuratedObjects,
) -> None:
    await curated.put_new(FILE, METADATA)
    for _ in range(2):
        await curated.overwrite(replace(FILE, body=parquet("anew")), METADATA)
    assert {key: held.body for key, held in curated.objects.items()} == {FILE.key: parquet("anew")}


async def test_a_key_that_begins_like_another_one_holds_nothing(
    curated: AnyCuratedObjects,
) -> None:
    assert await curated.has(FILE.key) is False
    await curated.put_new(FILE, METADATA)
    assert await curated.has(FILE.key) is True
    assert await curated.has(FILE.key.removesuffix("et")) is False


async def test_an_object_is_read_whole_and_what_is_not_there_is_none(
    curated: AnyCuratedObjects,
) -> None:
    assert await curated.get(FILE.key) is None
    await curated.put_new(FILE, METADATA)
    assert await curated.get(FILE.key) == FILE.body
    assert await curated.get(FILE.key.removesuffix("et")) is None
