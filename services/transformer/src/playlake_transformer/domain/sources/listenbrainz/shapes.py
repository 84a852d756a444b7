"""Structs of ListenBrainz's JSPF. They have only the fields that a table needs; others are skipped.

Every field is optional, because JSPF requires none, and ListenBrainz leaves out what it does not
know of a recording.

Shapes: https://musicbrainz.org/doc/jspf
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Raw, Struct, field

from playlake_contracts.sources.listenbrainz import (
    PLAYLIST_EXTENSION,
    TRACK_EXTENSION,
    Identifiers,
)

Int64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


class CreditedArtist(Struct, gc=False):
    """An artist of the credit of a recording, and the words between it and the next one."""

    artist_credit_name: str | None = None
    artist_mbid: str | None = None
    join_phrase: str | None = None


class TrackMetadata(Struct, gc=False):
    """What ListenBrainz looked up of a recording."""

    artists: list[CreditedArtist] | None = None
    caa_release_mbid: str | None = None


class TrackExtension(Struct, gc=False):
    """MusicBrainz's extension of an entry."""

    added_at: str | None = None
    added_by: str | None = None
    additional_metadata: TrackMetadata | None = None
    artist_identifiers: list[str] | None = None
    release_identifier: str | None = None


class TrackExtensions(Struct, gc=False):
    """The extensions of an entry, by the address of their documentation."""

    musicbrainz: TrackExtension | None = field(default=None, name=TRACK_EXTENSION)


class Track(Struct, gc=False):
    """An entry of a playlist."""

    album: str | None = None
    creator: str | None = None
    duration: Int64 | None = None
    extension: TrackExtensions | None = None
    identifier: Identifiers = None
    title: str | None = None


class PlaylistExtension(Struct, gc=False):
    """MusicBrainz's extension of a playlist."""

    collaborators: list[str] | None = None
    last_modified_at: str | None = None
    public: bool | None = None


class PlaylistExtensions(Struct, gc=False):
    """The extensions of a playlist, by the address of their documentation."""

    musicbrainz: PlaylistExtension | None = field(default=None, name=PLAYLIST_EXTENSION)


class PlaylistMetadata(Struct, gc=False):
    """A playlist without its entries."""

    annotation: str | None = None
    creator: str | None = None
    extension: PlaylistExtensions | None = None
    title: str | None = None

    @property
    def _extension(self) -> PlaylistExtension | None:
        return self.extension.musicbrainz if self.extension else None

    @property
    def snapshot_id(self) -> str | None:
        """When it was changed last; every change of it is a new version."""
        return self._extension.last_modified_at if self._extension else None

    @property
    def name(self) -> str | None:
        """Its title."""
        return self.title

    @property
    def description(self) -> str | None:
        """Its annotation, which may be HTML."""
        return self.annotation

    @property
    def owner_id(self) -> str | None:
        """Who made it; ListenBrainz knows users by name."""
        return self.creator

    @property
    def owner_name(self) -> str | None:
        """Who made it."""
        return self.creator

    @property
    def public(self) -> bool | None:
        """Whether everybody may read it."""
        return self._extension.public if self._extension else None

    @property
    def collaborative(self) -> bool | None:
        """Whether others may edit it; ListenBrainz leaves out an empty list of them."""
        return bool(self._extension.collaborators) if self._extension else None


class Playlist(PlaylistMetadata, gc=False):
    """A playlist with its entries; one that is null counts as an entry."""

    track: list[Track | None] | None = None


class Jspf(Struct, gc=False):
    """A response, or a file of JSPF."""

    playlist: Playlist | None = None


class RawEntries(Struct, gc=False):
    """The entries of a playlist, each as raw JSON."""

    track: list[Raw] | None = None


class RawJspf(Struct, gc=False):
    """A response whose playlist is raw JSON."""

    playlist: Raw = Raw()
