"""Parses S3 event notifications, as they arrive in the queue.

Shape: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
Keys are form-encoded and are decoded once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from urllib.parse import unquote_plus

import msgspec
from msgspec import Meta, Struct

from playlake_contracts.keys import RawKey
from playlake_transformer.errors import (
    EventUnreadableError,
    EventVersionError,
    ForeignBucketError,
    InvalidKeyError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

SUPPORTED_MAJOR_VERSION = "2"
TEST_EVENT = "s3:TestEvent"


class _Bucket(Struct):
    name: str


class _Object(Struct, rename="camel"):
    key: str
    size: Annotated[int, Meta(ge=0)] = 0
    e_tag: str | None = None
    version_id: str | None = None


class _S3(Struct):
    bucket: _Bucket
    object: _Object


class _Playlake(Struct):
    overwrite: bool = False


class _Record(Struct, rename="camel"):
    event_version: str
    event_name: str
    s3: _S3
    # Only measured with: a strange one is no reason to reject the object.
    event_time: object = None
    # Not S3's: `playlake replay` writes it.
    playlake: _Playlake = msgspec.field(default_factory=_Playlake)


class _Message(Struct, rename="pascal"):
    records: list[msgspec.Raw] | None = None
    event: str | None = None
    # Of the envelopes in which other services would deliver an event.
    topic_arn: str | None = None
    detail_type: str | None = msgspec.field(name="detail-type", default=None)


class RawObjectCreated(Struct, frozen=True):
    """A raw object whose creation S3 announced.

    Attributes:
        key: its parsed key.
        bytes: its size.
        etag: its ETag without quotes, if the event has one.
        version_id: its version, if the bucket is versioned.
        overwrite: whether its curated objects are written anew, although they are there.
        created_at: when S3 had stored it, if the event says so.
    """

    key: RawKey
    bytes: int
    etag: str | None
    version_id: str | None
    overwrite: bool = False
    created_at: datetime | None = None


_message_decoder = msgspec.json.Decoder(_Message)
_record_decoder = msgspec.json.Decoder(_Record)


def parse_message(body: str) -> Sequence[bytes]:
    """Split a message into its records. The test event that S3 sends at set-up has none.

    Raises:
        EventUnreadableError: the message is not an S3 event notification.
    """
    try:
        message = _message_decoder.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise EventUnreadableError(f"not an S3 event notification: {error}") from error
    if message.records is None and message.event != TEST_EVENT:
        raise EventUnreadableError(f"not an S3 event notification: {_kind(message)}")
    return [bytes(record) for record in message.records or ()]


def parse_record(record: bytes, *, raw_bucket: str) -> RawObjectCreated | None:
    """Parse a record; return None if its event is not the creation of an object.

    Raises:
        EventUnreadableError: a field that every S3 record has is missing.
        EventVersionError: its major version is not 2.
        ForeignBucketError: the object is not in the raw bucket.
        InvalidKeyError: the key is not the key of a raw object.
    """
    try:
        parsed = _record_decoder.decode(record)
    except (msgspec.DecodeError, RecursionError) as error:
        raise EventUnreadableError(f"not an S3 event record: {error}") from error
    if parsed.event_version.split(".")[0] != SUPPORTED_MAJOR_VERSION:
        raise EventVersionError(f"S3 event version {parsed.event_version} is not 2.x")
    if not parsed.event_name.removeprefix("s3:").startswith("ObjectCreated:"):
        return None
    if parsed.s3.bucket.name != raw_bucket:
        raise ForeignBucketError(f"bucket {parsed.s3.bucket.name!r} is not {raw_bucket!r}")
    created = parsed.s3.object
    return RawObjectCreated(
        _raw_key(created.key),
        created.size,
        created.e_tag,
        created.version_id,
        parsed.playlake.overwrite,
        _moment(parsed.event_time),
    )


def _kind(message: _Message) -> str:
    if message.topic_arn is not None:
        return f"it is in an envelope of the SNS topic {message.topic_arn}: let S3 notify the queue"
    if message.detail_type is not None:
        return f"it is an event of EventBridge, {message.detail_type!r}: let S3 notify the queue"
    return "it has no Records"


def _moment(text: object) -> datetime | None:
    """A time in ISO 8601, in UTC if it names no zone; None if it is none."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def _raw_key(encoded: str) -> RawKey:
    try:
        return RawKey.parse(unquote_plus(encoded, errors="strict"))
    except ValueError as error:
        raise InvalidKeyError(str(error)) from error
