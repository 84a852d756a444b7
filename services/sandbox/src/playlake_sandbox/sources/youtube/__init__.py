"""The stand-in for YouTube: the lists of the YouTube Data API v3 that a key can read."""

from typing import Final

from playlake_sandbox.rooms import Room
from playlake_sandbox.sources.youtube.errors import refuse
from playlake_sandbox.sources.youtube.routes import create_data_api, overview

YOUTUBE: Final = Room("youtube", create_data_api, overview, refuse)
