"""Pages of the songs that the listener saved."""

from dataclasses import dataclass
from datetime import date

from playlake_sandbox.shapes import music_objects
from playlake_sandbox.shapes.entry_objects import timestamp
from playlake_sandbox.shapes.page_objects import Window, page
from playlake_sandbox.shapes.view import Shape, View
from playlake_sandbox.world.saved_songs import saved_slots, saved_song

MOST_SAVED_SONGS = 50


@dataclass(frozen=True, slots=True)
class SavedSongs:
    """The saved songs on a day: the number of the first day, and the edits by fault rules."""

    size: int
    today: date
    edits: int = 0


def saved_songs_page(view: View, songs: SavedSongs, offset: int, limit: int) -> Shape:
    """Returns a page of saved songs; every tier has the song under `track`."""
    window = Window(f"{view.base}/v1/me/tracks", offset, limit, MOST_SAVED_SONGS)
    size, today = songs.size, songs.today
    slots = saved_slots(view.seed, size, today)[songs.edits :]
    saved = [saved_song(view.seed, size, slot) for slot in slots[window.slice]]
    items: list[Shape] = [
        {"added_at": timestamp(one.at), "track": music_objects.track(view, one.track, today)}
        for one in saved
    ]
    return page(window, len(slots), items)
