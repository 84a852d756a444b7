"""The dialects in which people hold ListenBrainz's playlists, each a kind of frame with a reader.

A reader translates what was landed into JSPF as ListenBrainz sends it. Both services read that, so
they count the same entries, and `items_sha256` equals `content_hash`. JSPF that ListenBrainz sent
needs no translation, and its frames have the kind `playlist`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
from msgspec import Raw

from playlake_contracts.content import identity_parts
from playlake_contracts.sources.dialect_reading import (
    Json,
    as_landed,
    bounded,
    decoded,
    fields_of,
    without_nulls,
)
from playlake_contracts.sources.listenbrainz import PLAYLIST_EXTENSION, TRACK_EXTENSION
from playlake_contracts.sources.listenbrainz_references import address_of_recording
from playlake_contracts.sources.player_files import (
    PlayerFile,
    PlayerTrack,
    added,
    read_m3u,
    read_xspf,
    texts,
    title_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

JSPF: Final = "jspf"
M3U: Final = "m3u"
XSPF: Final = "xspf"


class Translated(NamedTuple):
    """A playlist in JSPF as ListenBrainz sends it.

    Attributes:
        jspf: the JSPF.
        landed: the JSON of what each of its entries was read from.
    """

    jspf: bytes
    landed: Sequence[bytes]


# Translates what was landed of a playlist. A text that is not JSON is landed as a JSON string.
# Raises `DialectError`.
Reader = Callable[[bytes], Translated]


def _jspf(landed: bytes) -> Translated:
    file = decoded(landed, _File)
    playlist = decoded(bytes(file.playlist), _Playlist)
    tracks = (PlayerTrack(fields_of(raw), raw) for raw in playlist.track)
    own = fields_of(file.playlist)
    return _translated(PlayerFile(own, bounded(tracks)))


def _xspf(landed: bytes) -> Translated:
    return _translated(read_xspf(landed))


def _m3u(landed: bytes) -> Translated:
    return _translated(read_m3u(landed))


READERS: Final[Mapping[str, Reader]] = MappingProxyType({JSPF: _jspf, M3U: _m3u, XSPF: _xspf})


def recording_in(track: Json) -> str | None:
    """The address of the recording that an identifier or a location of a track names, if any."""
    references = [*texts(track.get("identifier")), *texts(track.get("location"))]
    return next(filter(None, map(address_of_recording, references)), None)


def is_as_sent(playlist: Json, tracks: Iterable[Json]) -> bool:
    """Whether a JSPF has the extensions that ListenBrainz writes, so that it needs no reader."""
    return _extends(playlist, PLAYLIST_EXTENSION) or any(
        _extends(track, TRACK_EXTENSION) for track in tracks
    )


class _Playlist(msgspec.Struct):
    track: list[Raw]


class _File(msgspec.Struct):
    playlist: Raw


def _translated(file: PlayerFile) -> Translated:
    tracks = list(file.tracks)
    playlist: dict[str, Any] = {**file.playlist, "track": [_entry(each.fields) for each in tracks]}
    jspf = msgspec.json.encode({"playlist": playlist})
    return Translated(jspf, [as_landed(each.landed) for each in tracks])


def _entry(track: Json) -> Json:
    address = recording_in(track)
    at, by = added(track)
    extension = without_nulls({"added_at": at, "added_by": by})
    entry = {
        **track,
        "identifier": None if address is None else [address],
        "title": title_of(track),
        "extension": {TRACK_EXTENSION: extension} if extension else None,
    }
    return without_nulls(entry | ({} if address else _names(track)))


def _names(track: Json) -> Json:
    """The title and the artists that `show` wrote as the identifier of a track without address."""
    for text in texts(track.get("identifier")):
        _, name, artists = identity_parts(text)
        if name:
            return {"title": name, "creator": next(iter(artists), None)}
    return {}


def _extends(found: Json, extension: str) -> bool:
    extensions = found.get("extension")
    return isinstance(extensions, dict) and extension in extensions
