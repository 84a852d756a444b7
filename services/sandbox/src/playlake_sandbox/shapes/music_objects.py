"""Artists, albums and tracks. Parts that many responses share are written as JSON once."""

from datetime import date
from functools import lru_cache

from playlake_sandbox.shapes.page_objects import Window, page
from playlake_sandbox.shapes.view import Shape, View, pictures
from playlake_sandbox.spotify_json import Fragment, fragment
from playlake_sandbox.world import music_catalog
from playlake_sandbox.world.attributes import Markets

_ALBUM_IMAGES = {"ab67616d0000b273": 640, "ab67616d00001e02": 300, "ab67616d00004851": 64}
_ARTIST_IMAGES = {"ab6761610000e5eb": 640, "ab67616100005174": 320, "ab6761610000f178": 160}
_ALBUM_TRACKS = 50
_CACHED = 12_288  # more than the largest playlist holds


def artist(view: View, number: int, today: date) -> Shape:
    """Returns an artist with all fields."""
    known = music_catalog.artist(view.seed, number)
    return view.cut(
        {
            **view.identity("artist", known.id),
            "followers": {"href": None, "total": known.followers_on(today.toordinal())},
            "genres": known.genres,
            "images": pictures(known.image, _ARTIST_IMAGES),
            "name": known.name,
            "popularity": known.popularity.on(today.toordinal()),
        }
    )


def album(view: View, number: int, today: date) -> Shape:
    """Returns an album with all fields and tracks."""
    known = music_catalog.album(view.seed, number)
    tracks = [_album_track(view, number, position) for position in range(known.total_tracks)]
    window = Window(f"{view.url('album', known.id)}/tracks", 0, _ALBUM_TRACKS, _ALBUM_TRACKS)
    return view.cut(
        {
            **_album_outline(view, number),
            "copyrights": [{"text": f"{known.release.year} {known.label}", "type": "P"}],
            "external_ids": {"upc": known.upc},
            "genres": (),
            "label": known.label,
            "popularity": known.popularity.on(today.toordinal()),
            "tracks": page(window, known.total_tracks, tracks),
        }
    )


def track(view: View, known: music_catalog.Track, today: date) -> Fragment:
    """Returns a track of a playlist, written as JSON."""
    popularity = known.popularity.on(today.toordinal())
    return _playlist_track(view, known.album.number, known.position, popularity)


@lru_cache(maxsize=512)
def written_markets(markets: Markets) -> Fragment:
    """Returns a list of markets, written as JSON."""
    return fragment(markets)


@lru_cache(maxsize=_CACHED)
def _playlist_track(view: View, album_number: int, position: int, popularity: int) -> Fragment:
    known = music_catalog.track(view.seed, album_number, position)
    return fragment(
        view.cut(
            {
                **_track_outline(view, known),
                "album": _embedded_album(view, album_number),
                "episode": False,
                "external_ids": {"isrc": known.isrc},
                "popularity": popularity,
                "track": True,
            }
        )
    )


def _album_track(view: View, number: int, position: int) -> Shape:
    return view.cut(_track_outline(view, music_catalog.track(view.seed, number, position)))


def _track_outline(view: View, known: music_catalog.Track) -> Shape:
    return {
        "artists": [_credit(view, number) for number in known.artists],
        "available_markets": written_markets(known.album.markets),
        "disc_number": 1,
        "duration_ms": known.duration_ms,
        "explicit": known.explicit,
        **view.identity("track", known.id),
        "is_local": False,
        "is_playable": bool(known.album.markets),
        "name": known.name,
        "preview_url": None,
        "track_number": known.position + 1,
    }


def _album_outline(view: View, number: int) -> Shape:
    known = music_catalog.album(view.seed, number)
    return {
        "album_type": known.album_type,
        "artists": [_credit(view, number) for number in known.artists],
        "available_markets": written_markets(known.markets),
        **view.identity("album", known.id),
        "images": pictures(known.image, _ALBUM_IMAGES),
        "name": known.name,
        "release_date": known.release.date,
        "release_date_precision": known.release.precision,
        "total_tracks": known.total_tracks,
    }


@lru_cache(maxsize=_CACHED)
def _embedded_album(view: View, number: int) -> Fragment:
    playable = bool(music_catalog.album(view.seed, number).markets)
    return fragment(view.cut({**_album_outline(view, number), "is_playable": playable}))


@lru_cache(maxsize=_CACHED)
def _credit(view: View, number: int) -> Fragment:
    known = music_catalog.artist(view.seed, number)
    return fragment({**view.identity("artist", known.id), "name": known.name})
