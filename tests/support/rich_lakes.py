"""A lake of a month in which everything happens that a page can show. All synthetic."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from compacting import compact
from historical_lakes import Read, commit_run, unchanged

from playlake_contracts.manifest import PlaylistOutcome
from playlake_contracts.outcomes import Outcome
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playlake_lake.folder import Folder

DAYS: Final = 30
FIRST: Final = datetime(2026, 10, 20, 6, tzinfo=UTC)
LAST: Final = FIRST + timedelta(days=DAYS - 1)
NOW: Final = LAST + timedelta(hours=4)

# The ids of the playlists.
LIVELY, LONG, QUIET, ONCE, LOST = "lively", "long", "quiet", "once", "lost"
LONG_ENTRIES: Final = 450

# The day of which Spotify no longer has a song, the one of the other name, and the one not read.
WITHDRAWN_ON: Final = 20
RENAMED_ON: Final = 10
_MISSED: Final = 12
_TITLES: Final = (
    "Harbour at Noon",
    "夜の電車と青い傘",
    "ليلة طويلة في الميناء",
    "Größenwahn (Süße Version)",
    "Ночной трамвай",
    "Το τελευταίο καλοκαίρι",  # noqa: RUF001 - it is Greek
    "밤하늘의 정거장",
    "ฝนตกที่ปลายทาง",
    "एक लंबी शाम",
    "ערב ארוך",
    "Đêm mưa — Živé v Brně",
    "A title that goes on for much longer than a list has room for, with all who ever played on it",
    "🏴‍☠️ ❄",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
)
_ARTISTS: Final = ("Søren Almeida", "黒い湖", "فرقة الشتاء", "The Borrowed Winters", "Živa Ğüneş")
_PEOPLE: Final = {"user-ada": "Ada", "user-wei": "魏", "user-noor": "نور الهدى"}


class Song(NamedTuple):
    """A place in a playlist.

    Attributes:
        number: the number of the song.
        by: who added it.
        is_there: whether Spotify has the song still.
    """

    number: int
    by: str = "user-ada"
    is_there: bool = True


def month(root: Path) -> Folder:
    """A month with all kinds of playlists, changes and outcomes."""
    folder, _ = make_lake(root / "lake", synthetic=True)
    runs: list[str] = []
    for day in range(DAYS):
        at = FIRST + timedelta(days=day)
        runs.append(commit_run(folder, at, _snapshots(day), _outcomes(day, runs)))
    compact(folder)
    return folder


def _snapshots(day: int) -> list[Read]:
    found = []
    if day != _MISSED:
        name = "Alte Kiste" if day < RENAMED_ON else "Kiste — 夜の棚 · خزانة"
        found.append(_read(LIVELY, name, _lively(day)))
    if day % 10 == 0:
        found.append(_read(LONG, "Everything, Always", _long(day), "user-wei"))
    if day == 0:
        found.append(_read(QUIET, "Für später", _first(6)))
        found.append(_read(LOST, "قائمة الشتاء ❄", _first(9), "user-noor"))
    if day == DAYS - 1:
        found.append(_read(ONCE, "New today", _first(2)))
    return found


def _first(count: int) -> list[Song]:
    return [Song(number) for number in range(count)]


def _lively(day: int) -> list[Song]:
    """Loses and gains, is put in another order, holds copies, and a song that is withdrawn."""
    people = list(_PEOPLE)
    songs = [
        Song(number, people[number % len(people)]) for number in range(day // 2, 24 + day * 2 // 3)
    ]
    songs[6] = songs[2]  # a copy
    if day % 5 >= 3:
        songs[8:8] = [songs.pop(15), songs.pop(15)]
    kept = Song(900, "user-wei", is_there=day < WITHDRAWN_ON)
    return [*songs[:4], kept, *songs[4:]]


def _long(day: int) -> list[Song]:
    return [Song(1_000 + day + number) for number in range(LONG_ENTRIES)]


def _outcomes(day: int, runs: Sequence[str]) -> list[PlaylistOutcome]:
    """The outcomes of the playlists that a run did not land."""
    found = [
        _missed("secret", Outcome.FORBIDDEN, "You neither own nor follow it"),
        _missed("vanished", Outcome.GONE, "Spotify answered 404 (Resource not found)"),
    ]
    if day == _MISSED:
        found.append(_missed(LIVELY, Outcome.FAILED, "Spotify answered 502 five times"))
    if day % 10:
        found.append(unchanged(LONG, runs[day - day % 10]))
    if day:
        found.append(_quiet(day, runs))
        gone = _missed(LOST, Outcome.GONE, "Spotify answered 404 (Resource not found)")
        found.append(unchanged(LOST, runs[0]) if day < 22 else gone)
    return found


def _quiet(day: int, runs: Sequence[str]) -> PlaylistOutcome:
    if day == DAYS - 1:
        return _missed(QUIET, Outcome.RATE_LIMITED, "Spotify asks to wait for 20 hours")
    return unchanged(QUIET, runs[0])


def _missed(playlist_id: str, outcome: Outcome, reason: str) -> PlaylistOutcome:
    return PlaylistOutcome(playlist_id=playlist_id, outcome=outcome, code="error", reason=reason)


def _read(playlist_id: str, name: str, songs: Sequence[Song], owner: str = "user-ada") -> Read:
    entries = [_entry(song) for song in songs]
    playlist = {
        "id": playlist_id,
        "name": name,
        "collaborative": playlist_id == LIVELY,
        "owner": {"id": owner, "display_name": _PEOPLE[owner]},
        "items": {"items": entries, "offset": 0, "total": len(entries)},
    }
    return Read(playlist_id, len(entries), json.dumps(playlist).encode())


def _entry(song: Song) -> dict[str, Any]:
    added = FIRST - timedelta(days=40) + timedelta(minutes=song.number)
    return {
        "added_at": f"{added:%Y-%m-%dT%H:%M:%SZ}",
        "added_by": {"id": song.by},
        "is_local": False,
        "item": _track(song.number) if song.is_there else None,
    }


def _track(number: int) -> dict[str, Any]:
    names = list(islice(cycle(_ARTISTS), number % 5, number % 5 + 1 + number % 3))
    if number % 3 == 0:  # so artists come and go
        names.insert(0, f"Guest {number // 6}")
    artists = [{"id": f"artist{name}", "name": name} for name in names]
    track_id = f"track{number:017}"
    return {
        "type": "track",
        "id": track_id,
        "uri": f"spotify:track:{track_id}",
        "name": f"{_TITLES[number % len(_TITLES)]} {number}",
        "duration_ms": 180_000 + number if number % 40 else -1,  # which breaks a rule
        "explicit": False,
        "album": {"id": f"album{number // 10:017}", "name": "Größe", "artists": artists[:1]},
        "artists": artists,
    }
