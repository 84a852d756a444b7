"""Playlists: the whole object, the object in a list of playlists, and pages of entries."""

from dataclasses import dataclass
from datetime import date

from playlake_sandbox.shapes.entry_objects import entry
from playlake_sandbox.shapes.page_objects import Query, Window, page
from playlake_sandbox.shapes.view import Shape, View, owner
from playlake_sandbox.spotify_json import Fragment, fragment
from playlake_sandbox.world.history import Contents, snapshot_id
from playlake_sandbox.world.library import Playlist

MOST_ITEMS = 50
MOST_TRACKS = 100
_MOST = {"items": MOST_ITEMS, "tracks": MOST_TRACKS}
_EMBEDDED = 100  # entries
_COVER = "ab67616d00001e02"


@dataclass(frozen=True, slots=True)
class Reading:
    """A playlist as it is on a day, with the query of the request that reads it."""

    playlist: Playlist
    contents: Contents
    today: date
    query: Query = ()

    @property
    def slots(self) -> tuple[int, ...]:
        """The slots that the playlist has on the day."""
        return self.contents.slots

    @property
    def types(self) -> list[str]:
        """The types of items that the request asks for in addition to tracks."""
        return dict(self.query).get("additional_types", "").split(",")


def metadata(view: View, reading: Reading) -> Shape:
    """Returns a playlist without its contents."""
    playlist = reading.playlist
    return view.cut({**_outline(view, reading), "followers": _followers(playlist)})


def embedded_pages(view: View, reading: Reading) -> Shape:
    """Returns the first page of entries, under each key that the tier has for it."""
    entries = _entries(view, reading, slice(_EMBEDDED))
    windows = {key: _window(view, reading, key, 0, _EMBEDDED) for key in view.tier.page_keys}
    return {key: page(window, len(reading.slots), entries) for key, window in windows.items()}


def listed_playlist(view: View, reading: Reading) -> Shape:
    """Returns a playlist as an item of a list of playlists."""
    url, total = view.url("playlist", reading.playlist.id), len(reading.slots)
    links: Shape = {k: {"href": f"{url}/{k}", "total": total} for k in view.tier.page_keys}
    return _outline(view, reading) | links


def entries_page(view: View, reading: Reading, key: str, offset: int, limit: int) -> Shape:
    """Returns a page of entries; `key` is the last part of its URL, `items` or `tracks`."""
    window = _window(view, reading, key, offset, limit)
    return page(window, len(reading.slots), _entries(view, reading, window.slice))


def _window(view: View, reading: Reading, key: str, offset: int, limit: int) -> Window:
    url = view.url("playlist", reading.playlist.id)
    return Window(f"{url}/{key}", offset, limit, _MOST[key], reading.query)


def _outline(view: View, reading: Reading) -> Shape:
    playlist, profile = reading.playlist, reading.playlist.profile
    return {
        "collaborative": profile.collaborative,
        "description": profile.description,
        **view.identity("playlist", playlist.id),
        "images": _images(view, reading),
        "name": profile.name,
        "owner": owner(view, profile.owner),
        "primary_color": None,
        "public": profile.public,
        "snapshot_id": snapshot_id(playlist, reading.contents),
    }


def _images(view: View, reading: Reading) -> list[Shape] | None:
    if reading.playlist.image is None:
        return None
    url = view.cover_url(f"{_COVER}{reading.playlist.image}", reading.today)
    return [{"height": None, "url": url, "width": None}]


def _followers(playlist: Playlist) -> Shape:
    return {"href": None, "total": playlist.number % 7}


def _entries(view: View, reading: Reading, part: slice) -> list[Fragment]:
    return [
        fragment(entry(view, reading.playlist, slot, reading.today, reading.types))
        for slot in reading.slots[part]
    ]
