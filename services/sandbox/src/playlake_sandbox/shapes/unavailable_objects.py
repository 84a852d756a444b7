"""Tracks that are not in Spotify's catalogue: local files, and tracks that were taken down."""

from typing import Final
from urllib.parse import quote_plus

from playlake_sandbox.shapes.view import Shape, View
from playlake_sandbox.world import music_catalog
from playlake_sandbox.world.slots import LocalFile, Takedown

_NOBODY: Final[Shape] = {"external_urls": {}, "href": None, "id": None}
_UNKNOWN_DATE: Final[Shape] = {"release_date": "0000", "release_date_precision": "year"}
_NO_DATE: Final[Shape] = {"release_date": None, "release_date_precision": None}


def takedown(view: View, known: Takedown) -> Shape:
    """Returns a track that was taken down: its ids are left, names, date and duration are not."""
    track = known.track
    return view.cut(
        {
            "album": _emptied_album(view, track.album),
            "artists": _nameless(view, track.artists),
            "available_markets": [],
            "disc_number": 1,
            "duration_ms": 0,
            "episode": False,
            "explicit": False,
            "external_ids": {},
            **view.identity("track", track.id),
            "is_local": False,
            "is_playable": False,
            "name": "",
            "popularity": 0,
            "preview_url": None,
            "track": True,
            "track_number": track.position + 1,
        }
    )


def local_file(view: View, known: LocalFile) -> Shape:
    """Returns a local file; it has no ids, and lacks the fields `track` and `episode`."""
    tags = (known.artist, known.album, known.title, str(known.duration_seconds))
    return view.cut(
        {
            "album": _local_album(view, known.album),
            "artists": [{**_NOBODY, "name": known.artist, "type": "artist", "uri": None}],
            "available_markets": [],
            "disc_number": 0,
            "duration_ms": known.duration_seconds * 1000,
            "explicit": False,
            "external_ids": {},
            **_NOBODY,
            "is_local": True,
            "name": known.title,
            "popularity": 0,
            "preview_url": None,
            "track_number": 0,
            "type": "track",
            "uri": f"spotify:local:{':'.join(map(quote_plus, tags))}",
        }
    )


def _emptied_album(view: View, album: music_catalog.Album) -> Shape:
    return view.cut(
        {
            "album_type": album.album_type,
            "artists": _nameless(view, album.artists),
            "available_markets": [],
            **view.identity("album", album.id),
            "images": [],
            "is_playable": False,
            "name": "",
            **_UNKNOWN_DATE,
            "total_tracks": album.total_tracks,
        }
    )


def _local_album(view: View, name: str) -> Shape:
    return view.cut(
        {
            "album_type": None,
            "artists": [],
            "available_markets": [],
            **_NOBODY,
            "images": [],
            "name": name,
            **_NO_DATE,
            "type": "album",
            "uri": None,
        }
    )


def _nameless(view: View, artists: tuple[int, ...]) -> list[Shape]:
    ids = (music_catalog.artist(view.seed, number).id for number in artists)
    return [{**view.identity("artist", identity), "name": ""} for identity in ids]
