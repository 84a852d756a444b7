"""Explains why JSON could not be decoded: an error code and a sentence for a person."""

from __future__ import annotations

import re

import msgspec

from playlake_contracts.errors import ErrorCode

# Errors of decoding: invalid JSON or wrong types, invalid UTF-8, too deep nesting.
JSON_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def explain(error: Exception) -> tuple[ErrorCode, str]:
    """The error code and the reason of one of `JSON_ERRORS`."""
    match error:
        case RecursionError():
            return ErrorCode.TOO_DEEP, "the JSON nests too deeply"
        case UnicodeDecodeError():
            return ErrorCode.INVALID_UNICODE, f"the text is not UTF-8: {error.reason}"
        case msgspec.ValidationError() if re.search("[<>]=|out of range", str(error)):
            return ErrorCode.OUT_OF_RANGE, str(error)
        case msgspec.ValidationError():
            return ErrorCode.WRONG_TYPE, str(error)
        case _:
            return ErrorCode.INVALID_JSON, str(error)
