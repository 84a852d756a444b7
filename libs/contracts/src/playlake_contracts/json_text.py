r"""Replaces escapes in JSON that text columns and strict decoders cannot hold.

These are half of a surrogate pair, and NUL, which Parquet readers refuse. Both become U+FFFD. Raw
objects are landed unchanged; this is for reading them.
"""

from __future__ import annotations

import re
from typing import Final

# Escaped backslashes and whole pairs come first, so that no part of them matches as an escape.
_UNSTORABLE: Final = re.compile(
    rb"\\\\"
    rb"|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(\\u0000|\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
_NUL_ESCAPE: Final = rb"\u0000"


def has_nul(json: bytes) -> bool:
    """Whether JSON may have an escaped NUL."""
    # Most JSON has no backslash, and one byte is found much faster than six.
    return b"\\" in json and _NUL_ESCAPE in json


def storable(json: bytes) -> bytes:
    """Replace each escape that no text can hold by U+FFFD."""
    return _UNSTORABLE.sub(lambda escape: rb"\ufffd" if escape[1] else escape[0], json)
