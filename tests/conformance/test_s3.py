"""The behaviour of S3 on which Playlake relies.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.conformance.conftest import Aws

KEY = "raw/source=synthetic/a b+ü.json"
BODY = b"synthetic"


async def refused(call: Any) -> str:  # noqa: ANN401  a client's coroutine
    """The code with which a call is refused."""
    with pytest.raises(ClientError) as refusal:
        await call
    return str(refusal.value.response["Error"]["Code"])


async def read(aws: Aws, bucket: str, **pin: str) -> tuple[dict[str, Any], bytes]:
    """An answer and its body, which has to be read before the connection is free again."""
    found = await aws.s3.get_object(Bucket=bucket, Key=KEY, **pin)
    async with found["Body"] as body:
        return found, await body.read()


async def test_an_object_is_read_as_it_was_written(aws: Aws) -> None:
    bucket = await aws.bucket()
    await aws.s3.put_object(Bucket=bucket, Key=KEY, Body=BODY, Metadata={"rows": "1"})
    found, body = await read(aws, bucket)
    assert body == BODY
    digest = hashlib.md5(BODY, usedforsecurity=False).hexdigest()
    assert (found["ETag"], found["ContentLength"]) == (f'"{digest}"', len(BODY))
    assert found["Metadata"] == {"rows": "1"}
    assert "VersionId" not in found
    assert found["LastModified"].tzinfo is not None


async def test_a_free_key_can_be_written_once(aws: Aws) -> None:
    bucket = await aws.bucket()
    await aws.s3.put_object(Bucket=bucket, Key=KEY, Body=BODY, IfNoneMatch="*")
    again = aws.s3.put_object(Bucket=bucket, Key=KEY, Body=b"other", IfNoneMatch="*")
    assert await refused(again) == "PreconditionFailed"
    found = await aws.s3.head_object(Bucket=bucket, Key=KEY)
    assert found["ContentLength"] == len(BODY)


async def test_one_of_eight_writers_of_a_free_key_succeeds(aws: Aws) -> None:
    bucket = await aws.bucket()
    writers = [
        aws.s3.put_object(Bucket=bucket, Key=KEY, Body=str(number).encode(), IfNoneMatch="*")
        for number in range(8)
    ]
    outcomes = await asyncio.gather(*writers, return_exceptions=True)
    refusals = [outcome for outcome in outcomes if isinstance(outcome, ClientError)]
    codes = {refusal.response["Error"]["Code"] for refusal in refusals}
    assert len(refusals) == 7
    assert codes <= {"PreconditionFailed", "ConditionalRequestConflict"}


async def test_a_writer_beside_another_one_is_told_to_try_again(aws: Aws) -> None:
    bucket = await aws.bucket()
    writers = [
        aws.s3.put_object(Bucket=bucket, Key=KEY, Body=BODY * 10_000, IfNoneMatch="*")
        for _ in range(16)
    ]
    outcomes = await asyncio.gather(*writers, return_exceptions=True)
    refusals = [outcome for outcome in outcomes if isinstance(outcome, ClientError)]
    assert "ConditionalRequestConflict" in {each.response["Error"]["Code"] for each in refusals}


async def test_an_object_is_replaced_only_if_it_is_the_expected_one(aws: Aws) -> None:
    bucket = await aws.bucket()
    etag = (await aws.s3.put_object(Bucket=bucket, Key=KEY, Body=BODY))["ETag"]
    await aws.s3.put_object(Bucket=bucket, Key=KEY, Body=b"other", IfMatch=etag)
    again = aws.s3.put_object(Bucket=bucket, Key=KEY, Body=b"third", IfMatch=etag)
    assert await refused(again) == "PreconditionFailed"


async def test_an_object_is_read_only_if_it_has_the_etag(aws: Aws) -> None:
    bucket = await aws.bucket()
    etag = (await aws.s3.put_object(Bucket=bucket, Key=KEY, Body=BODY))["ETag"]
    _, body = await read(aws, bucket, IfMatch=etag.strip('"'))
    assert body == BODY
    await aws.s3.put_object(Bucket=bucket, Key=KEY, Body=b"other")
    again = read(aws, bucket, IfMatch=etag.strip('"'))
    assert await refused(again) == "PreconditionFailed"


async def test_what_is_missing_is_named_by_its_code(aws: Aws) -> None:
    bucket = await aws.bucket()
    assert await refused(aws.s3.get_object(Bucket=bucket, Key=KEY)) == "NoSuchKey"
    assert await refused(aws.s3.head_object(Bucket=bucket, Key=KEY)) == "404"
    assert await refused(aws.s3.get_object(Bucket=f"{bucket}-no", Key=KEY)) == "NoSuchBucket"


async def test_a_version_can_be_read_after_it_was_replaced_and_deleted(aws: Aws) -> None:
    bucket = await aws.bucket(versioned=True)
    first = await aws.s3.put_object(Bucket=bucket, Key=KEY, Body=BODY)
    second = await aws.s3.put_object(Bucket=bucket, Key=KEY, Body=b"other")
    assert first["VersionId"] != second["VersionId"]
    await aws.s3.delete_object(Bucket=bucket, Key=KEY)
    assert await refused(aws.s3.get_object(Bucket=bucket, Key=KEY)) == "NoSuchKey"
    _, body = await read(aws, bucket, VersionId=first["VersionId"])
    assert body == BODY


async def test_deleting_what_is_missing_is_a_success(aws: Aws) -> None:
    bucket = await aws.bucket()
    await aws.s3.delete_object(Bucket=bucket, Key=KEY)


async def test_an_empty_list_has_no_contents(aws: Aws) -> None:
    found = await aws.s3.list_objects_v2(Bucket=await aws.bucket(), Prefix="raw/")
    assert (found["KeyCount"], found["IsTruncated"]) == (0, False)
    assert "Contents" not in found


async def test_keys_are_listed_in_order_a_page_at_a_time(aws: Aws) -> None:
    bucket = await aws.bucket()
    for key in ("b/2", "a", "b/1", "c", "b/3"):
        await aws.s3.put_object(Bucket=bucket, Key=key, Body=BODY)
    pages = aws.s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix="b/", PaginationConfig={"PageSize": 2}
    )
    keys = [[each["Key"] for each in page["Contents"]] async for page in pages]
    assert keys == [["b/1", "b/2"], ["b/3"]]


async def test_keys_are_cut_at_a_delimiter(aws: Aws) -> None:
    bucket = await aws.bucket()
    for key in ("raw/source=a/1", "raw/source=a/2", "raw/source=b/1", "raw/file"):
        await aws.s3.put_object(Bucket=bucket, Key=key, Body=BODY)
    found = await aws.s3.list_objects_v2(Bucket=bucket, Prefix="raw/", Delimiter="/")
    prefixes = [each["Prefix"] for each in found["CommonPrefixes"]]
    assert prefixes == ["raw/source=a/", "raw/source=b/"]
    assert [each["Key"] for each in found["Contents"]] == ["raw/file"]


async def test_a_written_object_is_announced_to_the_queue(aws: Aws) -> None:
    bucket, queue = await aws.bucket(versioned=True), await aws.queue()
    configured = {"QueueArn": await aws.arn(queue), "Events": ["s3:ObjectCreated:*"]}
    await aws.s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [configured]}
    )
    written = await aws.s3.put_object(Bucket=bucket, Key=KEY, Body=BODY)
    test_event, event = [json.loads(body) for body in await _bodies(aws, queue, 2)]
    assert test_event["Event"] == "s3:TestEvent"
    [record] = event["Records"]
    described = record["s3"]["object"]
    assert record["eventVersion"].startswith("2.")
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["s3"]["bucket"]["name"] == bucket
    assert "/" in described["key"]
    assert unquote_plus(described["key"]) == KEY
    assert described["eTag"] == written["ETag"].strip('"')
    assert (described["size"], described["versionId"]) == (len(BODY), written["VersionId"])
    assert int(described["sequencer"], 16) > 0


async def _bodies(aws: Aws, queue: str, wanted: int) -> list[str]:
    """The bodies of a queue's messages, the test event first."""
    found: list[str] = []
    for _ in range(10):
        answer = await aws.sqs.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1
        )
        found += [message["Body"] for message in answer.get("Messages", ())]
        if len(found) == wanted:
            break
    return sorted(found, key=lambda body: "s3:TestEvent" not in body)
