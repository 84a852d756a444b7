"""The behaviour of SQS on which Playlake relies.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from virtual_time import passing

if TYPE_CHECKING:
    from tests.conformance.conftest import Aws

Json = dict[str, Any]


async def receive(aws: Aws, queue: str, **request: object) -> list[Json]:
    answer = await aws.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, **request)
    return list(answer.get("Messages", ()))


async def sent(aws: Aws, queue: str, *bodies: str) -> list[Json]:
    """Send messages and receive them."""
    for body in bodies:
        await aws.sqs.send_message(QueueUrl=queue, MessageBody=body)
    return await receive(aws, queue)


async def test_a_message_is_received_as_it_was_sent(aws: Aws) -> None:
    queue = await aws.queue()
    code = {"DataType": "String", "StringValue": "synthetic"}
    await aws.sqs.send_message(
        QueueUrl=queue, MessageBody="Größe", MessageAttributes={"code": code}
    )
    names = {
        "MessageAttributeNames": ["code"],
        "MessageSystemAttributeNames": ["ApproximateReceiveCount"],
    }
    [message] = await receive(aws, queue, **names)
    assert message["Body"] == "Größe"
    assert message["MessageAttributes"]["code"]["StringValue"] == "synthetic"
    assert message["Attributes"] == {"ApproximateReceiveCount": "1"}


async def test_attributes_come_only_if_they_are_asked_for(aws: Aws) -> None:
    queue = await aws.queue()
    code = {"DataType": "String", "StringValue": "synthetic"}
    await aws.sqs.send_message(QueueUrl=queue, MessageBody="a", MessageAttributes={"code": code})
    [message] = await receive(aws, queue)
    assert message.keys().isdisjoint({"Attributes", "MessageAttributes"})


async def test_a_message_comes_back_after_its_timeout_with_another_handle(aws: Aws) -> None:
    queue = await aws.queue(VisibilityTimeout="1")
    [first] = await sent(aws, queue, "synthetic")
    assert await receive(aws, queue) == []
    await passing(seconds=1.2)
    [second] = await receive(aws, queue, MessageSystemAttributeNames=["ApproximateReceiveCount"])
    assert second["MessageId"] == first["MessageId"]
    assert second["ReceiptHandle"] != first["ReceiptHandle"]
    assert second["Attributes"]["ApproximateReceiveCount"] == "2"


async def test_a_message_is_hidden_for_longer_or_not_at_all(aws: Aws) -> None:
    queue = await aws.queue(VisibilityTimeout="1")
    [message] = await sent(aws, queue, "synthetic")
    change = {"QueueUrl": queue, "ReceiptHandle": message["ReceiptHandle"]}
    await aws.sqs.change_message_visibility(**change, VisibilityTimeout=30)
    await passing(seconds=1.2)
    assert await receive(aws, queue) == []
    await aws.sqs.change_message_visibility(**change, VisibilityTimeout=0)
    assert len(await receive(aws, queue)) == 1


async def test_a_message_cannot_be_hidden_for_more_than_twelve_hours(aws: Aws) -> None:
    queue = await aws.queue()
    [message] = await sent(aws, queue, "synthetic")
    with pytest.raises(ClientError):
        await aws.sqs.change_message_visibility(
            QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=43_201
        )


async def test_a_message_that_is_visible_again_cannot_be_hidden(aws: Aws) -> None:
    queue = await aws.queue(VisibilityTimeout="1")
    [message] = await sent(aws, queue, "synthetic")
    await passing(seconds=1.2)
    with pytest.raises(ClientError):
        await aws.sqs.change_message_visibility(
            QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=30
        )


async def test_a_deleted_message_never_comes_back_and_can_be_deleted_again(aws: Aws) -> None:
    queue = await aws.queue(VisibilityTimeout="1")
    [message] = await sent(aws, queue, "synthetic")
    for _ in range(2):
        await aws.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    await passing(seconds=1.2)
    assert await receive(aws, queue) == []


async def test_an_outdated_handle_deletes_nothing_and_is_no_error(aws: Aws) -> None:
    queue = await aws.queue(VisibilityTimeout="1")
    [first] = await sent(aws, queue, "synthetic")
    await passing(seconds=1.2)
    [_] = await receive(aws, queue)
    await aws.sqs.delete_message(QueueUrl=queue, ReceiptHandle=first["ReceiptHandle"])
    await passing(seconds=1.2)
    assert len(await receive(aws, queue)) == 1


async def test_a_batch_says_what_it_did_not_delete(aws: Aws) -> None:
    queue = await aws.queue(VisibilityTimeout="1")
    [message] = await sent(aws, queue, "synthetic")
    answer = await aws.sqs.delete_message_batch(
        QueueUrl=queue,
        Entries=[
            {"Id": "good", "ReceiptHandle": message["ReceiptHandle"]},
            {"Id": "bad", "ReceiptHandle": "synthetic"},
        ],
    )
    assert [each["Id"] for each in answer["Successful"]] == ["good"]
    assert [(each["Id"], each["Code"]) for each in answer["Failed"]] == [
        ("bad", "ReceiptHandleIsInvalid")
    ]
    await passing(seconds=1.2)
    assert await receive(aws, queue) == []


@pytest.mark.parametrize("entries", [0, 11])
async def test_a_batch_has_one_to_ten_entries(aws: Aws, entries: int) -> None:
    queue = await aws.queue()
    with pytest.raises(ClientError):
        await aws.sqs.send_message_batch(
            QueueUrl=queue,
            Entries=[{"Id": str(number), "MessageBody": "a"} for number in range(entries)],
        )


async def test_a_batch_sends_its_messages(aws: Aws) -> None:
    queue = await aws.queue()
    entries = [{"Id": str(number), "MessageBody": f"body {number}"} for number in range(10)]
    answer = await aws.sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    assert len(answer["Successful"]) == 10
    received = {message["Body"] for message in await receive(aws, queue)}
    assert received == {entry["MessageBody"] for entry in entries}


@pytest.mark.parametrize("number", [0, 11])
async def test_one_to_ten_messages_are_received(aws: Aws, number: int) -> None:
    queue = await aws.queue()
    with pytest.raises(ClientError):
        await aws.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=number)


async def test_a_long_poll_ends_when_a_message_is_sent(aws: Aws) -> None:
    queue = await aws.queue()
    polling = asyncio.create_task(receive(aws, queue, WaitTimeSeconds=20))
    await passing(seconds=0.2)
    await aws.sqs.send_message(QueueUrl=queue, MessageBody="synthetic")
    async with asyncio.timeout(15):
        assert len(await polling) == 1


async def test_a_message_that_was_received_too_often_is_moved(aws: Aws) -> None:
    dead = await aws.queue()
    policy = {"deadLetterTargetArn": await aws.arn(dead), "maxReceiveCount": 2}
    queue = await aws.queue(VisibilityTimeout="0", RedrivePolicy=json.dumps(policy))
    await aws.sqs.send_message(QueueUrl=queue, MessageBody="synthetic")
    for _ in range(2):
        assert len(await receive(aws, queue)) == 1
    assert await receive(aws, queue) == []
    [message] = await receive(aws, dead)
    assert message["Body"] == "synthetic"


@pytest.mark.parametrize("body", ["a\x00b", "a\x0bb", "\ufffe"])
async def test_characters_that_xml_cannot_hold_are_refused(aws: Aws, body: str) -> None:
    queue = await aws.queue()
    with pytest.raises(ClientError):
        await aws.sqs.send_message(QueueUrl=queue, MessageBody=body)


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
async def test_a_message_of_more_than_a_mebibyte_is_refused(aws: Aws) -> None:
    queue = await aws.queue()
    with pytest.raises(ClientError):
        await aws.sqs.send_message(QueueUrl=queue, MessageBody="a" * 1_048_577)


async def test_a_queue_that_is_missing_is_an_error(aws: Aws) -> None:
    queue = await aws.queue()
    with pytest.raises(ClientError, match=r"NonExistentQueue|QueueDoesNotExist"):
        await receive(aws, f"{queue}-missing")
