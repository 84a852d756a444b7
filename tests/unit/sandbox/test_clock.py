from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from playlake_sandbox import FIRST_DAY, LAST_DAY, Settings
from playlake_sandbox.clock import LAST_MOMENT, STANDING_AT, Clock
from playlake_sandbox.state import Sandbox

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY_A_MINUTE = 1_440


def at_seconds(*seconds: float) -> Callable[[], float]:
    """Real time that is read as these numbers of seconds, one after the other."""
    reading = iter(seconds)
    return lambda: next(reading)


def times(clock: Clock, count: int) -> Iterable[datetime]:
    return [clock.now for _ in range(count)]


def test_a_day_passes_in_a_minute() -> None:
    clock = Clock(NOON, DAY_A_MINUTE, at_seconds(100, 100, 130, 160))
    assert times(clock, 3) == [NOON, NOON + timedelta(hours=12), NOON + timedelta(days=1)]


def test_a_clock_without_a_pace_stands_still() -> None:
    assert times(Clock(NOON, 0, at_seconds(0, 5, 1_000_000)), 2) == [NOON, NOON]


def test_a_clock_that_is_set_runs_on_from_there() -> None:
    clock = Clock(NOON, DAY_A_MINUTE, at_seconds(0, 60, 90))
    clock.set(NOON - timedelta(days=9))
    assert clock.now == NOON - timedelta(days=9) + timedelta(hours=12)


def test_a_clock_stops_at_the_end_of_the_last_day() -> None:
    clock = Clock(LAST_MOMENT - timedelta(hours=1), 1e300, at_seconds(0, 1, 1e300))
    assert times(clock, 2) == [LAST_MOMENT, LAST_MOMENT]


def test_a_client_waits_for_the_real_time_that_a_simulated_time_takes() -> None:
    assert Clock(NOON, DAY_A_MINUTE).real_time(timedelta(days=2)) == timedelta(minutes=2)
    assert Clock(NOON).real_time(timedelta(days=2)) == timedelta(days=2)


def test_a_clock_that_stands_still_starts_at_the_same_time_everywhere() -> None:
    assert Clock.starting(None, 0).now == STANDING_AT


def test_a_clock_that_runs_starts_now_or_when_it_is_told() -> None:
    before = datetime.now(UTC)
    started = Clock.starting(None, 86_400).now
    assert before <= started <= datetime.now(UTC)
    assert Clock.starting(LAST_MOMENT, 86_400).now == LAST_MOMENT


def test_the_settings_move_the_clock() -> None:
    settings = Settings.model_validate({"day_seconds": 1e-9, "clock": "2026-11-21T06:00:00Z"})
    assert Sandbox.begin(settings).clock.now > datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize("day", [FIRST_DAY, LAST_DAY])
async def test_the_first_and_the_last_day_of_the_world_are_served(
    spotify: Spotify, day: date
) -> None:
    client = await spotify(clock=f"{day}T23:59:59Z")
    listed = (await client.get("/v1/me/playlists?limit=3")).json()["items"]
    assert len(listed) == 3
    assert (await client.get(f"/v1/playlists/{listed[1]['id']}")).status_code == 200
    assert (await client.put("/sandbox/clock", json={"now": f"{day}T00:00:00Z"})).is_success


QUOTA = {"kind": "quota_used_up", "path": "/v1/me", "seconds": 86_400}


async def test_a_quota_opens_again_when_its_time_has_passed_on_the_clock(spotify: Spotify) -> None:
    client = await spotify(clock="2026-11-21T06:00:00Z")
    await client.put("/sandbox/faults", json=[QUOTA])
    refused = [await client.get("/v1/me") for _ in range(2)]
    await client.put("/sandbox/clock", json={"now": "2026-11-22T05:59:00Z"})
    refused.append(await client.get("/v1/me"))
    await client.put("/sandbox/clock", json={"now": "2026-11-22T06:00:00Z"})
    assert [each.status_code for each in refused] == [429, 429, 429]
    assert [each.headers["retry-after"] for each in refused] == ["86400", "86400", "60"]
    assert refused[0].json()["error"]["reason"] == "QUOTA_EXCEEDED"
    assert (await client.get("/v1/me")).status_code == 200
    (rule,) = (await client.get("/sandbox/faults")).json()
    assert (rule["matched"], rule["applied"]) == (4, 1)


async def test_other_requests_pass_while_a_quota_is_used_up(spotify: Spotify) -> None:
    client = await spotify()
    await client.put("/sandbox/faults", json=[QUOTA])
    assert (await client.get("/v1/me")).status_code == 429
    assert (await client.get("/v1/me/playlists")).status_code == 200


async def test_a_quota_is_used_up_again_if_the_rule_says_so(spotify: Spotify) -> None:
    client = await spotify(clock="2026-11-21T06:00:00Z")
    await client.put("/sandbox/faults", json=[{**QUOTA, "times": None}])
    for day in ("2026-11-21", "2026-11-22", "2026-11-23"):
        await client.put("/sandbox/clock", json={"now": f"{day}T06:00:00Z"})
        assert (await client.get("/v1/me")).headers["retry-after"] == "86400"


async def test_retry_after_is_real_time_where_the_clock_runs(spotify: Spotify) -> None:
    client = await spotify(day_seconds=8_640)
    await client.put("/sandbox/faults", json=[QUOTA])
    # A tenth of real time; a slow machine may answer a little later.
    assert 8_000 < int((await client.get("/v1/me")).headers["retry-after"]) <= 8_640
