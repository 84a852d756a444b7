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
_LAST_RUN: Final = """
select run_id, outcome, count(*) as playlists
from run_outcomes
where run_id = (select max(run_id) from run_outcomes where {in_days}) and {in_days}
group by run_id, outcome order by outcome
"""


class LakeMetrics:
    """The metrics of a site's lake; the last run is read once for each version of the lake."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = Lock()
        self._version: str | None = None
        self._last_run: list[tuple[Any, ...]] = []

    def samples(self) -> list[Sample]:
        """The metrics, as of a few seconds ago at most."""
        status = self._site.status()
        found = list(_of_status(status))
        try:
            found += self._of_last_run()
        except LakeError:
            return [*found, Sample(Metric.LAKE_UP, 0)]
        return [*found, Sample(Metric.LAKE_UP, int(not status.unreadable))]

    def _of_last_run(self) -> Iterator[Sample]:
        with self._lock:
            version = self._site.version()
            if version != self._version:
                self._last_run = _last_run(self._site.reader, self._site.today)
                self._version = version
            found = self._last_run
        for _, outcome, count in found:
            yield Sample(Metric.LAST_RUN_PLAYLISTS, count, (("outcome", outcome),))
        if found:
            yield Sample(Metric.LAST_RUN, RunId.parse(found[0][0]).scheduled_at.timestamp())


def _last_run(lake: Reader, today: date) -> list[tuple[Any, ...]]:
    """The newest run with a manifest: its id with each outcome and the number of playlists."""
    lately = lake.rows(_LAST_RUN, Days((today - _LATELY).isoformat()))
    return lately or lake.rows(_LAST_RUN, EVERY_DAY)


def _of_status(status: Status) -> Iterator[Sample]:
    yield from _known(Metric.RAW_OBJECTS_WAITING, status.waiting)
    yield from _known(Metric.OLDEST_WAITING, status.waiting_since)
    yield from _known(Metric.MESSAGES_QUEUED, status.queued)
    yield from _known(Metric.MESSAGES_IN_FLIGHT, status.in_flight)
    yield from _known(Metric.DEAD_LETTERS, status.dead_letters)
    yield from _known(Metric.OLDEST_DEAD_LETTER, status.dead_since)
    yield from _known(Metric.LAST_COMMIT, status.last_commit_at)
    yield from _known(Metric.LOGIN_DAYS_LEFT, status.login_days_left)


def _known(metric: Metric, value: datetime | float | None) -> Iterator[Sample]:
    """The sample of a value, if it is known."""
    if value is None:
        return
    yield Sample(metric, value if isinstance(value, int | float) else value.timestamp())
