"""Spotify: reads the responses of its Web API in both generations of keys, and saved files."""

from typing import Final

from playlake_contracts.raw import PLAYLIST
from playlake_contracts.sources.spotify import SOURCE
from playlake_contracts.sources.spotify_dialects import READERS, kinds
from playlake_transformer.domain.frame_readers import Source
from playlake_transformer.domain.sources.spotify.decode import (
    read_album,
    read_artist,
    read_playlist,
)
from playlake_transformer.domain.sources.spotify.known_fields import KNOWN_FIELDS
from playlake_transformer.domain.sources.spotify.nested import NESTED
from playlake_transformer.domain.sources.spotify.pieces import entry_pieces
from playlake_transformer.domain.sources.spotify.rules import RULES
from playlake_transformer.domain.sources.spotify.saved import read_saved

SPOTIFY: Final = Source(
    SOURCE,
    readers={
        PLAYLIST: read_playlist,
        kinds.SAVED_TRACKS: read_playlist,
        **dict.fromkeys(READERS, read_saved),
        "artist": read_artist,
        "album": read_album,
    },
    pieces=entry_pieces,
    nested=NESTED,
    rules=RULES,
    known_fields=KNOWN_FIELDS,
)
