"""`Playlist1.json` of Spotify's account data: all playlists of a user in one file."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Raw

from playlake_contracts.sources.spotify_dialects import kinds
from playlake_extractor.http.decoding import decode_or_none
from playlake_extractor.run.saved_snapshots import SavedFileError
from playlake_extractor.sources.dialects import NOT_GIVEN, Document
from playlake_extractor.sources.one_snapshot import OneSnapshot
from playlake_extractor.sources.spotify.dialects.translating import id_of_name, translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_extractor.run.saved_snapshots import SavedSnapshot
    from playlake_extractor.sources.dialects import GivenPlaylist

# A field of an entry that only account data has.
_OF_ENTRIES: Final = frozenset({"addedDate", "localTrack", "trackName"})


class _File(msgspec.Struct):
    playlists: list[Raw]


class _Playlist(msgspec.Struct):
    name: Any = None
    lastModifiedDate: Any = None  # noqa: N815 - Spotify's name
    items: list[dict[str, Raw] | None] | None = None
    tracks: list[dict[str, Raw] | None] | None = None


class AccountData(OneSnapshot):
    """All playlists of a user; implements `Dialect`."""

    def read(self, document: Document, given: GivenPlaylist) -> Sequence[SavedSnapshot] | None:
        """Read the playlists of a file."""
        file = decode_or_none(document.json, _File) if document.is_object else None
        if file is None:
            return None
        playlists = [decode_or_none(bytes(raw), _Playlist) for raw in file.playlists]
        if not any(map(_has_entries, playlists)):
            return None
        if given != NOT_GIVEN and len(playlists) > 1:
            raise SavedFileError(
                f"{document.origin} holds {len(playlists):,} playlists with names of their own: "
                "import it without --playlist and --name"
            )
        return _snapshots(document, file.playlists, playlists, given)


def _has_entries(playlist: _Playlist | None) -> bool:
    entries = (playlist and (playlist.items or playlist.tracks)) or ()
    return any(entry and not _OF_ENTRIES.isdisjoint(entry) for entry in entries)


def _snapshots(
    document: Document,
    bodies: Sequence[Raw],
    playlists: Sequence[_Playlist | None],
    given: GivenPlaylist,
) -> list[SavedSnapshot]:
    seen: Counter[str] = Counter()
    snapshots = []
    for number, (body, playlist) in enumerate(zip(bodies, playlists, strict=True)):
        origin = f"{document.origin}[{number}]"
        name = playlist.name if playlist else None
        if not name or not isinstance(name, str):
            raise SavedFileError(f"{origin} is a playlist without a name, which is all it goes by")
        seen[name] += 1
        one = Document(origin, bytes(body), document.stem)
        default_id = id_of_name(name, seen[name])
        kind = kinds.ACCOUNT_DATA
        snapshots.append(translate(kind, one, given, playlist=one.json, default_id=default_id))
    return snapshots
