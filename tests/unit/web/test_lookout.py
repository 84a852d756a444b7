"""What changes is looked at when it is old, and the seldomer the more a look costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from playlake_web.lookout import Lookout

NOW = datetime(2026, 11, 30, tzinfo=UTC)
EVERY = timedelta(seconds=2)


class Looks:
    """Counts looks, each of which takes some processor time."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.used = 0.0
        self.number = 0

    def __call__(self) -> int:
        self.used += self.seconds
        self.number += 1
        return self.number

    def lookout(self) -> Lookout[int]:
        return Lookout(EVERY, lambda: self.used)


@pytest.mark.parametrize(("seconds", "pause"), [(0.0, 2), (0.04, 2), (0.2, 10)])
def test_a_look_takes_a_fiftieth_of_the_time_at_most(seconds: float, pause: int) -> None:
    looks = Looks(seconds)
    lookout = looks.lookout()
    just = timedelta(microseconds=1)
    assert lookout.get(looks, NOW) == 1
    assert lookout.get(looks, NOW + timedelta(seconds=pause) - just) == 1
    assert lookout.get(looks, NOW + timedelta(seconds=pause) + just) == 2


def test_something_else_is_looked_at_at_once() -> None:
    looks = Looks(10.0)
    lookout = looks.lookout()
    assert [lookout.get(looks, NOW, of=name) for name in "aabba"] == [1, 1, 2, 2, 3]


def test_a_clock_that_is_set_back_hides_nothing_for_long() -> None:
    looks = Looks()
    lookout = looks.lookout()
    assert lookout.get(looks, NOW) == 1
    assert lookout.get(looks, NOW - timedelta(hours=1)) == 2


def test_an_error_is_kept_for_nobody() -> None:
    looks = Looks()
    lookout = looks.lookout()

    def fail() -> int:
        raise OSError("synthetic")

    for _ in range(2):
        with pytest.raises(OSError, match="synthetic"):
            lookout.get(fail, NOW)
    assert lookout.get(looks, NOW) == 1
    with pytest.raises(OSError, match="synthetic"):
        lookout.get(fail, NOW + EVERY)
    assert lookout.get(looks, NOW) == 1


def test_the_time_of_the_processor_is_what_counts() -> None:
    lookout: Lookout[int] = Lookout(timedelta(0))

    def work() -> int:
        return sum(range(1_000_000))

    lookout.get(work, NOW)
    assert lookout.get(lambda: 0, NOW + timedelta(microseconds=1)) == work()
