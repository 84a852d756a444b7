"""The watcher of runs that are so far apart that no CloudWatch alarm can wait for them.

It sends how long ago the newest finished run ended, and fails if that is too long ago.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from playlake_contracts.embedded_metrics import print_metrics
from playlake_contracts.keys import state_key
from playlake_contracts.metrics import Metric
from playlake_extractor.adapters.places import open_place
from playlake_extractor.errors import RunOverdueError
from playlake_extractor.run.finished_runs import Runs, finished_before
from playlake_extractor.run.state_store import load_state

if TYPE_CHECKING:
    from playlake_extractor.ports import Clock
    from playlake_extractor.settings import Settings

_HOUR = timedelta(hours=1)
# A run that ended just before the limit is still found.
_MARGIN = timedelta(days=1)

log = structlog.get_logger()


def check_overdue(settings: Settings, after: timedelta, clock: Clock) -> None:
    """Check that a run has finished within a time.

    Before the first run there is nothing to measure, so no metric is sent; the alarm, for which a
    missing metric is a breach, is on until a run has finished.

    Raises:
        RunOverdueError: none has.
        LandingFailedError: the lake does not answer.
    """
    place = open_place(settings.lake, settings.raw_bucket, settings.bucket_owner)
    runs = Runs(settings.source, settings.account, settings.least_read_percent)
    state = load_state(place.state(state_key(runs.source, runs.account)), runs.source)
    since = finished_before(place.raw, runs, state, clock(), max(after, _HOUR) + _MARGIN)
    if since is None:
        log.warning("no_run_yet", reason="no run has ended yet, so none can be overdue")
        return
    hours = round(since / _HOUR, 1)
    log.info("finished_run_found", hours=hours)
    values = {Metric.HOURS_SINCE_FINISHED_RUN: hours}
    print_metrics(settings.metrics_namespace, values, datetime.now(UTC), sys.stdout)
    if since > after:
        raise RunOverdueError(
            f"no run has finished for {hours:g} hours, and {after / _HOUR:g} are allowed: read the "
            "log of the runs since then, correct the cause, and run again"
        )
