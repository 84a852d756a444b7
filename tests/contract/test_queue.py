"""The behaviour of a queue on which the worker relies."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from virtual_time import passing

from playlake_contracts.keys import rejected_message
from playlake_transformer.adapters.sqs import SqsQueue
from playlake_transformer.errors import AwsUnavailableError
from playlake_transformer.ports import DeadLetter

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from observed_aws import ObservedSqsQueue
    from twins.transformer import MemoryQueue

    AnyQueue = MemoryQueue | ObservedSqsQueue
    MakeQueue = Callable[..., AbstractAsyncContextManager[AnyQueue]]

pytestmark = pytest.mark.asyncio(loop_factories=["memory", "aws"])

NOT_AT_ALL = timedelta(0)
A_SECOND = timedelta(seconds=1)
LONG = timedelta(seconds=10)
LETTER = DeadLetter("<xml>synthetic</xml>", "event_unreadable", "no event: Größe", "raw/x", "run-x")


async def test_a_message_is_received_unchanged(make_queue: MakeQueue) -> None:
    async with make_queue(poll_wait=NOT_AT_ALL, visibility=LONG) as queue:
        queue.send('{"synthetic": "Größe \\u2028"}')
        [message] = await queue.receive(10)
    assert message.body == '{"synthetic": "Größe \\u2028"}'


async def test_no_more_messages_are_received_than_requested(make_queue: MakeQueue) -> None:
    async with make_queue(poll_wait=NOT_AT_ALL, visibility=LONG) as queue:
        for number in range(3):
            queue.send(f"synthetic {number}")
        first = await queue.receive(2)
        second = await queue.receive(2)
    assert (len(first), len(second)) == (2, 1)
    assert len({message.message_id for message in first + second}) == 3


async def test_an_empty_queue_answers_after_the_poll_wait(make_queue: MakeQueue) -> None:
    async with make_queue(poll_wait=A_SECOND, visibility=LONG) as queue:
        started = asyncio.get_running_loop().time()
        assert await queue.receive(10) == []
    assert 0.9 < asyncio.get_running_loop().time() - started < 5


async def test_an_empty_queue_answers_at_once_without_a_long_poll(
    make_queue: MakeQueue,
) -> None:
    async with make_queue(poll_wait=LONG, visibility=LONG) as queue:
        started = asyncio.get_running_loop().time()
        assert await queue.receive(10, wait=False) == []
    assert asyncio.get_running_loop().time() - started < 5


async def test_a_long_poll_ends_when_a_message_is_sent(make_queue: MakeQueue) -> None:
    async with make_queue(poll_wait=LONG, visibility=LONG) as queue:
        started = asyncio.get_running_loop().time()
        polling = asyncio.create_task(queue.receive(10))
        await passing(seconds=0.2)
        queue.send("synthetic")
        [message] = await polling
    assert message.body == "synthetic"
    assert asyncio.get_running_loop().time() - started < 5


async def test_a_received_message_is_hidden_until_its_timeout_ends(make_queue: MakeQueue) -> None:
    async with make_queue(poll_wait=NOT_AT_ALL, visibility=A_SECOND) as queue:
        queue.send("synthetic")
        [first] = await queue.receive(10)
        assert await queue.receive(10) == []
        await passing(seconds=1.1)
        [second] = await queue.receive(10)
    assert second.message_id == first.message_id
    assert second.receipt_handle != first.receipt_handle


async def test_an_extended_message_stays_hidden(make_queue: MakeQueue) -> None:
    async with make_queue(poll_wait=NOT_AT_ALL, visibility=A_SECOND) as queue:
        queue.send("synthetic")
        [message] = await queue.receive(10)
        await passing(seconds=0.7)
        await queue.extend(message)
        await passing(seconds=0.6)
        assert await queue.receive(10) == []


async def test_a_released_message_is_received_again_at_once(make_queue: MakeQueue) -> None:
    async with make_queue(poll_wait=NOT_AT_ALL, visibility=LONG) as queue:
        queue.send("synthetic")
        [first] = await queue.receive(10)
        await queue.release(first)
        [second] = await queue.receive(10)
    assert second.message_id == first.message_id


async def test_a_message_can_be_released_for_later(make_queue: MakeQueue) -> None:
    async with make_queue(poll_wait=NOT_AT_ALL, visibility=LONG) as queue:
        queue.send("synthetic")
        [first] = await queue.receive(10)
        await queue.release(first, A_SECOND)
        assert await queue.receive(10) == []
        await passing(seconds=1.1)
        [second] = await queue.receive(10)
    assert second.message_id == first.message_id


async def test_a_message_tells_how_often_it_was_received(make_queue: MakeQueue) -> None:
    async with make_queue(poll_wait=NOT_AT_ALL, visibility=LONG) as queue:
        queue.send("synthetic")
        for times in (1, 2, 3):
            [message] = await queue.receive(10)
            assert message.receives == times
            await queue.release(message)


async def test_a_deleted_message_is_never_received_again(make_queue: MakeQueue) -> None:
    async with make_queue(poll_wait=NOT_AT_ALL, visibility=A_SECOND) as queue:
        queue.send("synthetic")
        [message] = await queue.receive(10)
        await queue.delete(message)
        await passing(seconds=1.1)
        assert await queue.receive(10) == []


async def test_a_reject_can_be_read_with_its_code_and_reason(make_queue: MakeQueue) -> None:
    async with make_queue(poll_wait=NOT_AT_ALL, visibility=LONG) as queue:
        await queue.reject(LETTER)
        assert queue.dead_letters == [LETTER]


async def test_a_dead_letter_that_is_moved_back_is_known_as_one(make_queue: MakeQueue) -> None:
    async with make_queue(poll_wait=NOT_AT_ALL, visibility=LONG) as queue:
        queue.send("synthetic")
        [message] = await queue.receive(10)
        assert not message.is_redriven
        await queue.delete(message)
        await queue.reject(LETTER)
        queue.redrive()
        [message] = await queue.receive(10)
    assert (message.body, message.is_redriven) == (LETTER.body, True)


async def test_messages_that_are_deleted_at_the_same_time_are_all_deleted(
    make_queue: MakeQueue,
) -> None:
    async with make_queue(poll_wait=NOT_AT_ALL, visibility=A_SECOND) as queue:
        for _ in range(13):
            queue.send("synthetic")
        messages = [message for _ in range(4) for message in await queue.receive(10)]
        assert len(messages) == 13
        await asyncio.gather(*map(queue.delete, messages))
        await passing(seconds=1.1)
        assert await queue.receive(10) == []


@pytest.mark.parametrize("at_most", [0, 11])
async def test_a_number_of_messages_that_sqs_does_not_allow_is_refused(
    make_queue: MakeQueue, at_most: int
) -> None:
    async with make_queue(poll_wait=NOT_AT_ALL, visibility=LONG) as queue:
        with pytest.raises(AwsUnavailableError, match="receive"):
            await queue.receive(at_most)


async def test_a_deleted_message_can_be_neither_extended_nor_released(
    make_queue: MakeQueue,
) -> None:
    async with make_queue(poll_wait=NOT_AT_ALL, visibility=LONG) as queue:
        queue.send("synthetic")
        [message] = await queue.receive(10)
        await queue.delete(message)
        with pytest.raises(AwsUnavailableError, match=message.message_id):
            await queue.extend(message)
        with pytest.raises(AwsUnavailableError, match=message.message_id):
            await queue.release(message)


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_a_queue_that_is_missing_is_named(make_queue: MakeQueue) -> None:
    async with make_queue(poll_wait=NOT_AT_ALL, visibility=LONG) as queue:
        assert isinstance(queue, SqsQueue)
        missing = SqsQueue(
            queue.client, f"{queue.url}-missing", f"{queue.url}-missing", NOT_AT_ALL, LONG
        )
        with pytest.raises(AwsUnavailableError, match=r"^receive from http://.*-missing: "):
            await missing.receive(10)
        with pytest.raises(AwsUnavailableError, match=r"^send to http://.*-missing: "):
            await missing.reject(LETTER)


@pytest.mark.asyncio(loop_factories=["aws"])
@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
async def test_a_reject_fits_into_a_message_whatever_it_is(make_queue: MakeQueue) -> None:
    async with make_queue(poll_wait=NOT_AT_ALL, visibility=LONG) as queue:
        body = "<\x00\ud800>" + "ü" * 600_000
        await queue.reject(DeadLetter(body, "synthetic", "a\x0bb " * 999))
        [letter] = queue.dead_letters
    assert rejected_message(letter.body) == rejected_message(body)
    assert letter.body.startswith("<\ufffd\ufffd>üüü")
    assert len(letter.body.encode()) > 1_000_000
    assert letter.reason.startswith("a\ufffdb a\ufffdb")
