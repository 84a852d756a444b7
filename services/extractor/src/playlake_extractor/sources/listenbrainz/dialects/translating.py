"""Makes a snapshot of a file that holds a playlist of ListenBrainz, with the contracts' reader."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from playlake_contracts.limits import MAX_SNAPSHOT_ENTRIES
from playlake_contracts.raw import PLAYLIST
from playlake_contracts.sources.dialect_reading import DialectError
from playlake_contracts.sources.listenbrainz import recording_mbid
from playlake_contracts.sources.listenbrainz_dialects import READERS
from playlake_contracts.sources.listenbrainz_references import parse_reference
from playlake_extractor.errors import PlaylistError
from playlake_extractor.run.saved_snapshots import SavedFileError, SavedSnapshot
from playlake_extractor.sources.listenbrainz.reading import WholePlaylist
from playlake_extractor.sources.listenbrainz.responses import read_entry
from playlake_extractor.sources.one_snapshot import check_given, check_size, name_of_file

if TYPE_CHECKING:
    from playlake_extractor.sources.dialects import Document, GivenPlaylist


def translate(kind: str, document: Document, given: GivenPlaylist, body: bytes) -> SavedSnapshot:
    """Make a snapshot of a document.

    Args:
        kind: the kind of its frame.
        document: what was saved.
        given: what the user says of the playlist.
        body: what is landed, as JSON.

    Raises:
        SavedFileError: the document is not as the dialect has it, or too large, or nobody says of
            which playlist it is.
    """
    check_size(document.origin, [body])
    reading = _reading(kind, document.origin, body)
    read = reading.result()
    name = given.name or (None if read.name else name_of_file(document))
    return SavedSnapshot(
        playlist_id=_playlist_id(document.origin, reading.address, given),
        kind=kind,
        playlist=body,
        pages=(),
        read=read if name is None else dataclasses.replace(read, name=name),
        origins=(document.origin,),
        has_available=any(recording_mbid(read_entry(raw).identifier) for raw in reading.tracks),
        name=name,
        is_given=given.playlist_id is not None,
    )


def _reading(kind: str, origin: str, body: bytes) -> WholePlaylist:
    try:
        reading = WholePlaylist(body if kind == PLAYLIST else READERS[kind](body).jspf)
    except DialectError as error:
        raise SavedFileError(f"{origin} {error}") from error
    except PlaylistError as error:
        raise SavedFileError(f"{origin} cannot be read: {error}") from error
    if reading.entries > MAX_SNAPSHOT_ENTRIES:
        raise SavedFileError(f"{origin} has more than {MAX_SNAPSHOT_ENTRIES:,} entries")
    return reading


def _playlist_id(origin: str, address: str, given: GivenPlaylist) -> str:
    own_id = _mbid(address)
    given_id = None if given.playlist_id is None else _mbid(given.playlist_id)
    if given.playlist_id is not None and given_id is None:
        raise SavedFileError(
            f"{origin} names recordings of MusicBrainz, so it is a playlist of ListenBrainz, and "
            f"{given.playlist_id!r} is none: give --playlist the MBID or the link of one"
        )
    check_given(origin, own_id, given_id)
    playlist_id = given_id or own_id
    if playlist_id is None:
        raise SavedFileError(
            f"{origin} does not say of which playlist of ListenBrainz it is: name it with "
            "--playlist MBID"
        )
    return playlist_id


def _mbid(reference: str) -> str | None:
    """The MBID that a reference names; None if it is no reference to a playlist."""
    try:
        return parse_reference(reference)
    except ValueError:
        return None
