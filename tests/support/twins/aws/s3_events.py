"""How S3 announces the objects that are written into a bucket.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

if TYPE_CHECKING:
    from twins.aws.s3_bucket import Bucket, StoredObject


def test_event(bucket: Bucket) -> str:
    """The message that S3 sends when a notification is configured."""
    return json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": bucket.name})


def event(bucket: Bucket, *written: StoredObject) -> str:
    """The message that announces objects; S3 itself announces one a message."""
    return json.dumps({"Records": [record(bucket, held) for held in written]})


def record(bucket: Bucket, held: StoredObject) -> dict[str, Any]:
    """The record of an object; its key is form-encoded, and a version only where there are any."""
    described = {
        "key": quote_plus(held.key, safe="/"),
        "size": len(held.body),
        "eTag": held.etag,
        "sequencer": f"{int(held.version_id.rpartition('-')[2]):016X}",
    }
    if bucket.is_versioned:
        described["versionId"] = held.version_id
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": held.written_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "raw",
            "bucket": {"name": bucket.name, "arn": f"arn:aws:s3:::{bucket.name}"},
            "object": described,
        },
    }
