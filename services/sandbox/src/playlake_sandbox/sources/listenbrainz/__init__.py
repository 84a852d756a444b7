"""The stand-in for ListenBrainz's API: reading playlists, under /listenbrainz/1."""

from typing import Final

from playlake_sandbox.rooms import Room
from playlake_sandbox.sources.listenbrainz.routes import create, playlists, refuse

LISTENBRAINZ: Final = Room("listenbrainz", create, playlists, refuse)
