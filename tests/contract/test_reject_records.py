"""The records of what was rejected: one for each raw object or message."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from landed import part_key
from msgspec.structs import replace
from virtual_time import MORNING

from playlake_contracts.keys import rejected_message
from playlake_contracts.rejects import Reject

if TYPE_CHECKING:
    from playlake_transformer.ports import Rejects

KEY = part_key().rejected
REJECT = Reject(
    raw_key=str(part_key()),
    raw_version="synthetic",
    code="synthetic",
    reason="Größe",
    rejected_at=MORNING,
    transformer_version="0",
    message_id="synthetic",
)


async def test_a_record_is_found_under_its_key(rejects: Rejects) -> None:
    assert await rejects.find(KEY) is None
    claim = await rejects.claim(KEY, REJECT)
    assert claim.earlier is None
    assert await rejects.find(KEY) == REJECT
    assert await rejects.find(part_key(1).rejected) is None


async def test_a_later_record_takes_the_place_of_an_earlier_one(rejects: Rejects) -> None:
    later = replace(REJECT, reason="later")
    claim = await rejects.claim(KEY, REJECT)
    await rejects.record(KEY, later, claim.mark)
    assert await rejects.find(KEY) == later
    last = replace(REJECT, reason="last")
    await rejects.record(KEY, last, claim.mark)
    assert await rejects.find(KEY) == last
    found = await rejects.claim(KEY, REJECT)
    assert found.earlier == last
    await rejects.record(KEY, REJECT, found.mark)
    assert await rejects.find(KEY) == REJECT


async def test_a_key_is_claimed_once(rejects: Rejects) -> None:
    later = replace(REJECT, reason="later")
    assert (await rejects.claim(KEY, REJECT)).earlier is None
    assert (await rejects.claim(KEY, later)).earlier == REJECT
    assert await rejects.find(KEY) == REJECT


async def test_one_of_eight_concurrent_claims_succeeds(rejects: Rejects) -> None:
    claims = [replace(REJECT, message_id=f"synthetic {number}") for number in range(8)]
    found = await asyncio.gather(*(rejects.claim(KEY, claim) for claim in claims))
    [winner] = [one for one, each in zip(claims, found, strict=True) if each.earlier is None]
    assert [each.earlier for each in found].count(winner) == 7


async def test_a_message_without_a_raw_object_has_a_record_of_its_own(rejects: Rejects) -> None:
    message = "\ud800 " + "synthetic" * 100
    key = rejected_message(message)
    assert key != rejected_message(message[:-1])
    await rejects.claim(key, replace(REJECT, raw_key=None, message="synthetic"))
    assert (await rejects.find(key)) == replace(REJECT, raw_key=None, message="synthetic")
