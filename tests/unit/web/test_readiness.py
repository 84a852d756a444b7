"""Whether the lake can be queried is found out seldom, and nobody waits for long."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from web_lakes import NOW

from playlake_lake.days import EVERY_DAY
from playlake_lake.errors import QueryError
from playlake_web.readiness import NotReadyError, Readiness

if TYPE_CHECKING:
    from datetime import datetime

    from playlake_lake.days import SomeDays


@dataclass
class Lake:
    """A lake that is asked.

    Attributes:
        error: what a query raises.
        may_answer: a query ends once this is set.
        asked: the number of queries.
        now: the present time.
    """

    error: Exception | None = None
    may_answer: Event = field(default_factory=Event)
    asked: int = 0
    now: Any = NOW

    @property
    def records(self) -> Any:  # noqa: ANN401
        raise AssertionError("nobody needs them here")

    covers = records

    def last_commit_at(self) -> datetime | None:
        raise AssertionError("nobody needs it here")

    def version(self) -> str:
        return "1"

    def rows(self, sql: str, days: SomeDays = EVERY_DAY, **_: str) -> list[tuple[Any, ...]]:
        assert "{in_days}" in sql
        assert NOW.date().isoformat() in str(days)
        self.asked += 1
        assert self.may_answer.wait(20)
        if self.error is not None:
            raise self.error
        return [(1,)]


@pytest.fixture
def lake() -> Lake:
    found = Lake()
    found.may_answer.set()
    return found


def check(readiness: Readiness, lake: Lake, later: timedelta = timedelta()) -> None:
    lake.now = NOW + later
    readiness.check(lake, lambda: lake.now)


def test_a_lake_that_answers_is_not_asked_again_for_minutes(lake: Lake) -> None:
    readiness = Readiness(20)
    for minutes in (0, 1, 4):
        check(readiness, lake, timedelta(minutes=minutes))
    assert lake.asked == 1
    check(readiness, lake, timedelta(minutes=5))
    assert lake.asked == 2


def test_a_lake_that_refuses_is_asked_again_after_seconds(lake: Lake) -> None:
    readiness = Readiness(20)
    lake.error = QueryError("Athena has refused")
    for seconds in (0, 4):
        with pytest.raises(NotReadyError, match="Athena has refused"):
            check(readiness, lake, timedelta(seconds=seconds))
    assert lake.asked == 1
    lake.error = None
    check(readiness, lake, timedelta(seconds=5))
    assert lake.asked == 2


def test_a_fault_of_the_program_is_no_answer_of_the_lake(lake: Lake) -> None:
    lake.error = RuntimeError("a fault")
    with pytest.raises(NotReadyError, match="a fault"):
        check(Readiness(20), lake)


def test_nobody_waits_for_long_and_one_query_runs_at_a_time(lake: Lake) -> None:
    readiness = Readiness(0)
    lake.may_answer.clear()
    for _ in range(3):
        with pytest.raises(NotReadyError, match="has not answered within 0 s"):
            check(readiness, lake)
    lake.may_answer.set()
    while True:  # pytest's own limit ends this
        try:
            check(readiness, lake)
        except NotReadyError:
            continue
        break
    assert lake.asked == 1
