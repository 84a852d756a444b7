"""The record of what was rejected: a raw object, or a message that names none.

It counts until the object is committed after all, or somebody dismisses it. A dead letter, where
there is a queue for them, only gives notice of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from playlake_contracts.keys import rejected_message


class Dismissal(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's word that a reject needs nobody any more.

    Attributes:
        at: when, UTC.
        by: who, as they said.
        reason: why, in their words.
    """

    at: Annotated[datetime, msgspec.Meta(tz=True)]
    by: str
    reason: str


class Reject(msgspec.Struct, frozen=True, kw_only=True):
    """Why something was rejected.

    Attributes:
        raw_key: the key of the raw object; None if the message names none.
        raw_version: the ETag that was announced, else the version, if any was.
        code: the error code.
        reason: one sentence for a person.
        rejected_at: when, UTC.
        transformer_version: the version that rejected it.
        message_id: the message in the queue that asked for it, where there is a queue.
        message: what was rejected, if it names no raw object.
        is_sent: whether the notice of it, if there is a queue for that, was sent.
        dismissed: who dismissed it, if somebody did. What is rejected anew counts again.
    """

    schema: str = "playlake.reject/1"
    raw_key: str | None = None
    raw_version: str | None = None
    code: str
    reason: str
    rejected_at: Annotated[datetime, msgspec.Meta(tz=True)]
    transformer_version: str
    message_id: str | None = None
    message: str | None = None
    is_sent: bool = True
    dismissed: Dismissal | None = None

    @property
    def name(self) -> str:
        """What it is about: the key of the raw object, or the key for a message that names none."""
        return self.raw_key or rejected_message(self.message or "")


_decoder = msgspec.json.Decoder(Reject)


def encode_reject(reject: Reject) -> bytes:
    """Encode a record as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(reject))


def decode_reject(body: bytes) -> Reject:
    """Decode a record.

    Raises:
        ValueError: it is none.
    """
    return _decoder.decode(body)


def is_dismissed(body: bytes) -> bool:
    """Whether the bytes of a record say that somebody dismissed it; what is no record does not."""
    try:
        return decode_reject(body).dismissed is not None
    except ValueError:
        return False
