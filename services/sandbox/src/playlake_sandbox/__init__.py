"""A stand-in for Spotify's accounts service and Web API, and for other sources of playlists.

The same seed, date and requests give the same responses, byte for byte.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from playlake_sandbox.tiers import Tier
from playlake_sandbox.world.history import FIRST_DAY, LAST_DAY

if TYPE_CHECKING:
    from playlake_sandbox.app import create_app
    from playlake_sandbox.settings import Settings

__all__ = ["FIRST_DAY", "LAST_DAY", "Settings", "Tier", "create_app"]

# The days and the tiers are asked for without a server: they load no web framework.
_LOADED_ON_USE = {
    "Settings": "playlake_sandbox.settings",
    "create_app": "playlake_sandbox.app",
}


def __getattr__(name: str) -> object:
    if module := _LOADED_ON_USE.get(name):
        return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
