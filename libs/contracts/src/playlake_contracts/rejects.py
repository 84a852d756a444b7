"""The record of a rejected raw object in a lake in a folder, where no dead-letter queue is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec


class Reject(msgspec.Struct, frozen=True, kw_only=True):
    """Why a raw object was rejected. The object is not transformed again while this is there.

    Attributes:
        raw_key: the key of the raw object.
        code: the error code.
        reason: one sentence for a person.
        rejected_at: when, UTC.
        transformer_version: the version that rejected it.
    """

    schema: str = "playlake.reject/1"
    raw_key: str
    code: str
    reason: str
    rejected_at: Annotated[datetime, msgspec.Meta(tz=True)]
    transformer_version: str


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
