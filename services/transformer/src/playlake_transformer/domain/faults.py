"""What msgspec finds wrong with JSON, as an error code and a sentence for a person."""

from __future__ import annotations

import re

import msgspec

from playlake_contracts.errors import ErrorCode

# All that msgspec raises: bad JSON and wrong types, bad UTF-8, nesting without end.
FAULTS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def explain(fault: Exception) -> tuple[ErrorCode, str]:
    """Which rule the JSON broke, and how, from what decoding it raised: one of `FAULTS`."""
    match fault:
        case RecursionError():
            return ErrorCode.TOO_DEEP, "the JSON nests too deeply"
        case UnicodeDecodeError():
            return ErrorCode.INVALID_UNICODE, f"the text is not UTF-8: {fault.reason}"
        case msgspec.ValidationError() if re.search("[<>]=|out of range", str(fault)):
            return ErrorCode.OUT_OF_RANGE, str(fault)
        case msgspec.ValidationError():
            return ErrorCode.WRONG_TYPE, str(fault)
        case _:
            return ErrorCode.INVALID_JSON, str(fault)
