"""The queue's policy accepts events of the raw bucket only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from playlake.local_aws.resources import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake.local_aws import LocalAws


UNNAMED = "synthetic-unnamed"


def test_the_event_of_a_landed_object_reaches_the_queue(
    enforcing_aws: LocalAws, client_of: Callable[[str, str], Any]
) -> None:
    bucket = enforcing_aws.resources.raw_bucket
    enforcing_aws.s3.put_object(Bucket=bucket, Key="state/wired", Body=b"")
    client_of("ExtractorTaskRole", "s3").put_object(
        Bucket=bucket, Key="raw/wired", Body=b"", IfNoneMatch="*"
    )
    keys = _received_keys(client_of("TransformerTaskRole", "sqs"), enforcing_aws.queue_url)
    assert keys.count("raw/wired") == 1
    assert "state/wired" not in keys


def test_the_raw_bucket_may_notify_the_queue(enforcing_aws: LocalAws) -> None:
    _wire(enforcing_aws, enforcing_aws.resources.raw_bucket)


def test_another_bucket_may_not_notify_the_queue(enforcing_aws: LocalAws) -> None:
    enforcing_aws.s3.create_bucket(Bucket=UNNAMED)
    for bucket in (UNNAMED, enforcing_aws.resources.curated_bucket):
        with pytest.raises(ClientError, match="Unable to validate the following destination"):
            _wire(enforcing_aws, bucket)


def _wire(aws: LocalAws, bucket: str) -> None:
    """Notify the queue of objects under raw/ in a bucket, as the template does."""
    aws.s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "QueueConfigurations": [
                {
                    "QueueArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{aws.resources.queue}",
                    "Events": ["s3:ObjectCreated:*"],
                    "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "raw/"}]}},
                }
            ]
        },
    )


def _received_keys(sqs: Any, queue_url: str) -> list[str]:  # noqa: ANN401 - a role's own client
    """Receive all events in the queue, leave them hidden, and return their keys."""
    keys: list[str] = []
    while messages := sqs.receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=10, VisibilityTimeout=3600, WaitTimeSeconds=1
    ).get("Messages"):
        bodies = [json.loads(message["Body"]) for message in messages]
        keys += [
            record["s3"]["object"]["key"] for body in bodies for record in body.get("Records", ())
        ]
    return keys
