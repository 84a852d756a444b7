r"""JSON as bytes that text columns and strict decoders can take.

JSON allows escapes that no text can hold: half of a surrogate pair, and NUL, which Parquet readers
refuse. Both become U+FFFD. Raw bytes are landed as they came; this is for reading them.
"""

from __future__ import annotations

import re
from typing import Final

# What must not be mistaken for such an escape comes first: escaped backslashes, whole pairs.
_UNSTORABLE: Final = re.compile(
    rb"\\\\"
    rb"|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(\\u0000|\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
NUL_ESCAPE: Final = rb"\u0000"


def storable(json: bytes) -> bytes:
    """Replace each escape that no text can hold by U+FFFD."""
    return _UNSTORABLE.sub(lambda escape: rb"\ufffd" if escape[1] else escape[0], json)
