"""The metrics of a lake, which every process that serves it knows alike.

What is not known has no sample: a number in its place would be taken for one.
"""

from __future__ import annotations

from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from playlake_contracts.metrics import Metric
from playlake_contracts.runs import RunId
from playlake_contracts.samples import Sample
from playlake_lake.days import EVERY_DAY, Days
from playlake_lake.errors import LakeError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from playlake_web.facts.pipeline import Status
    from playlake_web.reader import Reader
    from playlake_web.site import Site

# Two runs are 31 days apart at most. If the newest is older, all days are read.
_LATELY: Final = timedelta(days=32)
_LAST_RUNS: Final = """
select source, account, run_id, outcome, count(*) as playlists
from run_outcomes
where run_id in (
    select max(run_id) from run_outcomes
    where trigger = 'schedule' and {in_days} group by source, account
) and {in_days}
group by source, account, run_id, outcome order by source, account nulls first, outcome
"""


class LakeMetrics:
    """The metrics of a site's lake; the last runs are read once for each version of the lake."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = Lock()
        self._version: str | None = None
        self._last_runs: list[tuple[Any, ...]] = []

    def samples(self) -> list[Sample]:
        """The metrics, as of a few seconds ago at most."""
        status = self._site.status()
        found = list(_of_status(status))
        try:
            found += self._of_last_runs()
        except LakeError:
            return [*found, Sample(Metric.LAKE_UP, 0)]
        return [*found, Sample(Metric.LAKE_UP, int(not status.unreadable))]

    def _of_last_runs(self) -> Iterator[Sample]:
        with self._lock:
            version = self._site.version()
            if version != self._version:
                self._last_runs = _last_runs(self._site.reader, self._site.today)
                self._version = version
            found = self._last_runs
        scheduled = {}
        for source, account, run_id, outcome, count in found:
            # To Prometheus, a label that is empty is none.
            whose = (("source", source), ("account", account or ""))
            scheduled[whose] = RunId.parse(run_id).scheduled_at.timestamp()
            yield Sample(Metric.LAST_RUN_PLAYLISTS, count, (*whose, ("outcome", outcome)))
        for whose, at in scheduled.items():
            yield Sample(Metric.LAST_RUN, at, whose)


def _last_runs(lake: Reader, today: date) -> list[tuple[Any, ...]]:
    """The newest run of each source and account with each outcome and the number of playlists."""
    lately = lake.rows(_LAST_RUNS, Days((today - _LATELY).isoformat()))
    return lately or lake.rows(_LAST_RUNS, EVERY_DAY)


def _of_status(status: Status) -> Iterator[Sample]:
    yield from _known(Metric.RAW_OBJECTS_WAITING, status.waiting)
    yield from _known(Metric.OLDEST_WAITING, status.waiting_since)
    yield from _known(Metric.MESSAGES_QUEUED, status.queued)
    yield from _known(Metric.MESSAGES_IN_FLIGHT, status.in_flight)
    yield from _known(Metric.OVERWRITES_WAITING, status.overwrites)
    yield from _known(Metric.DEAD_LETTERS, status.dead_letters)
    yield from _known(Metric.OLDEST_DEAD_LETTER, status.dead_since)
    yield from _known(Metric.LAST_COMMIT, status.last_commit_at)
    yield from _known(Metric.LOGIN_DAYS_LEFT, status.login_days_left)


def _known(metric: Metric, value: datetime | float | None) -> Iterator[Sample]:
    """The sample of a value, if it is known."""
    if value is None:
        return
    yield Sample(metric, value if isinstance(value, int | float) else value.timestamp())
