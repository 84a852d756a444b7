from __future__ import annotations

from datetime import timedelta

import pytest

from playlake_extractor.http.pacer import Pacer


class Time:
    """Passes only by sleeping, or when a test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def test_requests_leave_at_an_even_pace() -> None:
    time = Time()
    pacer = Pacer(timedelta(seconds=0.5), clock=time, sleep=time.sleep)
    left = []
    for took in (0.0, 0.2, 0.1):
        pacer.wait()
        left.append(time.now)
        time.now += took

    assert left == pytest.approx([1000.0, 1000.5, 1001.0])


def test_time_lost_is_not_caught_up_in_a_burst() -> None:
    time = Time()
    pacer = Pacer(timedelta(seconds=1), clock=time, sleep=time.sleep)
    pacer.wait()
    time.now += 60
    pacer.wait()
    pacer.wait()

    assert time.now == pytest.approx(1061)
