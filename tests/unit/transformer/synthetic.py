"""Synthetic Spotify objects in the shapes of both generations of the Web API.

Every object is described once, in the classic shape; `in_generation` derives the others from
it by the same renames and removals that Spotify made in February 2026.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_contracts.sources.spotify import Api

Json = dict[str, Any]

GENERATIONS: tuple[Api, ...] = ("classic", "items", "both")

ADDED_AT = "2024-02-29T12:34:56Z"


def spotify_id(kind: str, number: int) -> str:
    """An id as long as Spotify's: 22 characters."""
    return f"{kind}{number:0{22 - len(kind)}d}"


def _named(kind: str, number: int) -> Json:
    object_id = spotify_id(kind, number)
    return {
        "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{object_id}"},
        "href": f"https://api.spotify.com/v1/{kind}s/{object_id}",
        "id": object_id,
        "name": f"{kind.title()} {number}",
        "type": kind,
        "uri": f"spotify:{kind}:{object_id}",
    }


def artist(number: int = 1, **changes: object) -> Json:
    """A simplified artist, as credited on a track."""
    return _named("artist", number) | changes


def album(number: int = 1, **changes: object) -> Json:
    """An album as embedded in a track."""
    facts: Json = {
        "album_type": "album",
        "artists": [artist(number)],
        "available_markets": ["DE", "SE"],
        "images": [
            {"height": size, "url": f"https://i.scdn.co/image/{number}-{size}", "width": size}
            for size in (640, 300, 64)
        ],
        "release_date": "1985-03-04",
        "release_date_precision": "day",
        "total_tracks": 11,
    }
    return _named("album", number) | facts | changes


def track(number: int = 1, **changes: object) -> Json:
    """A track, with all fields of the classic API."""
    facts: Json = {
        "album": album(number),
        "artists": [artist(number)],
        "available_markets": ["DE", "SE"],
        "disc_number": 1,
        "duration_ms": 200_000 + number,
        "episode": False,
        "explicit": False,
        "external_ids": {"isrc": f"SYNTH{number:07d}"},
        "is_local": False,
        "popularity": 50,
        "preview_url": f"https://p.scdn.co/mp3-preview/{number}",
        "track": True,
        "track_number": 1,
    }
    return _named("track", number) | facts | changes


def takedown(number: int = 1) -> Json:
    """A track that was taken down: it has little more than its id."""
    nameless = artist(number, name="")
    emptied = album(
        number, name="", artists=[nameless], images=[], release_date="0000", available_markets=[]
    ) | {"release_date_precision": "year"}
    return track(
        number,
        name="",
        album=emptied,
        artists=[nameless],
        duration_ms=0,
        external_ids={},
        available_markets=[],
    )


def local_track(**changes: object) -> Json:
    """A local file of the user; Spotify has only its tags."""
    nobody = artist(name="Garage Band", id=None, href=None, uri=None, external_urls={})
    nothing = album(name="Demo Tape", id=None, href=None, uri=None, artists=[], images=[]) | {
        "album_type": None,
        "release_date": None,
        "release_date_precision": None,
    }
    tags = track(
        name="First Take",
        id=None,
        href=None,
        uri="spotify:local:Garage+Band:Demo+Tape:First+Take:183",
        is_local=True,
        album=nothing,
        artists=[nobody],
        duration_ms=183_000,
        popularity=0,
        track_number=0,
        external_ids={},
        preview_url=None,
    )
    return {key: value for key, value in tags.items() if key not in {"track", "episode"}} | changes


def episode(number: int = 1, **changes: object) -> Json:
    """An episode of a podcast: it has a show, but no album and no artists."""
    facts: Json = {
        "description": "An episode that nobody recorded.",
        "duration_ms": 1_800_000,
        "episode": True,
        "explicit": True,
        "html_description": "<p>An episode that nobody recorded.</p>",
        "images": [],
        "is_playable": True,
        "languages": ["en"],
        "release_date": "2023-05-06",
        "release_date_precision": "day",
        "resume_point": {"fully_played": False, "resume_position_ms": 0},
        "show": _named("show", number),
        "track": False,
    }
    return _named("episode", number) | facts | changes


def entry(item: Json | None, **changes: object) -> Json:
    """An entry in the classic shape: the item's key is `track`."""
    facts: Json = {
        "added_at": ADDED_AT,
        "added_by": {"id": "alice", "type": "user", "uri": "spotify:user:alice"},
        "is_local": bool(item and item.get("is_local")),
        "primary_color": None,
        "track": item,
        "video_thumbnail": {"url": None},
    }
    return facts | changes


def page(entries: Sequence[Json | None], offset: int | None = 0, **changes: object) -> Json:
    """A page of entries; the last one unless `next` is changed."""
    facts: Json = {
        "href": "https://api.spotify.com/v1/playlists/x/tracks?offset=0&limit=100",
        "items": list(entries),
        "limit": 100,
        "next": None,
        "offset": offset,
        "previous": None,
        "total": len(entries),
    }
    return facts | changes


def playlist(entries: Sequence[Json | None] = (), **changes: object) -> Json:
    """A playlist with its first page, in the classic shape: the page's key is `tracks`."""
    facts: Json = {
        "collaborative": False,
        "description": "Made up &amp; made for tests",
        "followers": {"href": None, "total": 7},
        "images": [{"height": None, "url": "https://mosaic.scdn.co/640/1", "width": None}],
        "owner": {"display_name": "Alice", "id": "alice", "type": "user"},
        "primary_color": None,
        "public": True,
        "snapshot_id": "MTAsOGY+/=",
        "tracks": page(entries),
    }
    return _named("playlist", 1) | facts | changes


# By type of object, the fields that apps made since February 2026 do not get.
_REMOVED = {
    "track": {"available_markets", "popularity", "preview_url", "linked_from"},
    "album": {"album_group", "available_markets", "label", "popularity"},
    "artist": {"followers", "popularity", "genres"},
    "playlist": {"followers"},
}


def in_generation(value: Any, api: Api) -> Any:  # noqa: ANN401 - any JSON
    """Convert a playlist, a page or an entry from the classic shape to another generation's."""
    if isinstance(value, list):
        return [in_generation(element, api) for element in value]
    if not isinstance(value, dict):
        return value
    removed = _REMOVED.get(str(value.get("type")), set()) if api == "items" else set()
    derived = {
        key: in_generation(element, api) for key, element in value.items() if key not in removed
    }
    old, new = ("tracks", "items") if value.get("type") == "playlist" else ("track", "item")
    holds_contents = value.get("type") == "playlist" or "added_at" in value
    if api != "classic" and holds_contents and old in derived:
        derived[new] = derived[old] if api == "both" else derived.pop(old)
    return derived
