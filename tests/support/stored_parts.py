"""Raw objects as a lake lists them. All synthetic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playlake_contracts.keys import RawKey
from playlake_contracts.runs import RunId
from playlake_contracts.s3_events import StoredObject

FIRST = datetime(2026, 11, 1, 6, tzinfo=UTC)


def stored_part(number: int, size: int, *, day: int = 0, source: str = "spotify") -> StoredObject:
    """A part of the run of a day, counted from 2026-11-01."""
    run_id = RunId.derive(source, FIRST + timedelta(days=day))
    return StoredObject(RawKey.of_part(source, run_id, number), size, "")


def stored_manifest(size: int = 1_000, *, day: int = 0, source: str = "spotify") -> StoredObject:
    """The manifest of the run of a day."""
    run_id = RunId.derive(source, FIRST + timedelta(days=day))
    return StoredObject(RawKey.of_manifest(source, run_id), size, "")
