"""ListenBrainz: reads the JSPF of its API, and saved files; entries are recordings."""

from types import MappingProxyType
from typing import Final

from playlake_contracts.raw import PLAYLIST
from playlake_contracts.sources.listenbrainz import SOURCE
from playlake_contracts.sources.listenbrainz_dialects import READERS
from playlake_transformer.domain.frame_readers import Source
from playlake_transformer.domain.sources.listenbrainz.decode import entry_pieces, read_playlist
from playlake_transformer.domain.sources.listenbrainz.known_fields import KNOWN_FIELDS
from playlake_transformer.domain.sources.listenbrainz.nested import NESTED
from playlake_transformer.domain.sources.listenbrainz.rules import RULES

LISTENBRAINZ: Final = Source(
    SOURCE,
    readers=dict.fromkeys((PLAYLIST, *READERS), read_playlist),
    pieces=entry_pieces,
    nested=NESTED,
    absent=MappingProxyType(
        {
            "playlists": frozenset({"followers", "image_url"}),
            "playlist_items": frozenset(
                {"is_explicit", "is_playable", "isrc", "show_id", "show_name"}
            ),
            "tracks": frozenset(
                {
                    "disc_number",
                    "is_explicit",
                    "is_playable",
                    "isrc",
                    "linked_from_id",
                    "markets",
                    "popularity",
                    "track_number",
                }
            ),
            "albums": frozenset(
                {
                    "album_type",
                    "genres",
                    "image_url",
                    "label",
                    "markets",
                    "popularity",
                    "release_date_precision",
                    "release_date_raw",
                    "total_tracks",
                    "upc",
                }
            ),
            "artists": frozenset({"followers", "genres", "popularity"}),
        }
    ),
    rules=RULES,
    known_fields=KNOWN_FIELDS,
)
