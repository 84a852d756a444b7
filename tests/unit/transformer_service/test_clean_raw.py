"""What was erased never becomes rows, whichever way its raw object came into the lake."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import md5
from typing import TYPE_CHECKING

import pytest
from landed import entry, manifest, manifest_key, part, part_key

from playlake_contracts.erased import Kind, Tombstone
from playlake_contracts.manifest import decode_manifest
from playlake_transformer.clean_raw import CleanRawObjects, GivenRawObject
from playlake_transformer.domain.events import RawObjectCreated
from playlake_transformer.domain.transform import transform
from playlake_transformer.errors import ErasedObjectError
from playlake_transformer.ports import RawObject

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from playlake_contracts.keys import RawKey

KEY = part_key()
PLAYLIST = Tombstone.of("spotify", Kind.PLAYLIST, "playlist1")
ADA = {**entry(1), "added_by": {"id": "ada"}}


class Held:
    """Raw objects in memory, and what says what was erased."""

    def __init__(self, *tombstones: Tombstone) -> None:
        self.tombstones = list(tombstones)
        self.looks = 0
        self.body = part(KEY, [ADA], [entry(2)])
        self.now = datetime(2026, 11, 21, tzinfo=UTC)

    async def get(self, created: RawObjectCreated) -> RawObject | None:
        body = {str(KEY): self.body}.get(str(created.key))
        return None if body is None else RawObject(body, "etag")

    async def manifests_before(self, *_: object) -> AsyncIterator[RawKey]:
        return
        yield KEY

    async def erasures(self) -> list[str]:
        self.looks += 1
        return ["erasures/receipt.json", *map(str, self.tombstones)]


class Clock:
    def __init__(self, held: Held) -> None:
        self.held = held

    def now(self) -> datetime:
        return self.held.now


async def here(call: Callable[..., RawObject], *arguments: object) -> RawObject:
    return call(*arguments)


def clean_of(held: Held) -> CleanRawObjects:
    return CleanRawObjects(held, Clock(held), here)


def created(key: object = KEY) -> RawObjectCreated:
    return RawObjectCreated(key, bytes=0, etag=None, version_id=None)  # type: ignore[arg-type]


async def test_a_raw_object_is_given_as_it_is_if_nothing_of_its_source_was_erased() -> None:
    held = Held(Tombstone.of("youtube", Kind.PLAYLIST, "playlist1"))
    found = await clean_of(held).get(created())
    assert found == RawObject(held.body, "etag")


async def test_an_erased_playlist_and_an_erased_user_become_no_rows() -> None:
    held = Held(PLAYLIST, Tombstone.of("spotify", Kind.USER, "ada"))
    found = await clean_of(held).get(created())
    assert found is not None
    assert found.etag == md5(found.body, usedforsecurity=False).hexdigest()
    files = {file.table: file for file in transform(found.body, KEY).files}
    assert files["playlists"].rows == files["playlist_items"].rows == 1
    assert b"ada" not in files["playlist_items"].body
    assert b"~erased" in files["playlist_items"].body


async def test_a_part_of_nothing_else_is_rejected_with_advice() -> None:
    held = Held(PLAYLIST, Tombstone.of("spotify", Kind.PLAYLIST, "playlist0"))
    with pytest.raises(ErasedObjectError, match="`playlake erase` with the same playlist"):
        await clean_of(held).get(created())


async def test_a_damaged_part_is_given_as_it_is_so_that_transforming_it_says_why() -> None:
    held = Held(PLAYLIST)
    held.body = b"synthetic junk"
    found = await clean_of(held).get(created())
    assert found == RawObject(b"synthetic junk", "etag")
    assert await clean_of(held).get(created(part_key(1))) is None


async def test_a_manifest_has_no_outcome_of_an_erased_playlist() -> None:
    held = Held(PLAYLIST)
    body = manifest("synthetic", (KEY, held.body, 2))
    names = [each.playlist_id for each in decode_manifest(body).playlists]
    held.tombstones = [Tombstone.of("spotify", Kind.PLAYLIST, names[1])]
    given = GivenRawObject(clean_of(held), KEY, b"given")
    assert (await given.get(created())) == RawObject(b"given", md5(b"given").hexdigest())  # noqa: S324
    raw = GivenRawObject(held, manifest_key(), body)
    found = await CleanRawObjects(raw, Clock(held), here).get(created(manifest_key()))
    assert found is not None
    assert [each.playlist_id for each in decode_manifest(found.body).playlists] == names[:1]


async def test_what_was_erased_is_looked_up_once_a_minute_and_not_for_each_part() -> None:
    held = Held()
    clean = clean_of(held)
    for _ in range(5):
        await clean.get(created())
    assert held.looks == 1
    held.tombstones = [PLAYLIST]
    held.now += timedelta(seconds=59)
    assert (await clean.get(created())) == RawObject(held.body, "etag")
    held.now += timedelta(seconds=1)
    found = await clean.get(created())
    assert found is not None
    assert found.body != held.body
    assert held.looks == 2
