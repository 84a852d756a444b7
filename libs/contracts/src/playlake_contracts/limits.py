"""Limits that both services share, so that the transformer can read what the extractor lands.

They also bound memory, because a part of a few hundred bytes may decompress to gigabytes of JSON.
"""

from __future__ import annotations

from typing import Final

_MIB: Final = 1024 * 1024

# 10,000 entries with all fields of both generations of Spotify's API are about 91 MB.
MAX_SNAPSHOT_BYTES: Final = 128 * _MIB

# Spotify allows 11,000 entries in a playlist; a user's saved songs have no limit.
MAX_SNAPSHOT_ENTRIES: Final = 100_000

# Each JSON object becomes a Python object. An entry of Spotify has about 30 JSON objects.
MAX_SNAPSHOT_OBJECTS: Final = 1_200_000

# A part is landed when it reaches one of these sizes. Settings can change them.
PART_BYTES: Final = 16 * _MIB
PART_SNAPSHOTS: Final = 100

# A part that is not full takes one more snapshot of any allowed size.
MAX_PART_BYTES: Final = 2 * MAX_SNAPSHOT_BYTES
