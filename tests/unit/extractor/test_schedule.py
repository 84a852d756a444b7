"""Running at an interval: the moments, and the loop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlake_extractor import __main__ as command
from playlake_extractor.errors import (
    AuthorisationNeededError,
    LandingFailedError,
    ReadTooLittleError,
)
from playlake_extractor.run.schedule import parse_interval, slot

if TYPE_CHECKING:
    from playlake_extractor.ports import Clock
    from playlake_extractor.settings import Settings

NOON = datetime(2026, 11, 21, 12, 34, 56, 789, tzinfo=UTC)
HOUR = timedelta(hours=1)

moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001  made aware
    lambda moment: moment.replace(tzinfo=UTC)
)
intervals = st.integers(1, 10_000).map(lambda minutes: timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("text", "interval"),
    [("30m", HOUR / 2), ("1h", HOUR), ("24h", 24 * HOUR), ("2d", 48 * HOUR)],
)
def test_an_interval_is_minutes_hours_or_days(text: str, interval: timedelta) -> None:
    assert parse_interval(text) == interval


@pytest.mark.parametrize(
    "text", ["", "1", "h", "0h", "-1h", "1s", "1.5h", "1 h", "1h\n", "999999d"]
)
def test_anything_else_is_no_interval(text: str) -> None:
    with pytest.raises(ValueError, match="is not an interval: write 30m, 24h or 2d"):
        parse_interval(text)


@given(now=moments, every=intervals)
def test_all_starts_within_an_interval_get_the_same_moment(now: datetime, every: timedelta) -> None:
    moment = slot(now, every)
    assert moment <= now < moment + every
    assert slot(moment, every) == moment
    assert slot(moment + every - timedelta(microseconds=1), every) == moment
    assert slot(moment + every, every) == moment + every


@dataclass(frozen=True, slots=True)
class Runs:
    """The moments that runs were scheduled for, by a clock."""

    scheduled: list[datetime]
    clock: Clock


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    """The moments that runs were scheduled for; time passes only while the loop sleeps."""
    now = [NOON]
    scheduled: list[datetime] = []

    def run(_settings: Settings, scheduled_at: datetime, _clock: Clock) -> None:
        scheduled.append(scheduled_at)
        if len(scheduled) == 2:
            raise LandingFailedError("S3 is away")
        if len(scheduled) == 3:
            raise ReadTooLittleError("0 of 3 playlists were read")
        if len(scheduled) == 4:
            raise AuthorisationNeededError("the token has ended")

    def sleep(seconds: float) -> None:
        now[0] += timedelta(seconds=seconds)

    monkeypatch.setattr(command, "run_once", run)
    monkeypatch.setattr(command, "time", SimpleNamespace(sleep=sleep))
    return Runs(scheduled, lambda: now[0])


def test_it_runs_once_an_interval_until_the_credentials_end(
    runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(AuthorisationNeededError):
        command._run_every(None, HOUR, runs.clock)  # type: ignore[arg-type]  # no setting is read
    first = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert runs.scheduled == [first, first + HOUR, first + 2 * HOUR, first + 3 * HOUR]
    assert capsys.readouterr().err == (
        "playlake-extractor: S3 is away\nplaylake-extractor: 0 of 3 playlists were read\n"
    )
