"""Decodes JSON of responses and of saved files."""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec

from playlake_contracts.json_text import has_nul, storable

T = TypeVar("T")

# The errors of decoding: bad JSON or types, bad UTF-8, JSON that is nested too deep.
JSON_ERRORS: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def decode(body: bytes, kind: type[T]) -> T:
    """Decode JSON of a response or of a saved file.

    Escapes that no text can hold become U+FFFD. An integer may be written as 2.0.

    Raises:
        msgspec.DecodeError: it is not JSON; `ValidationError` if a field has another type.
        UnicodeDecodeError: it is not UTF-8.
        RecursionError: it is nested too deep.
    """
    if has_nul(body):
        body = storable(body)
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return msgspec.json.decode(storable(body), type=kind, strict=False)


def decode_or_none(body: bytes, kind: type[T]) -> T | None:
    """Decode as `decode` does; None if that fails."""
    try:
        return decode(body, kind)
    except JSON_ERRORS:
        return None
