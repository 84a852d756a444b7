"""Artists: who is there, who came and who left, and where and when the songs of one were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_web.facts import artists
from playlake_web.facts.playlists import PlaylistKey, playlists
from playlake_web.pages.environment import Page
from playlake_web.words import count_of, day_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from playlake_web.facts.artists import ArtistDetails, InPlaylist, Which
    from playlake_web.facts.playlists import Playlist
    from playlake_web.reader import Reader

PAGE_SIZE: Final = 100
_SONGS_SHOWN: Final = 100
CHOICES: Final[Mapping[Which, tuple[str, str, str]]] = {
    "all": (
        "All",
        "Those with the most songs today come first. A song counts for each artist in its credits.",
        "No artist has been seen yet.",
    ),
    "new": (
        "New",
        "Those of whom no playlist held a song before the last thirty days, the latest first.",
        "Nobody has come in the last thirty days.",
    ),
    "gone": (
        "Gone",
        "Those of whom no playlist holds a song any more, the latest first.",
        "Nobody is gone: of every artist at least one song is still there.",
    ),
}


def artists_page(lake: Reader, today: date, wanted: str, which: Which, first: int) -> Page:
    """Artists whose name contains a text.

    Args:
        lake: the lake.
        today: the present day.
        wanted: the text.
        which: those that are meant.
        first: the number of the first one that is listed, from 0.
    """
    everybody = artists.artists(lake, "", "all", today)
    found = artists.artists(lake, wanted, which, today) if wanted or which != "all" else everybody
    here = sum(not each.has_left for each in everybody)
    first = first if first < len(found) else 0
    rest = first + PAGE_SIZE
    name, note, nothing = CHOICES[which]
    values = {
        "answer": f"{count_of(len(everybody), 'artist')} seen, {here:,} still here",
        "wanted": wanted,
        "which": which,
        "heading": f"Artists with “{wanted}”" if wanted else name,
        "note": note,
        "nothing": "No artist has that in the name: shorten it." if wanted else nothing,
        "artists": found[first:rest],
        "first": first,
        "total": len(found),
        "next_from": rest if rest < len(found) else None,
        "previous_from": max(0, first - PAGE_SIZE),
        "page_size": PAGE_SIZE,
    }
    return Page("artists.html", values, here="/songs")


def artist_page(lake: Reader, found: ArtistDetails, today: date) -> Page:
    """Where and when the songs of an artist were, and which they are."""
    by_key = {each.key: each for each in playlists(lake, today)}
    lines = [
        (each, by_key[PlaylistKey(each.source, each.playlist_id)]) for each in found.in_playlists
    ]
    values = {
        "it": found,
        "answer": _answer(found),
        "lines": lines,
        "first": min(_first_day(each, playlist) for each, playlist in lines),
        "last": max(today, found.last_seen_at.date()),
        "told": _told,
        "spans": [[(each.first_on, each.last_on) for each in line.stretches] for line, _ in lines],
        "songs": found.its_songs[:_SONGS_SHOWN],
        "more_songs": max(0, len(found.its_songs) - _SONGS_SHOWN),
    }
    return Page("artist.html", values, here="/songs")


def _first_day(it: InPlaylist, playlist: Playlist) -> date:
    return playlist.days[0].day if playlist.days else it.first_on


def _answer(it: ArtistDetails) -> str:
    songs = count_of(it.songs, "song")
    since = f"{'there at the first look on' if it.was_there_at_first else 'first seen on'} "
    since += day_words(it.first_seen_at.date(), year=True)
    if it.has_left:
        last = day_words(it.last_seen_at.date(), year=True)
        was = "was here" if it.songs == 1 else "were here"
        return f"{songs} {was}, {since}, last seen on {last}. None is left."
    if not it.songs_now:
        return f"{songs}, {since}. The playlists that held them are gone."
    where = count_of(it.playlists_now, "playlist")
    return f"{it.songs_now:,} of {songs} in {where} today, {since}."


def _told(it: InPlaylist) -> str:
    songs = f"{it.songs_now:,} of {count_of(it.songs, 'song')} there"
    seen = f"{count_of(it.days, 'day')}{' at least' if it.was_there_at_first else ''}"
    if it.songs_now:
        begun = "since the first look" if it.was_there_at_first else f"since {_day(it.first_on)}"
        return f"{songs}, {begun}: {seen}."
    begun = "There at the first look" if it.was_there_at_first else f"From {_day(it.first_on)}"
    return f"{begun} until {_day(it.last_on)}, {count_of(it.songs, 'song')}: {seen}."


def _day(day: date) -> str:
    return day_words(day)
