"""The twin of S3: strongly consistent, with versions, conditional writes and notifications.

A write takes a moment. Of two conditional writes of one key at the same time, the second is
answered with 409; one that begins after the first has ended, with 412.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from twins.aws.answers import Answer, Request, answer, client_error, moment
from twins.aws.s3_bucket import Body, Bucket, StoredObject
from twins.aws.s3_events import event, test_event
from twins.aws.s3_listing import ListPages, listed, page

if TYPE_CHECKING:
    from twins.aws.sqs import SqsTwin
    from twins.aws.sqs_queue import Queue

WRITE_SECONDS = 0.02


class S3Twin:
    """All buckets, and the methods of a client of S3.

    Args:
        sqs: where buckets send their events that are configured to.
    """

    def __init__(self, sqs: SqsTwin | None = None) -> None:
        self._sqs = sqs
        self.buckets: dict[str, Bucket] = {}
        self._versions = count(1)

    async def create_bucket(self, **request: Any) -> Answer:  # noqa: ANN401  a request has any fields
        """Create a bucket without versioning."""
        name = str(request["Bucket"])
        self.buckets[name] = Bucket(name)
        return answer(Location=f"/{name}")

    async def put_bucket_versioning(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Switch versioning on or off."""
        setting = request["VersioningConfiguration"]
        self._bucket("PutBucketVersioning", request).is_versioned = setting == {"Status": "Enabled"}
        return answer()

    async def put_bucket_notification_configuration(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Have a bucket announce its objects to a queue, beginning with a test event."""
        bucket = self._bucket("PutBucketNotificationConfiguration", request)
        [wanted] = request["NotificationConfiguration"]["QueueConfigurations"]
        queues = self._sqs.queues.values() if self._sqs is not None else ()
        queue = next((each for each in queues if each.arn == wanted["QueueArn"]), None)
        if queue is None:
            raise client_error("PutBucketNotificationConfiguration", "InvalidArgument", 400)
        queue.put(test_event(bucket), {})
        bucket.on_write.append(partial(_announce, queue))
        return answer()

    async def put_object(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Write an object, under a free key only with `IfNoneMatch`."""
        bucket, key = self._bucket("PutObject", request), str(request["Key"])
        if not _is_conditional(request):
            await asyncio.sleep(WRITE_SECONDS)
            return self._write(bucket, request)
        _check_free(bucket, key, request)
        if key in bucket.being_written:
            raise client_error("PutObject", "ConditionalRequestConflict", 409)
        bucket.being_written.add(key)
        try:
            await asyncio.sleep(WRITE_SECONDS)
        finally:
            bucket.being_written.discard(key)
        _check_free(bucket, key, request)
        return self._write(bucket, request)

    async def get_object(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Read an object: a version of it, or the current one if it has the ETag of `IfMatch`."""
        held = self._find("GetObject", request, missing="NoSuchKey")
        _check_match("GetObject", held, request, "PreconditionFailed")
        return self._described(held, request) | {"Body": Body(held.body)}

    async def head_object(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Describe an object; the answers to HEAD have no code but their status."""
        held = self._find("HeadObject", request, missing="404")
        _check_match("HeadObject", held, request, "412")
        return self._described(held, request)

    async def delete_object(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Delete an object: a version for good, else by a marker if the bucket has versions."""
        bucket, key = self._bucket("DeleteObject", request), str(request["Key"])
        version = request.get("VersionId")
        if version is not None:
            kept = [held for held in bucket.versions.get(key, ()) if not _is(held, str(version))]
            bucket.versions[key] = kept
        elif bucket.is_versioned:
            bucket.versions.setdefault(key, []).append(None)
        else:
            bucket.versions.pop(key, None)
        return answer()

    async def list_objects_v2(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """List keys in their order, a page at a time."""
        return page(self._bucket("ListObjectsV2", request).objects, request)

    async def list_object_versions(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """List all versions under a prefix."""
        bucket = self._bucket("ListObjectVersions", request)
        prefix = str(request.get("Prefix", ""))
        found = [
            listed(held) | {"VersionId": held.version_id, "IsLatest": held is bucket.current(key)}
            for key in sorted(bucket.versions)
            for held in reversed(bucket.versions[key])
            if held is not None and key.startswith(prefix)
        ]
        return answer(Versions=found or None, IsTruncated=False)

    def get_paginator(self, operation: str) -> ListPages:
        """What asks for one page after another."""
        if operation != "list_objects_v2":
            raise NotImplementedError(operation)
        return ListPages(self.list_objects_v2)

    def _bucket(self, operation: str, request: Request) -> Bucket:
        bucket = self.buckets.get(str(request["Bucket"]))
        if bucket is None:
            raise client_error(operation, "NoSuchBucket", 404)
        return bucket

    def _find(self, operation: str, request: Request, *, missing: str) -> StoredObject:
        bucket, key = self._bucket(operation, request), str(request["Key"])
        version = request.get("VersionId")
        if version is None:
            held = bucket.current(key)
        else:
            held = next((v for v in bucket.versions.get(key, ()) if _is(v, str(version))), None)
            missing = missing if missing == "404" else "NoSuchVersion"
        if held is None:
            raise client_error(operation, missing, 404)
        return held

    def _write(self, bucket: Bucket, request: Request) -> Answer:
        metadata = dict(request.get("Metadata", {}))
        body = _bytes(request.get("Body", b""))
        held = StoredObject(
            str(request["Key"]), f"version-{next(self._versions)}", body, metadata, moment()
        )
        versions = bucket.versions.setdefault(held.key, [])
        if not bucket.is_versioned:
            versions.clear()
        versions.append(held)
        for note in bucket.on_write:
            note(bucket, held)
        return answer(
            ETag=f'"{held.etag}"', VersionId=held.version_id if bucket.is_versioned else None
        )

    def _described(self, held: StoredObject, request: Request) -> Answer:
        is_versioned = self.buckets[str(request["Bucket"])].is_versioned
        return answer(
            ETag=f'"{held.etag}"',
            ContentLength=len(held.body),
            Metadata=dict(held.metadata),
            LastModified=held.written_at,
            VersionId=held.version_id if is_versioned else None,
        )


def _announce(queue: Queue, bucket: Bucket, written: StoredObject) -> None:
    queue.put(event(bucket, written), {})


def _is_conditional(request: Request) -> bool:
    return "IfNoneMatch" in request or "IfMatch" in request


def _check_free(bucket: Bucket, key: str, request: Request) -> None:
    held = bucket.current(key)
    if request.get("IfNoneMatch") not in {None, "*"}:
        raise client_error("PutObject", "NotImplemented", 501)
    if request.get("IfNoneMatch") == "*" and held is not None:
        raise client_error("PutObject", "PreconditionFailed", 412)
    if "IfMatch" in request and held is None:
        raise client_error("PutObject", "NoSuchKey", 404)
    if held is not None:
        _check_match("PutObject", held, request, "PreconditionFailed")


def _check_match(operation: str, held: StoredObject, request: Request, code: str) -> None:
    wanted = request.get("IfMatch")
    if wanted is not None and str(wanted).strip('"') != held.etag:
        raise client_error(operation, code, 412)


def _is(held: StoredObject | None, version: str) -> bool:
    return held is not None and held.version_id == version


def _bytes(body: object) -> bytes:
    return body.encode() if isinstance(body, str) else bytes(body)  # type: ignore[call-overload]  # anything of bytes
