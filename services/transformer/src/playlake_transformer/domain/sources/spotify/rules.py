"""Quality rules for the rows of Spotify."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow.compute as pc

from playlake_transformer.domain.quality.rule import Rule, Severity

if TYPE_CHECKING:
    import pyarrow as pa

# https://developer.spotify.com/documentation/web-api/concepts/spotify-uris-ids
_ID_LENGTH: Final = 22


def _id_form(name: str, table: str, column: str) -> Rule:
    """A warning only: Spotify may change the form of its ids."""

    def has_another_form(rows: pa.Table) -> pa.ChunkedArray:
        ids = rows[column]
        has_length = pc.equal(pc.binary_length(ids), _ID_LENGTH)
        return pc.invert(pc.and_(has_length, pc.ascii_is_alnum(ids)))

    message = "the id has not 22 letters and digits"
    return Rule(name, table, column, Severity.WARN, has_another_form, message)


RULES: Final = (
    _id_form("track_id_form", "tracks", "track_id"),
    _id_form("album_id_form", "albums", "album_id"),
    _id_form("artist_id_form", "artists", "artist_id"),
    _id_form("episode_id_form", "playlist_items", "episode_id"),
)
