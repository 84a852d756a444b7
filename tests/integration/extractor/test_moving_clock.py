"""The stand-in's days pass while a run reads: each playlist is landed as it was on one day."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from playlake_contracts.outcomes import Outcome
from playlake_sandbox.world.history import contents, snapshot_id
from playlake_sandbox.world.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from tests.integration.extractor.conftest import Extractor

    from playlake_contracts.raw import RawSnapshot

    Moving = Callable[[timedelta], AbstractContextManager[Extractor]]

LIBRARY = Library(2026, largest=215)
DAYS = [date(2026, 11, 21) + timedelta(days=number) for number in range(40)]


@pytest.mark.parametrize("hours", [1, 3, 7])
def test_midnights_during_a_run_tear_no_playlist(extractor_on_the_move: Moving, hours: int) -> None:
    with extractor_on_the_move(timedelta(hours=hours)) as extractor:
        manifest = extractor.run(None)
        now = extractor.control.get("/sandbox/clock").json()["now"]
    assert now > "2026-11-22", "a midnight has passed"
    assert manifest.counts() == {Outcome.LANDED: 10}
    for snapshot in extractor.snapshots().values():
        assert entries(snapshot) in sizes_of_version(snapshot)


def test_a_playlist_that_changes_with_every_request_is_torn_and_the_run_ends(
    extractor_on_the_move: Moving,
) -> None:
    with extractor_on_the_move(timedelta(days=4)) as extractor:
        manifest = extractor.run(None)
    outcomes = manifest.counts()
    assert outcomes[Outcome.TORN] >= 1
    assert set(outcomes) == {Outcome.TORN, Outcome.LANDED}


def test_a_quota_that_is_used_up_for_a_day_is_open_on_the_next_one(extractor: Extractor) -> None:
    extractor.faults({"kind": "quota_used_up", "path": "/v1/playlists/*", "seconds": 86_400})
    refused = extractor.run(None)
    extractor.now += timedelta(days=1, minutes=1)
    extractor.control.put("/sandbox/clock", json={"now": extractor.now.isoformat()})
    again = extractor.run(None)
    assert refused.counts() == {Outcome.RATE_LIMITED: 10}
    assert again.counts() == {Outcome.LANDED: 10}


def entries(snapshot: RawSnapshot) -> int:
    """The number of entries on all pages of a snapshot."""
    pages = [page_of(bytes(snapshot.playlist)), *map(page_of, map(bytes, snapshot.pages))]
    return sum(len(page["items"]) for page in pages)


def page_of(body: bytes) -> dict[str, Any]:
    """The page of entries in a response."""
    response: dict[str, Any] = json.loads(body)
    tracks: dict[str, Any] = response.get("tracks", response)
    return tracks


def sizes_of_version(snapshot: RawSnapshot) -> set[int]:
    """The sizes of the playlist on the days that have the version that was landed."""
    version = json.loads(bytes(snapshot.playlist))["snapshot_id"]
    playlist = LIBRARY.find(snapshot.playlist_id)
    assert playlist is not None
    days = (contents(playlist, day) for day in DAYS)
    return {len(held.slots) for held in days if snapshot_id(playlist, held) == version}
