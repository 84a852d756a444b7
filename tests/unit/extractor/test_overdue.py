"""The watcher of runs that are far apart: which run counts, and how long ago it ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import pytest
from twins.extractor import MemoryRawStore

from playlake_contracts.accounts import run_id_of
from playlake_contracts.keys import RawKey, run_prefix
from playlake_contracts.manifest import Manifest, PlaylistOutcome, encode_manifest
from playlake_contracts.outcomes import Outcome
from playlake_contracts.runs import RunId
from playlake_extractor.errors import LandingFailedError
from playlake_extractor.run.finished_runs import Runs, finished_before
from playlake_extractor.run.state import LastSnapshot, Seen, State

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)
RAN = State(seen={"a": Seen(run_id="20261101T000000Z-aaaaaa")})


@pytest.fixture
def raw() -> MemoryRawStore:
    return MemoryRawStore()


@pytest.fixture
def land(raw: MemoryRawStore) -> Callable[..., None]:
    """`land(days_ago, outcome, trigger)`: the manifest of a synthetic run of one playlist."""

    def land(
        days_ago: float,
        outcome: Outcome | None = Outcome.GONE,
        trigger: Literal["schedule", "import"] = "schedule",
        account: str | None = None,
    ) -> None:
        at = NOW - days_ago * DAY
        run_id = run_id_of("spotify", at, account)
        playlists = [] if outcome is None else [PlaylistOutcome(playlist_id="a", outcome=outcome)]
        manifest = Manifest(
            source="spotify",
            run_id=str(run_id),
            trigger=trigger,
            extractor_version="0",
            scheduled_at=at,
            started_at=at,
            finished_at=at,
            configured=len(playlists),
            requests=0,
            playlists=playlists,
            parts=[],
            account=account,
        )
        key = RawKey.of_manifest("spotify", run_id)
        raw.land(str(key), encode_manifest(manifest), "application/json")

    return land


def since(
    raw: MemoryRawStore,
    state: State = RAN,
    look_back: timedelta = 10 * DAY,
    account: str | None = None,
) -> timedelta | None:
    return finished_before(raw, Runs("spotify", account, 50), state, NOW, look_back)


def test_the_newest_finished_run_counts_whatever_came_later(
    raw: MemoryRawStore, land: Callable[..., None]
) -> None:
    land(9, Outcome.UNCHANGED)
    land(7, Outcome.UNCHANGED)
    land(3, Outcome.FORBIDDEN)
    land(2, Outcome.UNCHANGED, "import")
    assert since(raw) == 7 * DAY


def test_runs_of_another_account_do_not_count(
    raw: MemoryRawStore, land: Callable[..., None]
) -> None:
    land(7, Outcome.UNCHANGED)
    land(3, Outcome.UNCHANGED, account="ada")
    land(1, Outcome.UNCHANGED, account="bo")
    assert [since(raw, account=name) for name in (None, "ada", "bo")] == [7 * DAY, 3 * DAY, DAY]


def test_two_runs_of_a_day_are_told_apart(raw: MemoryRawStore, land: Callable[..., None]) -> None:
    land(0.3, Outcome.UNCHANGED)
    land(0.1, Outcome.UNCHANGED)
    assert since(raw) == 0.1 * DAY


def test_a_run_that_ended_just_within_the_time_is_found(
    raw: MemoryRawStore, land: Callable[..., None]
) -> None:
    land(9.9, Outcome.UNCHANGED)
    assert since(raw) == 9.9 * DAY


def test_without_a_finished_run_it_is_the_whole_time(
    raw: MemoryRawStore, land: Callable[..., None]
) -> None:
    land(30, Outcome.UNCHANGED)
    land(3, Outcome.FAILED)
    assert since(raw) == 10 * DAY


def test_before_the_first_run_nothing_is_overdue(raw: MemoryRawStore) -> None:
    assert since(raw, State()) is None


def test_an_empty_run_counts_only_if_there_never_were_playlists(
    raw: MemoryRawStore, land: Callable[..., None]
) -> None:
    land(1, None)
    assert since(raw, State()) == DAY
    read = State(playlists={"a": LastSnapshot(run_id="20261101T000000Z-aaaaaa", snapshot_id="1")})
    assert since(raw, read) == 10 * DAY


def test_a_manifest_that_cannot_be_read_is_an_error(raw: MemoryRawStore) -> None:
    run_id = RunId.derive("spotify", NOW)
    raw.land(f"{run_prefix('spotify', run_id)}manifest.json", b"{}", "application/json")
    with pytest.raises(LandingFailedError, match=r"manifest\.json"):
        since(raw)


def test_other_objects_of_a_day_are_passed_over(
    raw: MemoryRawStore, land: Callable[..., None]
) -> None:
    land(1, Outcome.UNCHANGED)
    raw.land("raw/source=spotify/snapshot_date=2026-11-21/notes.txt", b"foreign", "text/plain")
    assert since(raw) == DAY
