"""Makes a snapshot of a file that is not a response of the Web API, with the contracts' reader."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import TYPE_CHECKING, Any

import msgspec

from playlake_contracts.content import ContentDigest
from playlake_contracts.raw import Tail
from playlake_contracts.sources.spotify_dialects import READERS, DialectError, kinds
from playlake_extractor.ports import PlaylistRead
from playlake_extractor.run.saved_snapshots import SavedFileError, SavedSnapshot
from playlake_extractor.sources.one_snapshot import check_given, check_size
from playlake_extractor.sources.spotify.entries import read_entry

if TYPE_CHECKING:
    from playlake_contracts.sources.spotify import Api
    from playlake_contracts.sources.spotify_dialects import Saved
    from playlake_extractor.sources.dialects import Document, GivenPlaylist


def translate(  # noqa: PLR0913 - one keyword for each thing that a dialect knows
    kind: str,
    document: Document,
    given: GivenPlaylist,
    *,
    playlist: bytes | None = None,
    pages: tuple[bytes, ...] = (),
    default_id: str | None = None,
    default_name: str | None = None,
) -> SavedSnapshot:
    """Make a snapshot of a document.

    Args:
        kind: the kind of its frame.
        document: what was saved.
        given: what the user says of the playlist.
        playlist: what is landed as the playlist's response, as JSON.
        pages: what is landed as its pages, as JSON.
        default_id: the playlist's id if neither the document nor the user says it.
        default_name: its name if neither says it.

    Raises:
        SavedFileError: the document is not as the dialect has it, or too large, or nobody says of
            which playlist it is.
    """
    check_size(document.origin, (playlist or b"", *pages))
    counted = _Counted()
    try:
        saved = READERS[kind](playlist or b"null", pages)
        for entry in saved.entries:
            counted.add(entry.entry)
    except DialectError as error:
        raise SavedFileError(f"{document.origin} {error}") from error
    own = _texts(saved)
    name = given.name or (None if own.get("name") else default_name)
    return SavedSnapshot(
        playlist_id=_playlist_id(document, given, own, default_id, default_name),
        kind=kind,
        playlist=playlist,
        pages=pages,
        read=_result(kind, saved, own, counted, name),
        origins=(document.origin,),
        has_available=counted.has_available,
        name=name,
        is_given=given.playlist_id is not None,
    )


def id_of_name(name: str, number: int = 1) -> str:
    """The id of a playlist of which only the name is known: equal names are one playlist.

    Args:
        name: the name.
        number: which of several with this name it is, from 1.
    """
    text = unicodedata.normalize("NFC", name.strip())
    text = text if number == 1 else f"{text}\t{number}"
    return f"name-{hashlib.sha256(text.encode(errors='replace')).hexdigest()[:22]}"


class _Counted:
    """The entries read so far."""

    def __init__(self) -> None:
        self.entries = 0
        self.has_available = False
        self.digest = ContentDigest()
        self.generations: set[Api] = set()

    def add(self, entry_json: bytes) -> None:
        entry = read_entry(msgspec.Raw(entry_json))
        item = entry.held
        identity = None if item is None else item.identity
        self.digest.add((self.entries,), (identity,), (entry.added_at,))
        self.generations.update(entry.generations)
        self.has_available |= item is not None and item.is_available
        self.entries += 1


def _result(
    kind: str, saved: Saved, own: dict[str, str], counted: _Counted, name: str | None
) -> PlaylistRead:
    found = list(counted.generations) if kind in kinds.WITH_API_ENTRIES else []
    api = "both" if len(found) > 1 else next(iter(found), None)
    is_complete = saved.total in (None, counted.entries)
    return PlaylistRead(
        name=name or own.get("name"),
        snapshot_id=own.get("snapshot_id"),
        tail=Tail(api=api, entries=counted.entries, complete=is_complete),
        total=saved.total,
        items_sha256=str(counted.digest),
    )


def _texts(saved: Saved) -> dict[str, str]:
    """The fields of the playlist itself that are text."""
    fields = msgspec.json.decode(msgspec.json.encode(saved.playlist), type=dict[str, Any])
    return {name: value for name, value in fields.items() if value and isinstance(value, str)}


def _playlist_id(
    document: Document,
    given: GivenPlaylist,
    own: dict[str, str],
    default_id: str | None,
    default_name: str | None,
) -> str:
    check_given(document.origin, own.get("id"), given.playlist_id)
    found = given.playlist_id or own.get("id")
    if found is None and given.name is None:
        found = default_id
    name = given.name or own.get("name") or default_name
    if found is None and name is None:
        raise SavedFileError(
            f"{document.origin} does not say of which playlist it is: name it with --playlist ID, "
            "or with --name NAME"
        )
    return found or id_of_name(name or "")
