"""spotipy, imported without redis.

spotipy imports redis for a token cache that Playlake does not use, and redis takes a third of the
extractor's start-up. While spotipy is imported, a stand-in takes the place of redis.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_REDIS: Final = "redis"


@contextmanager
def _without_redis() -> Iterator[None]:
    if _REDIS in sys.modules:
        yield
        return
    stand_in = ModuleType(_REDIS)
    # The one name that spotipy 2.26.0 imports from redis.
    stand_in.RedisError = type("RedisError", (Exception,), {})  # type: ignore[attr-defined]
    sys.modules[_REDIS] = stand_in
    try:
        yield
    finally:
        del sys.modules[_REDIS]


with _without_redis():
    from spotipy import Spotify, SpotifyException

__all__ = ["Spotify", "SpotifyException"]
