"""A stand-in for Spotify's accounts service and Web API.

The same seed, date and requests give the same responses, byte for byte.
"""

from playlake_sandbox.app import create_app
from playlake_sandbox.settings import Settings
from playlake_sandbox.tiers import Tier
from playlake_sandbox.world.history import FIRST_DAY, LAST_DAY

__all__ = ["FIRST_DAY", "LAST_DAY", "Settings", "Tier", "create_app"]
