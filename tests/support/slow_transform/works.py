"""The rows of tracks, albums and artists, and of their credits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from slow_transform.snapshots import first_image

if TYPE_CHECKING:
    from datetime import datetime

    from slow_transform.objects import Row
    from slow_transform.rules import Origin

Json = dict[str, Any]

_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", re.ASCII)


def track_row(track: Json) -> Row:
    """The columns of `tracks`."""
    return {
        "track_id": track["id"],
        "name": track.get("name"),
        "album_id": (track.get("album") or {}).get("id") or None,
        "duration_ms": track.get("duration_ms"),
        "is_explicit": track.get("explicit"),
        "disc_number": track.get("disc_number"),
        "track_number": track.get("track_number"),
        "popularity": track.get("popularity"),
        "isrc": (track.get("external_ids") or {}).get("isrc"),
        "is_playable": track.get("is_playable"),
        "linked_from_id": (track.get("linked_from") or {}).get("id"),
        "markets": track.get("available_markets"),
    }


def album_row(album: Json) -> Row:
    """The columns of `albums`."""
    return {
        "album_id": album["id"],
        "name": album.get("name"),
        "album_type": album.get("album_type"),
        "release_date": _release_date(album.get("release_date") or ""),
        "release_date_raw": album.get("release_date"),
        "release_date_precision": album.get("release_date_precision"),
        "total_tracks": album.get("total_tracks"),
        "label": album.get("label"),
        "popularity": album.get("popularity"),
        "genres": _joined(album.get("genres")),
        "upc": (album.get("external_ids") or {}).get("upc"),
        "image_url": first_image(album),
        "markets": album.get("available_markets"),
    }


def artist_row(artist: Json) -> Row:
    """The columns of `artists`."""
    return {
        "artist_id": artist["id"],
        "name": artist.get("name"),
        "followers": (artist.get("followers") or {}).get("total"),
        "popularity": artist.get("popularity"),
        "genres": _joined(artist.get("genres")),
    }


def credits_of(kind: str, work: Json) -> list[Row]:
    """The columns of `track_artists` or `album_artists`."""
    return [
        {
            f"{kind}_id": work["id"],
            "position": position,
            "artist_id": artist.get("id") or None,
            "artist_name": artist.get("name"),
        }
        for position, artist in enumerate(work.get("artists") or [])
    ]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A track, album or artist with an id, as it occurs in a response."""

    thing: Json
    fetched_at: datetime
    origin: Origin


def latest(occurrences: list[Occurrence]) -> list[Occurrence]:
    """Of the occurrences of a thing keep the last one with a name, else the last."""
    kept: dict[str, Occurrence] = {}
    for one in occurrences:
        before = kept.get(one.thing["id"])
        if before is None or one.thing.get("name") or not before.thing.get("name"):
            kept[one.thing["id"]] = one
    return [one for one in occurrences if kept[one.thing["id"]] is one]


def _release_date(text: str) -> date | None:
    """The first day of a year or a month; none for a date that does not exist."""
    parts = _DATE.fullmatch(text)
    if parts is None:
        return None
    year, month, day = parts.groups(default="1")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _joined(texts: list[str] | None) -> str | None:
    return None if texts is None else ",".join(texts)
