"""The intervals and times of day that a schedule takes."""

from __future__ import annotations

import shutil
import subprocess
from datetime import time, timedelta

import pytest

from playlake.errors import CommandError
from playlake.schedule.cron import cron_time
from playlake.schedule.launchd import calendar_intervals
from playlake.schedule.systemd import on_calendar
from playlake.schedule.timing import Timing, parse_timing

SYSTEMD_ANALYZE = shutil.which("systemd-analyze") or ""
CASES = [
    (("30m", None), "every 30 minutes", "*/30 * * * *", "*-*-* *:00/30:00"),
    (("60m", None), "every hour", "0 */1 * * *", "*-*-* 00/1:00:00"),
    (("6h", None), "every 6 hours", "0 */6 * * *", "*-*-* 00/6:00:00"),
    (("24h", None), "every day at 06:00", "0 6 * * *", "*-*-* 06:00:00"),
    ((None, "07:05"), "every day at 07:05", "5 7 * * *", "*-*-* 07:05:00"),
    (("7d", "23:59"), "every Monday at 23:59", "59 23 * * 1", "Mon *-*-* 23:59:00"),
]


@pytest.mark.parametrize(("options", "words", "cron", "systemd"), CASES)
def test_a_timing_is_written_for_people_cron_and_systemd(
    options: tuple[str | None, str | None], words: str, cron: str, systemd: str
) -> None:
    timing = parse_timing(*options)
    assert (str(timing), cron_time(timing), on_calendar(timing)) == (words, cron, systemd)


@pytest.mark.parametrize(
    ("timing", "intervals"),
    [
        (Timing(timedelta(minutes=30)), [{"Minute": 0}, {"Minute": 30}]),
        (Timing(timedelta(hours=12)), [{"Hour": 0, "Minute": 0}, {"Hour": 12, "Minute": 0}]),
        (Timing(at=time(7, 5)), [{"Hour": 7, "Minute": 5}]),
        (Timing(timedelta(days=7)), [{"Weekday": 1, "Hour": 6, "Minute": 0}]),
    ],
)
def test_a_timing_is_written_for_launchd(timing: Timing, intervals: list[dict[str, int]]) -> None:
    assert calendar_intervals(timing) == intervals


@pytest.mark.parametrize("every", ["7m", "4m", "1m", "45m", "90m", "5h", "36h", "2d", "14d"])
def test_an_interval_that_calendars_do_not_have_is_refused(every: str) -> None:
    with pytest.raises(CommandError, match=f"--every {every} is not possible: choose minutes"):
        parse_timing(every, None)


@pytest.mark.parametrize("every", ["", "daily", "0h", "-1h", "6 h"])
def test_what_is_no_interval_is_refused(every: str) -> None:
    with pytest.raises(CommandError, match="is not an interval: write 30m, 24h or 2d"):
        parse_timing(every, None)


@pytest.mark.parametrize("at", ["", "7", "24:00", "06:60", "6am"])
def test_what_is_no_time_of_day_is_refused(at: str) -> None:
    with pytest.raises(CommandError, match="is not a time of day: write 06:00"):
        parse_timing(None, at)


def test_a_time_of_day_needs_whole_days() -> None:
    with pytest.raises(CommandError, match="--at needs whole days, and --every is 6h"):
        parse_timing("6h", "06:00")


@pytest.mark.skipif(not SYSTEMD_ANALYZE, reason="systemd is not installed")
@pytest.mark.parametrize("expression", [systemd for _, _, _, systemd in CASES])
def test_systemd_reads_a_timing(expression: str) -> None:
    subprocess.run([SYSTEMD_ANALYZE, "calendar", expression], check=True, capture_output=True)
