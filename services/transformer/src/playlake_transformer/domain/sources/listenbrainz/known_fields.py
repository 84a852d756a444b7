"""The fields of ListenBrainz's JSPF: all that is documented or was seen.

A field that is not here is reported as new. Objects: https://musicbrainz.org/doc/jspf
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from playlake_contracts.sources.listenbrainz import PLAYLIST_EXTENSION, TRACK_EXTENSION
from playlake_contracts.sources.listenbrainz_dialects import JSPF, M3U, XSPF

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_transformer.domain.unknown_fields import KnownFields


def _fields(values: str, objects: Mapping[str, str] | None = None) -> Mapping[str, str | None]:
    return MappingProxyType({**dict.fromkeys(values.split()), **(objects or {})})


KNOWN_FIELDS: Final[KnownFields] = MappingProxyType(
    {
        # The response holds the playlist; there are no further pages.
        "playlist": _fields("", {"playlist": "jspf playlist"}),
        JSPF: _fields("", {"playlist": "jspf playlist"}),
        M3U: _fields(""),
        XSPF: _fields(""),
        "page": _fields(""),
        "jspf playlist": _fields(
            "annotation attribution creator date identifier image info license link location meta "
            "title",
            {"extension": "playlist_extensions", "track": "track"},
        ),
        "playlist_extensions": _fields("", {PLAYLIST_EXTENSION: "playlist_extension"}),
        "playlist_extension": _fields(
            "additional_metadata algorithm_metadata collaborators copied_from copied_from_deleted "
            "copied_from_mbid created_for creator last_modified_at public"
        ),
        "track": _fields(
            "album annotation creator duration identifier image info link location meta title "
            "trackNum",
            {"extension": "track_extensions"},
        ),
        "track_extensions": _fields("", {TRACK_EXTENSION: "track_extension"}),
        "track_extension": _fields(
            "added_at added_by artist_identifier artist_identifiers release_identifier",
            {"additional_metadata": "track_metadata"},
        ),
        "track_metadata": _fields("caa_id caa_release_mbid", {"artists": "artist"}),
        "artist": _fields("artist_credit_name artist_mbid join_phrase"),
    }
)
