"""The sources beside Spotify that the sandbox plays. A new one is registered here."""

from typing import Final

from playlake_sandbox.rooms import Room
from playlake_sandbox.sources.listenbrainz import LISTENBRAINZ
from playlake_sandbox.sources.youtube import YOUTUBE

ROOMS: Final[tuple[Room, ...]] = (LISTENBRAINZ, YOUTUBE)
