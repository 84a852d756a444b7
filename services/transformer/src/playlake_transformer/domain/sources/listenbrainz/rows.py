"""Turns each entry of a playlist into a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from playlake_contracts.sources.listenbrainz import (
    artist_mbid,
    identity_of,
    recording_mbid,
    release_mbid,
)
from playlake_transformer.domain.model import EntryRow
from playlake_transformer.domain.sources.listenbrainz.shapes import Track, TrackExtension

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_contracts.tables import ItemType


@dataclass(frozen=True, slots=True)
class Artist:
    """An artist as credited."""

    id: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Release:
    """The release that ListenBrainz names with a recording.

    Attributes:
        id: its MBID; of the release whose cover ListenBrainz shows, if it sends no other.
    """

    id: str | None
    name: str | None
    artists: None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording, as far as ListenBrainz knows it.

    Attributes:
        id: its MBID.
        credited: the artists in one text, as credited.
    """

    id: str | None = None
    name: str | None = None
    album: Release | None = None
    artists: Sequence[Artist] = ()
    duration_ms: int | None = None
    credited: str | None = None


_NO_TRACK: Final = Track()
_NO_EXTENSION: Final = TrackExtension()


def row_of(track: Track | None, reason: str | None = None) -> EntryRow:
    """Build the row of an entry; None is an entry that was sent as null.

    Args:
        track: the entry.
        reason: why it was not fully read, if so.
    """
    if track is None:
        return _row(_NO_TRACK, "unavailable", reason or "null_item")
    if recording_mbid(track.identifier) is None:
        return _row(track, "unavailable", reason or "no_recording")
    return _row(track, "track", reason)


def unreadable(reason: str) -> EntryRow:
    """Build the row of an entry of which nothing could be read."""
    return _row(_NO_TRACK, "unreadable", reason)


def _row(track: Track, item_type: ItemType, reason: str | None) -> EntryRow:
    extension = _extension(track)
    recording: Any = _recording(track, extension)  # the other attributes are absent columns
    return EntryRow(
        item=recording,
        item_type=item_type,
        identity=identity_of(track.identifier, track.title, track.creator),
        added_at=extension.added_at,
        added_by=extension.added_by,
        track_id=recording.id,
        reason=reason,
    )


def _extension(track: Track) -> TrackExtension:
    return (track.extension and track.extension.musicbrainz) or _NO_EXTENSION


def _recording(track: Track, extension: TrackExtension) -> Recording:
    artists = _artists(track, extension)
    return Recording(
        id=recording_mbid(track.identifier),
        name=track.title,
        album=_release(track, extension),
        artists=artists,
        duration_ms=track.duration,
        credited=track.creator or _joined(extension),
    )


def _artists(track: Track, extension: TrackExtension) -> list[Artist]:
    """The artists of a recording, with as much as ListenBrainz sends of each."""
    metadata = extension.additional_metadata
    if metadata is not None and metadata.artists:
        return [Artist(one.artist_mbid, one.artist_credit_name) for one in metadata.artists]
    mbids = [mbid for one in extension.artist_identifiers or () if (mbid := artist_mbid(one))]
    if len(mbids) > 1:  # which of them has which part of the name, is not known
        return [Artist(mbid, None) for mbid in mbids]
    return [Artist(mbids[0] if mbids else None, track.creator)] if mbids or track.creator else []


def _joined(extension: TrackExtension) -> str | None:
    """The credit, of the names of the artists and the words between them."""
    metadata = extension.additional_metadata
    artists = (metadata.artists if metadata is not None else None) or ()
    parts = (f"{one.artist_credit_name or ''}{one.join_phrase or ''}" for one in artists)
    return "".join(parts) or None


def _release(track: Track, extension: TrackExtension) -> Release | None:
    metadata = extension.additional_metadata
    mbid = release_mbid(extension.release_identifier) or (
        metadata.caa_release_mbid if metadata is not None else None
    )
    return Release(mbid, track.album) if mbid or track.album else None
