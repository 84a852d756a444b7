"""ListenBrainz's JSPF objects, with MusicBrainz's extensions. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playlake_sandbox.sources.listenbrainz.library import VESNA, changed_at, created_at, mbid
from playlake_sandbox.world.history import addition
from playlake_sandbox.world.music_catalog import Track, artist
from playlake_sandbox.world.slots import content

if TYPE_CHECKING:
    from datetime import date

    from playlake_sandbox.sources.listenbrainz.library import Kept
    from playlake_sandbox.world.history import Contents
    from playlake_sandbox.world.library import Playlist

Json = dict[str, Any]

_PLAYLIST = "https://musicbrainz.org/doc/jspf#playlist"
_TRACK = "https://musicbrainz.org/doc/jspf#track"
_UNKNOWN_EVERY = 7
_GUEST_EVERY = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """A playlist with its contents as they are on a day."""

    playlist: Playlist
    kept: Kept
    contents: Contents
    day: date

    @property
    def version(self) -> str | None:
        """When it was changed last; None if ListenBrainz does not say."""
        if not self.kept.has_version:
            return None
        return changed_at(self.playlist, self.day, self.contents.edits).isoformat()


def playlist_object(seen: Seen, *, with_tracks: bool) -> Json:
    """Returns a playlist; in lists it has no tracks."""
    profile, kept = seen.playlist.profile, seen.kept
    extension: Json = {"public": profile.public, "creator": profile.owner.id}
    if seen.version is not None:
        extension["last_modified_at"] = seen.version
    if kept.collaborators:
        extension["collaborators"] = [each.id for each in kept.collaborators]
    if kept.created_for is not None:
        extension["created_for"] = kept.created_for.id
        made_by = {"source_patch": "weekly-exploration"}
        extension["additional_metadata"] = {"algorithm_metadata": made_by}
    shape: Json = {
        "creator": profile.owner.id,
        "title": profile.name,
        "identifier": f"https://listenbrainz.org/playlist/{seen.playlist.id}",
        "date": created_at(seen.playlist).isoformat(),
        "extension": {_PLAYLIST: extension},
        "track": [_track(seen, slot) for slot in seen.contents.slots] if with_tracks else [],
    }
    return {
        "playlist": shape | ({"annotation": profile.description} if profile.description else {})
    }


def _track(seen: Seen, slot: int) -> Json:
    playlist, song = seen.playlist, content(seen.playlist, slot)
    if not isinstance(song, Track):
        raise TypeError(f"slot {slot} of {playlist.id} holds no song")
    is_guest = seen.kept.collaborators and slot % _GUEST_EVERY == 0
    added_at = addition(playlist, slot).at
    extension: Json = {"added_by": VESNA.id if is_guest else playlist.profile.owner.id}
    if added_at is not None:
        extension["added_at"] = added_at.isoformat()
    recording = mbid(playlist.seed, "recording", song.id)
    shape: Json = {"identifier": [f"https://musicbrainz.org/recording/{recording}"]}
    if not (seen.kept.is_half_known and slot % _UNKNOWN_EVERY == 0):
        shape |= _known(song, playlist.seed)
        extension |= _metadata(song, playlist.seed)
    return {**shape, "extension": {_TRACK: extension}}


def _known(song: Track, seed: int) -> Json:
    credited = _artists(song, seed)
    return {
        "title": song.name,
        "creator": "".join(f"{one['artist_credit_name']}{one['join_phrase']}" for one in credited),
        "album": song.album.name,
        "duration": song.duration_ms,
    }


def _metadata(song: Track, seed: int) -> Json:
    credited = _artists(song, seed)
    return {
        "artist_identifiers": [
            f"https://musicbrainz.org/artist/{one['artist_mbid']}" for one in credited
        ],
        "additional_metadata": {
            "artists": credited,
            "caa_id": 1_000_000 + song.album.number,
            "caa_release_mbid": mbid(seed, "release", song.album.id),
        },
    }


def _artists(song: Track, seed: int) -> list[Json]:
    """The credit of a song: commas between its artists, and an ampersand before the last one."""
    phrases = [", "] * (len(song.artists) - 1)
    phrases[-1:] = [" & "] * bool(phrases)
    ends = [*phrases, ""]
    return [
        {
            "artist_credit_name": artist(seed, number).name,
            "artist_mbid": mbid(seed, "artist", number),
            "join_phrase": phrase,
        }
        for number, phrase in zip(song.artists, ends, strict=True)
    ]
