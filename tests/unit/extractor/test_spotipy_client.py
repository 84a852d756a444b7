"""spotipy is imported without redis, and leaves no trace of that."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
import playlake_extractor.__main__
print([name for name in sys.modules if name.partition(".")[0] == "redis"])
import redis
print(redis.RedisError.__module__, redis.Redis.__name__)
"""


def test_the_extractor_starts_without_redis_which_can_be_imported_afterwards() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True
    )
    assert ran.stdout.splitlines() == ["[]", "redis.exceptions Redis"]
