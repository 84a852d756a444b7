"""Songs: what left lately, where a song is, and where it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_contracts.sources.references import link_of_song
from playlake_web.facts import artists, songs
from playlake_web.facts.artists import credits_of
from playlake_web.facts.people import name_of, names_of_people
from playlake_web.facts.playlists import playlists
from playlake_web.pages.environment import Page
from playlake_web.words import count_of, day_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from playlake_web.facts.playlists import Playlist
    from playlake_web.facts.songs import StayIn, Which
    from playlake_web.reader import Reader

PAGE_SIZE: Final = 100
_WIDESPREAD: Final = 20
_ARTISTS_FOUND: Final = 8
CHOICES: Final[Mapping[Which, tuple[str, str, str]]] = {
    "left": (
        "Left lately",
        "In the last thirty days, the longest-staying first within a day.",
        "Nothing left in the last thirty days.",
    ),
    "vanished": (
        "Vanished",
        "Songs that no playlist holds any more, each with the last one that did.",
        "Nothing has vanished: a playlist holds every song that was ever seen.",
    ),
    "longest": (
        "Longest-staying",
        "A + is a stay that began before the first look. Of as many days the first added leads.",
        "No song has been seen yet.",
    ),
}


def songs_page(lake: Reader, today: date, wanted: str, which: Which, first: int) -> Page:
    """What left lately, what has vanished, what stayed longest, or what contains a text.

    Args:
        lake: the lake.
        today: the present day.
        wanted: the text.
        which: what is meant without a text.
        first: the number of the first one that is listed, from 0.
    """
    counts = songs.song_counts(lake)
    seen = count_of(counts.songs, "song seen", "songs seen")
    found = songs.found_or_chosen(lake, wanted, which, today)
    first = first if first < len(found) else 0
    rest = first + PAGE_SIZE
    name, note, nothing = CHOICES[which]
    values = {
        "answer": f"{seen}, {count_of(counts.departures, 'departure')}",
        "wanted": wanted,
        "which": which,
        "heading": f"Songs with “{wanted}”" if wanted else name,
        "note": "In all playlists, also those that they have left." if wanted else note,
        "nothing": "No title and no artist has that text: shorten it." if wanted else nothing,
        "stays": _with_playlists(lake, found[first:rest], today),
        "first": first,
        "total": len(found),
        "next_from": rest if rest < len(found) else None,
        "previous_from": max(0, first - PAGE_SIZE),
        "page_size": PAGE_SIZE,
        "artists": artists.artists(lake, wanted, "all", today)[:_ARTISTS_FOUND] if wanted else [],
        "widespread": songs.widespread(lake, _WIDESPREAD),
    }
    return Page("songs.html", values, here="/songs")


def song_page(lake: Reader, identity: str, today: date) -> Page | None:
    """Where a song is and was; None if it was never seen."""
    found = songs.song(lake, identity)
    if not found:
        return None
    stays, people = _with_playlists(lake, found, today), names_of_people(lake)
    first = min(playlist.days[0].day for _, playlist in stays if playlist.days)
    values = {
        "it": found[-1],
        "credits": {identity: credits_of(lake, identity)},
        "stays": sorted(stays, key=lambda pair: (not pair[0].still_there, pair[0].first_seen_at)),
        "now": sum(bool(stay.still_there) for stay in found),
        "before": sum(stay.first_missing_at is not None for stay in found),
        "first": first,
        "last": max(today, *(stay.last_seen_at.date() for stay in found)),
        "told": lambda stay: _told(stay, people),
        "link": link_of_song(identity),
    }
    return Page("song.html", values, here="/songs")


def _with_playlists(
    lake: Reader, stays: Sequence[StayIn], today: date
) -> list[tuple[StayIn, Playlist]]:
    by_key = {tuple(playlist.key): playlist for playlist in playlists(lake, today)}
    return [(stay, by_key[stay.source, stay.playlist_id]) for stay in stays]


def _told(stay: StayIn, people: Mapping[str, str]) -> str:
    since = day_words(stay.first_seen_at.date())
    if stay.first_missing_at is None:
        seen = "There since the first look" if stay.was_there_at_first else f"Since {since}"
        seen += f", at place {stay.last_position + 1:,}"
    else:
        until, missed = day_words(stay.last_seen_at.date()), day_words(stay.first_missing_at.date())
        begun = "There at the first look" if stay.was_there_at_first else f"From {since}"
        seen = f"{begun} until {until}; gone by {missed}"
    added = f" on {day_words(stay.added_at.date(), year=True)}" if stay.added_at else ""
    name = name_of(people, stay.source, stay.added_by)
    by = f" by {name}" if name else ""
    return f"{seen}.{f' Added{by}{added}.' if by or added else ''}"
