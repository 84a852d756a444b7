"""Synthetic JSPF as ListenBrainz sends it, and its frames."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from playlake_contracts.keys import RawKey
from playlake_contracts.raw import Head, Tail, compress_frame, encode_snapshot
from playlake_contracts.runs import RunId
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from playlake_transformer.domain.transform import Transformed

Json = dict[str, Any]

RUN = RunId.parse("20261121T060000Z-k3x2ab")
KEY = RawKey.of_part("listenbrainz", RUN, 0)
FETCHED_AT = datetime(2026, 11, 21, 6, 0, 1, tzinfo=UTC)
PLAYLIST = "5a0f6a5e-0000-4000-8000-000000000001"
MODIFIED_AT = "2026-11-20T10:11:12.345678+00:00"
OF_PLAYLIST = "https://musicbrainz.org/doc/jspf#playlist"
OF_TRACK = "https://musicbrainz.org/doc/jspf#track"


def mbid(kind: str, number: int) -> str:
    """A made-up MBID."""
    return f"{kind.encode().hex():0>8.8}-0000-4000-8000-{number:012d}"


def recording(number: int) -> str:
    """The address of a recording."""
    return f"https://musicbrainz.org/recording/{mbid('song', number)}"


def artist(number: int, phrase: str = "") -> Json:
    """An artist of a credit, followed by a phrase."""
    return {
        "artist_credit_name": f"Artist {number}",
        "artist_mbid": mbid("arti", number),
        "join_phrase": phrase,
    }


def track(number: int, *artists: Json, **fields: object) -> Json:
    """An entry as ListenBrainz sends it; a field of None is left out."""
    credited = artists or (artist(number),)
    names = (f"{one['artist_credit_name']}{one['join_phrase']}" for one in credited)
    sent = {
        "identifier": [recording(number)],
        "title": f"Song {number}",
        "creator": "".join(names),
        "album": f"Release {number}",
        "duration": 180_000 + number,
        "extension": {
            OF_TRACK: {
                "added_at": f"2026-11-0{number % 9 + 1}T07:08:09.101112+00:00",
                "added_by": "robin",
                "artist_identifiers": [
                    f"https://musicbrainz.org/artist/{one['artist_mbid']}" for one in credited
                ],
                "additional_metadata": {
                    "artists": list(credited),
                    "caa_id": 4_000_000 + number,
                    "caa_release_mbid": mbid("rele", number),
                },
            }
        },
        **fields,
    }
    return {name: value for name, value in sent.items() if value is not None}


def playlist(*tracks: object, extension: object = None, **fields: object) -> Json:
    """The response of `GET /1/playlist/{mbid}`."""
    about = {"public": True, "creator": "robin", "last_modified_at": MODIFIED_AT}
    sent = {
        "creator": "robin",
        "title": "Rainy days",
        "identifier": f"https://listenbrainz.org/playlist/{PLAYLIST}",
        "date": "2026-01-02T03:04:05.678901+00:00",
        "annotation": "<p>for the tram</p>",
        "extension": {OF_PLAYLIST: about} if extension is None else extension,
        "track": list(tracks),
        **fields,
    }
    return {"playlist": sent}


def frame(response: Json | bytes, entries: int | None = None, *, complete: bool = True) -> bytes:
    """The frame of a response, not compressed."""
    body = response if isinstance(response, bytes) else json.dumps(response).encode()
    sent = response["playlist"]["track"] if isinstance(response, dict) else None
    count = len(sent) if isinstance(sent, list) else 0
    head = Head(
        source="listenbrainz",
        playlist_id=PLAYLIST,
        run_id=str(RUN),
        fetched_at=FETCHED_AT,
        snapshot_id=None,
    )
    tail = Tail(api=None, entries=count if entries is None else entries, complete=complete)
    return b"".join(encode_snapshot(head, lambda: body, (), lambda: tail))


def curate(*frames: bytes) -> Transformed:
    """Transform a part with these frames."""
    return transform(b"".join(chunk for one in frames for chunk in compress_frame([one])), KEY)


def rows(transformed: Transformed, table: str) -> list[Json]:
    """The rows of a table; none if there is no file of it."""
    bodies = [file.body for file in transformed.files if file.table == table]
    return [row for body in bodies for row in pq.read_table(BytesIO(body)).to_pylist()]
