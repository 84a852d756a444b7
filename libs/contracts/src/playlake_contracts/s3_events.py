"""The event of a raw object, in the shape in which S3 sends it to the queue.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus, unquote_plus

import msgspec

if TYPE_CHECKING:
    from datetime import datetime

    from playlake_contracts.keys import RawKey

EVENT_VERSION: Final = "2.1"


@dataclass(frozen=True, slots=True)
class StoredObject:
    """A raw object as S3 lists it.

    Attributes:
        key: its key.
        size: its size in bytes.
        etag: its ETag without quotes.
        version_id: its version; None if the bucket has none, or it is not known.
        put_at: when it was put, UTC; None if that is not known.
    """

    key: RawKey
    size: int
    etag: str
    version_id: str | None = None
    put_at: datetime | None = None


def created_event(bucket: str, stored: StoredObject, *, overwrite: bool = False) -> str:
    """The body of a message that announces a raw object.

    Args:
        bucket: the raw bucket.
        stored: the object.
        overwrite: whether the curated objects of the raw object are written anew.
    """
    record: dict[str, Any] = {
        "eventVersion": EVENT_VERSION,
        "eventSource": "aws:s3",
        **_time(stored),
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": bucket}, "object": _object(stored)},
    }
    if overwrite:
        record["playlake"] = {"overwrite": True}
    return msgspec.json.encode({"Records": [record]}).decode()


def renewed_event(body: str, stored: StoredObject) -> str:
    """A message that announces one raw object, changed to announce what its key holds now.

    Args:
        body: the message; whatever else it says stays.
        stored: the object.
    """
    message = msgspec.json.decode(body)
    (record,) = message["Records"]
    record |= _time(stored)
    record["s3"]["object"] = _object(stored)
    return msgspec.json.encode(message).decode()


def _time(stored: StoredObject) -> dict[str, str]:
    return {} if stored.put_at is None else {"eventTime": stored.put_at.isoformat()}


def _object(stored: StoredObject) -> dict[str, Any]:
    """The object as S3 describes it: the key is form-encoded, as in a query."""
    key = quote_plus(str(stored.key), safe="/")
    found = {"key": key, "size": stored.size, "eTag": stored.etag}
    return found if stored.version_id is None else {**found, "versionId": stored.version_id}


class _Object(msgspec.Struct):
    key: str


class _S3(msgspec.Struct):
    object: _Object


class _Record(msgspec.Struct):
    s3: _S3


class _Message(msgspec.Struct, rename="pascal"):
    records: list[_Record]


_decoder = msgspec.json.Decoder(_Message)


def announced_keys(body: str) -> list[str]:
    """The keys that a message names; none if it is no event of objects."""
    try:
        return [unquote_plus(record.s3.object.key) for record in _decoder.decode(body).records]
    except (msgspec.DecodeError, RecursionError):
        return []
