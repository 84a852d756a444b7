"""Limits that the extractor and the transformer share, so that what one lands the other can read.

They bound memory as well: a part of a few hundred bytes may stand for gigabytes of JSON.
"""

from __future__ import annotations

from typing import Final

_MIB: Final = 1024 * 1024

# 10,000 entries with every field of both generations of Spotify's API are about 91 MB.
MAX_SNAPSHOT_BYTES: Final = 128 * _MIB

# Spotify allows 11,000 entries in a playlist; a user's saved songs have no limit.
MAX_SNAPSHOT_ENTRIES: Final = 100_000

# Each JSON object becomes a Python object. An entry of Spotify's has about 30 of them.
MAX_SNAPSHOT_OBJECTS: Final = 1_200_000

# A part is landed as soon as it holds so much, unless a setting says otherwise.
PART_BYTES: Final = 16 * _MIB
PART_SNAPSHOTS: Final = 100

# A part that is not yet full takes one more snapshot, however large.
MAX_PART_BYTES: Final = 2 * MAX_SNAPSHOT_BYTES
