"""Parts and messages of every kind that can never be processed, with the code that each gets."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from landed import FETCHED_AT, record
from landed import event as event_of

from playlake_contracts.errors import ErrorCode
from playlake_contracts.raw import Head, Tail, compress_frame, encode_snapshot
from playlake_lake.folder import etag
from playlake_transformer.domain.events import RawObjectCreated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playlake_contracts.keys import RawKey

EVENTS = Path(__file__).resolve().parents[1] / "events"
_BOMB_BYTES = 200_000_000
_MILLIONS = b'{"items":[' + b",".join([b"null"] * 1_500_000) + b"]}"
_LARGEST_MESSAGE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Poison:
    """Something that can never be processed.

    Attributes:
        name: what it is.
        code: the code of its dead letter.
        body: the bytes of the raw object; None if only the message is bad.
        message: what announces it.
        key: the raw object, if there is one.
    """

    name: str
    code: ErrorCode
    body: bytes | None
    message: str
    key: RawKey | None = None


def poisoned_bodies(key: RawKey, good: bytes) -> dict[str, tuple[ErrorCode, Callable[[], bytes]]]:
    """How the bytes of a part can be bad, by name."""
    plain = b'{"schema":"playlake.raw/1"}\n'
    flipped = good[:20] + bytes([good[20] ^ 1]) + good[21:]
    return {
        "empty": (ErrorCode.EMPTY_OBJECT, lambda: b""),
        "cut": (ErrorCode.CORRUPT_ZSTD, lambda: good[: len(good) // 2]),
        "junk behind": (ErrorCode.CORRUPT_ZSTD, lambda: good + b"junk"),
        "a flipped bit": (ErrorCode.CORRUPT_ZSTD, lambda: flipped),
        "plain text": (ErrorCode.CORRUPT_ZSTD, lambda: plain),
        "gzip": (ErrorCode.CORRUPT_ZSTD, lambda: b"\x1f\x8b\x08" + bytes(20)),
        "bomb": (ErrorCode.OBJECT_TOO_LARGE, lambda: _frame(b" " * _BOMB_BYTES)),
        "millions of entries": (ErrorCode.OBJECT_TOO_LARGE, lambda: _million_entries(key)),
        "other schema": (
            ErrorCode.UNKNOWN_SCHEMA,
            lambda: _frame(b'{"schema":"playlake.raw/2","snapshots":[]}\n'),
        ),
        "wrong count": (ErrorCode.COUNT_MISMATCH, lambda: _miscounted(key)),
    }


def bad_messages(key: RawKey, good: bytes, bucket: str) -> dict[str, tuple[ErrorCode, str]]:
    """How a message can be bad, by name; the number of the part makes each another one."""
    created = RawObjectCreated(key, len(good), etag(good), None)
    whole = record(created, bucket=bucket)
    replaced = RawObjectCreated(key, len(good), "0" * 32, None)
    bad_key = {"bucket": {"name": bucket}, "object": {"key": f"raw/../{key.part}"}}
    return {
        "XML": (ErrorCode.EVENT_UNREADABLE, f"<Event>{key}</Event>"),
        "base64": (ErrorCode.EVENT_UNREADABLE, base64.b64encode(str(key).encode()).decode()),
        "a MiB of junk": (ErrorCode.EVENT_UNREADABLE, str(key).ljust(_LARGEST_MESSAGE, "\u007f")),
        "SNS": (ErrorCode.EVENT_UNREADABLE, _saved("sns-envelope", key)),
        "EventBridge": (ErrorCode.EVENT_UNREADABLE, _saved("eventbridge", key)),
        "version 3": (ErrorCode.EVENT_VERSION, _records({**whole, "eventVersion": "3.0"})),
        "foreign bucket": (ErrorCode.FOREIGN_BUCKET, event_of(created, bucket="someone-elses")),
        "foreign key": (ErrorCode.INVALID_KEY, _records({**whole, "s3": bad_key})),
        "replaced": (ErrorCode.OBJECT_CHANGED, event_of(replaced, bucket=bucket)),
    }


def poison(keys: Sequence[RawKey], bucket: str, good: Callable[[RawKey], bytes]) -> list[Poison]:
    """One of every kind in turn, one for each key.

    Args:
        keys: of parts; each names one thing.
        bucket: the raw bucket.
        good: what makes the bytes of a part that are not bad.
    """
    return [_poison(number, key, bucket, good(key)) for number, key in enumerate(keys)]


def _poison(number: int, key: RawKey, bucket: str, good: bytes) -> Poison:
    objects, messages = poisoned_bodies(key, good), bad_messages(key, good, bucket)
    kinds = [*objects, *messages]
    kind = kinds[number % len(kinds)]
    if kind not in objects:
        code, text = messages[kind]
        is_replaced = code is ErrorCode.OBJECT_CHANGED
        return Poison(kind, code, good if is_replaced else None, text, key if is_replaced else None)
    code, make = objects[kind]
    body = make()
    created = RawObjectCreated(key, len(body), etag(body), None)
    return Poison(kind, code, body, event_of(created, bucket=bucket), key)


def _records(*records: object) -> str:
    return json.dumps({"Records": records})


def _saved(name: str, key: RawKey) -> str:
    return json.dumps(json.loads((EVENTS / f"{name}.json").read_text()) | {"of": str(key)})


def _frame(text: bytes) -> bytes:
    return b"".join(compress_frame([text]))


def _million_entries(key: RawKey) -> bytes:
    return _envelope(key, _MILLIONS, 1_500_000)


def _miscounted(key: RawKey) -> bytes:
    return _envelope(key, b'{"items":[null]}', 7)


def _envelope(key: RawKey, page: bytes, entries: int) -> bytes:
    """A snapshot of one page of which the extractor has counted so many entries."""
    head = Head(
        source=key.source,
        playlist_id="poison",
        run_id=str(key.run_id),
        fetched_at=FETCHED_AT,
        snapshot_id=None,
    )
    tail = Tail(api="classic", entries=entries, complete=True)
    return b"".join(compress_frame(encode_snapshot(head, lambda: None, [page], lambda: tail)))
