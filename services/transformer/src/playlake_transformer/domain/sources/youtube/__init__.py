"""YouTube: reads the responses of the YouTube Data API v3."""

from typing import Final

from playlake_contracts.raw import PLAYLIST
from playlake_contracts.sources.youtube import SOURCE
from playlake_transformer.domain.frame_readers import Source
from playlake_transformer.domain.sources.youtube.absent import ABSENT
from playlake_transformer.domain.sources.youtube.decode import read_playlist
from playlake_transformer.domain.sources.youtube.known_fields import KNOWN_FIELDS
from playlake_transformer.domain.sources.youtube.piecewise import entry_pieces
from playlake_transformer.domain.sources.youtube.rules import RULES

YOUTUBE: Final = Source(
    SOURCE,
    readers={PLAYLIST: read_playlist},
    pieces=entry_pieces,
    absent=ABSENT,
    rules=RULES,
    known_fields=KNOWN_FIELDS,
)
