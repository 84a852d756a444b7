"""Spotify: reads the responses of its Web API in both generations of keys."""

from typing import Final

from playlake_contracts.raw import PLAYLIST
from playlake_contracts.sources.spotify import SOURCE
from playlake_transformer.domain.frame_readers import Source
from playlake_transformer.domain.sources.spotify.decode import (
    read_album,
    read_artist,
    read_playlist,
)
from playlake_transformer.domain.sources.spotify.known_fields import KNOWN_FIELDS
from playlake_transformer.domain.sources.spotify.nested import NESTED
from playlake_transformer.domain.sources.spotify.piecewise import entry_pieces
from playlake_transformer.domain.sources.spotify.rules import RULES

SPOTIFY: Final = Source(
    SOURCE,
    readers={PLAYLIST: read_playlist, "artist": read_artist, "album": read_album},
    pieces=entry_pieces,
    nested=NESTED,
    rules=RULES,
    known_fields=KNOWN_FIELDS,
)
