"""A raw object is read only as its event announced it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import pytest
from landed import part_key

from playlake_contracts.keys import RawKey
from playlake_contracts.runs import RunId
from playlake_transformer.errors import ObjectChangedError, ObjectTooLargeError
from playlake_transformer.ports import RawObject

if TYPE_CHECKING:
    from observed_aws import ObservedS3RawObjects
    from observed_folder import ObservedFolderRawObjects
    from twins.transformer import MemoryRawObjects

    AnyRawObjects = MemoryRawObjects | ObservedFolderRawObjects | ObservedS3RawObjects

KEY = part_key()


async def test_the_announced_object_is_read_with_its_etag(raw: AnyRawObjects) -> None:
    created = raw.put(KEY, b"synthetic")
    assert created.etag is not None
    assert await raw.get(created) == RawObject(b"synthetic", created.etag)


async def test_an_empty_object_is_read_as_such(raw: AnyRawObjects) -> None:
    found = await raw.get(raw.put(KEY, b""))
    assert found is not None
    assert found.body == b""


async def test_a_replaced_object_is_never_read_in_place_of_the_announced_one(
    raw: AnyRawObjects,
) -> None:
    created = raw.put(KEY, b"synthetic")
    raw.put(KEY, b"replaced")
    if created.version_id is None:
        with pytest.raises(ObjectChangedError, match=str(KEY)):
            await raw.get(created)
    else:
        found = await raw.get(created)
        assert found is not None
        assert found.body == b"synthetic"


async def test_an_object_announced_without_version_or_etag_is_read(
    raw: AnyRawObjects,
) -> None:
    created = raw.put(KEY, b"synthetic")
    found = await raw.get(msgspec.structs.replace(created, version_id=None, etag=None))
    assert found is not None
    assert (found.body, found.etag) == (b"synthetic", created.etag)


async def test_a_deleted_object_is_none(raw: AnyRawObjects) -> None:
    created = raw.put(KEY, b"synthetic")
    raw.delete(KEY)
    assert await raw.get(created) is None


async def test_an_object_at_the_size_limit_is_read_and_a_larger_one_refused(
    raw: AnyRawObjects,
) -> None:
    found = await raw.get(raw.put(KEY, b"s" * 1024))
    assert found is not None
    with pytest.raises(ObjectTooLargeError, match="1,024 bytes"):
        await raw.get(raw.put(KEY, b"s" * 1025))


def runs_of(source: str, *days: int) -> list[RawKey]:
    """The manifests of runs, two of each day."""
    at = [datetime(2026, 11, day, hour, tzinfo=UTC) for day in days for hour in (6, 18)]
    return [RawKey.of_manifest(source, RunId.derive(source, moment)) for moment in at]


async def before(raw: AnyRawObjects, key: RawKey) -> RawKey | None:
    """The manifest of the latest run before one; None if there is none."""
    return await anext(raw.manifests_before(key, lambda _: True), None)


async def test_the_run_before_is_the_latest_one_of_the_source_that_has_a_manifest(
    raw: AnyRawObjects,
) -> None:
    earliest, first, second, third, fourth = runs_of("spotify", 19, 20, 23)[1:]
    for key in (earliest, first, second, fourth, *runs_of("another", 21, 22)):
        raw.put(key, b"synthetic")
    raw.put(RawKey.of_part("spotify", third.run_id, 0), b"of a run without a manifest")
    assert await before(raw, fourth) == second
    assert await before(raw, third) == second
    assert await before(raw, second) == first
    assert await before(raw, first) == earliest
    raw.delete(second)
    assert await before(raw, fourth) == first


async def test_there_is_no_run_before_the_first_one_nor_in_an_empty_bucket(
    raw: AnyRawObjects,
) -> None:
    first, later = runs_of("spotify", 20)
    assert await before(raw, first) is None
    raw.put(first, b"synthetic")
    raw.put(later, b"synthetic")
    assert await before(raw, first) is None


async def test_only_runs_that_are_looked_for_are_found(raw: AnyRawObjects) -> None:
    first, second, third, fourth = runs_of("spotify", 20, 21)
    for key in (first, second, third, fourth):
        raw.put(key, b"synthetic")
    others = {second.run_id}
    found = [key async for key in raw.manifests_before(fourth, lambda run: run not in others)]
    assert found == [third, first]
