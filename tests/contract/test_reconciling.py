"""The reconciler's view of the buckets and of the queue, in memory and on the local AWS."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from landed import part_key
from twins.transformer import (
    MemoryAnnouncements,
    MemoryCuratedObjects,
    MemoryListings,
    MemoryQueue,
    MemoryRawObjects,
    MemoryRejects,
)

from playlake_contracts.keys import RAW_PREFIX, day_prefix, partition_prefix
from playlake_transformer.adapters.reconciling import S3Listings, SqsAnnouncements
from playlake_transformer.errors import AwsUnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from observed_aws import ObservedS3CuratedObjects, ObservedS3RawObjects, ObservedSqsQueue

    from playlake_transformer.domain.events import RawObjectCreated
    from playlake_transformer.ports import Announcements, Listings

    AnyQueue = MemoryQueue | ObservedSqsQueue
    AnyRawObjects = MemoryRawObjects | ObservedS3RawObjects
    AnyCuratedObjects = MemoryCuratedObjects | ObservedS3CuratedObjects

memory_and_aws = pytest.mark.asyncio(loop_factories=["memory", "aws"])
DAY = "2026-11-21"


def listings_of(raw: AnyRawObjects, curated: AnyCuratedObjects) -> Listings:
    if isinstance(raw, MemoryRawObjects):
        assert isinstance(curated, MemoryCuratedObjects)
        return MemoryListings(raw, curated, MemoryRejects())
    assert not isinstance(curated, MemoryCuratedObjects)
    return S3Listings(raw.client, raw.bucket, curated.bucket)


@memory_and_aws
async def test_raw_objects_of_a_day_are_listed_in_order_with_what_an_event_needs(
    raw: AnyRawObjects, curated: AnyCuratedObjects
) -> None:
    listings = listings_of(raw, curated)
    landed = [_put(raw, number) for number in (2, 0, 1)]
    found = await listings.raw(day_prefix("spotify", DAY))
    assert [(each.key, each.size, each.etag) for each in found] == sorted(
        (str(one.key), one.bytes, one.etag) for one in landed
    )
    assert all(each.put_at.tzinfo is not None for each in found)
    assert await listings.raw(day_prefix("spotify", "2026-11-22")) == []
    assert await listings.curated(partition_prefix("loads", DAY)) == []


@memory_and_aws
async def test_the_sources_are_the_folders_of_raw(
    raw: AnyRawObjects, curated: AnyCuratedObjects
) -> None:
    listings = listings_of(raw, curated)
    assert await listings.sources() == []
    _put(raw, 0)
    assert await listings.sources() == ["spotify"]


@memory_and_aws
async def test_a_manifest_is_read_whole_and_one_that_is_gone_is_none(
    raw: AnyRawObjects, curated: AnyCuratedObjects
) -> None:
    listings = listings_of(raw, curated)
    _put(raw, 0)
    assert await listings.manifest(str(part_key(0))) == b"synthetic 0"
    assert await listings.manifest(f"{RAW_PREFIX}gone") is None


@memory_and_aws
async def test_messages_beyond_a_batch_are_sent_and_counted(
    make_queue: Callable[..., AbstractAsyncContextManager[AnyQueue]],
) -> None:
    async with announcing(make_queue) as (queue, announcements):
        assert await announcements.queued() == 0
        await announcements.send([f"synthetic {number}" for number in range(23)])
        received = await queue.receive(10)
        assert await announcements.queued() == 23
        assert {message.body.split()[0] for message in received} == {"synthetic"}


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_a_message_that_the_queue_refuses_is_a_failure(
    make_queue: Callable[..., AbstractAsyncContextManager[AnyQueue]],
) -> None:
    async with announcing(make_queue) as (_, announcements):
        with pytest.raises(AwsUnavailableError, match="send to"):
            await announcements.send(["fits", "x" * 2**21])


@asynccontextmanager
async def announcing(
    make_queue: Callable[..., AbstractAsyncContextManager[AnyQueue]],
) -> AsyncIterator[tuple[AnyQueue, Announcements]]:
    async with make_queue(
        poll_wait=timedelta(seconds=2), visibility=timedelta(seconds=30)
    ) as queue:
        if isinstance(queue, MemoryQueue):
            yield queue, MemoryAnnouncements(queue)
        else:
            yield queue, SqsAnnouncements(queue.client, queue.url)


def _put(raw: AnyRawObjects, number: int) -> RawObjectCreated:
    return raw.put(part_key(number), f"synthetic {number}".encode())
