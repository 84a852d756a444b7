"""Raw objects as the extractor lands them, and the events that announce them. All synthetic."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from playlake_contracts.keys import RawKey
from playlake_contracts.manifest import Manifest, PartSummary, PlaylistOutcome, encode_manifest
from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import Head, Tail, compress_frame, encode_snapshot
from playlake_contracts.runs import RunId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_transformer.domain.events import RawObjectCreated

RAW_BUCKET = "synthetic-raw"
SCHEDULED_AT = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
FETCHED_AT = datetime(2026, 11, 21, 6, 0, 7, tzinfo=UTC)


def run_id(name: str = "synthetic") -> RunId:
    """A run of 2026-11-21; another name is another run of the same moment."""
    return RunId.derive("spotify", SCHEDULED_AT, name)


def part_key(number: int = 0, run: str = "synthetic") -> RawKey:
    """The key of a part of a run."""
    return RawKey.of_part("spotify", run_id(run), number)


def entry(number: int, **changed: object) -> dict[str, Any]:
    """A place in a playlist with a track of its own, as Spotify sends it; `changed` is the item's.

    The album and its artist are shared by every ten tracks.
    """
    artist = {"id": f"artist{number // 10:016}", "name": f"Artist {number // 10}"}
    album = {
        "id": f"album{number // 10:017}",
        "name": "Größe",
        "artists": [artist],
        "release_date": "1999-12",
        "release_date_precision": "month",
    }
    track = {
        "type": "track",
        "id": f"track{number:017}",
        "name": f"Track {number}",
        "duration_ms": 180_000 + number,
        "explicit": False,
        "album": album,
        "artists": [artist],
    }
    return {"added_at": "2026-01-01T00:00:00Z", "is_local": False, "item": {**track, **changed}}


def bad_entry() -> dict[str, Any]:
    """A place in a playlist that breaks a rule: its duration is no number."""
    return entry(99, duration_ms="long")


def part(key: RawKey, *playlists: Sequence[dict[str, Any]], counted: int | None = None) -> bytes:
    """The bytes of a part: for each playlist a snapshot with those entries.

    `counted` is how many entries each snapshot says that it has, if that is not the truth.
    """
    return b"".join(
        _frame(key, number, entries, len(entries) if counted is None else counted)
        for number, entries in enumerate(playlists)
    )


def manifest_key(run: str = "synthetic") -> RawKey:
    """The key of a run's manifest."""
    return RawKey.of_manifest("spotify", run_id(run))


def manifest(run: str, *parts: tuple[RawKey, bytes, int]) -> bytes:
    """The manifest of a run that landed those parts: key, bytes, number of snapshots of each.

    Each snapshot counts as one of one entry. Those of the first part have the names that `part`
    gives them, and of other parts others, because a run has each playlist once.
    """
    held = [
        PartSummary(
            part=key.part,
            key=str(key),
            snapshots=snapshots,
            entries=snapshots,
            json_bytes=len(body),
            bytes=len(body),
            sha256="synthetic",
        )
        for key, body, snapshots in parts
    ]
    playlists = [
        PlaylistOutcome(
            playlist_id=f"playlist{number}" if part is held[0] else f"{part.part}-{number}",
            outcome=Outcome.LANDED,
            part=part.part,
            entries=1,
        )
        for part in held
        for number in range(part.snapshots)
    ]
    return encode_manifest(
        Manifest(
            source="spotify",
            run_id=str(run_id(run)),
            trigger="schedule",
            extractor_version="0.0-test",
            scheduled_at=SCHEDULED_AT,
            started_at=SCHEDULED_AT,
            finished_at=FETCHED_AT,
            configured=len(playlists),
            requests=len(playlists),
            playlists=playlists,
            parts=held,
        )
    )


def event(*created: RawObjectCreated, bucket: str = RAW_BUCKET) -> str:
    """The message by which S3 announces raw objects."""
    return json.dumps({"Records": [record(each, bucket=bucket) for each in created]})


def record(created: RawObjectCreated, *, bucket: str = RAW_BUCKET) -> dict[str, Any]:
    """The record by which S3 announces a raw object."""
    announced = {
        "key": quote_plus(str(created.key), safe="/"),
        "size": created.bytes,
        "eTag": created.etag,
        "versionId": created.version_id,
    }
    at = {} if created.created_at is None else {"eventTime": created.created_at.isoformat()}
    return {
        "eventVersion": "2.6",
        "eventSource": "aws:s3",
        **at,
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": bucket}, "object": announced},
    }


def _frame(key: RawKey, number: int, entries: Sequence[dict[str, Any]], counted: int) -> bytes:
    head = Head(
        source=key.source,
        playlist_id=f"playlist{number}",
        run_id=str(key.run_id),
        fetched_at=FETCHED_AT,
        snapshot_id=f"snapshot{number}",
    )
    page = {"items": list(entries), "offset": 0, "total": len(entries)}
    playlist = {"id": head.playlist_id, "name": f"Playlist {number}", "items": page}
    tail = Tail(api="items", entries=counted, complete=True)
    pieces = encode_snapshot(head, lambda: json.dumps(playlist).encode(), [], lambda: tail)
    return b"".join(compress_frame(pieces))
