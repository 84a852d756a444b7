"""The conditions of runs: one is missing, or the last one went wrong."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from playlake_contracts.metrics import Metric
from playlake_infra.watch.condition import BELOW, CHANGES_NOTHING, IS_A_BREACH, Condition
from playlake_infra.watch.metrics import PERIOD, metric_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_infra.runs import Runs
    from playlake_infra.settings import Settings

_HOUR = timedelta(hours=1)
# The watcher runs once a day; a day without its metric may just be a late one.
_WATCHED = timedelta(days=2)
_TOKEN_DAYS = 30


def run_conditions(settings: Settings, runs: Runs) -> Iterator[Condition]:
    """Yield the conditions of the runs of a source."""
    yield _overdue(runs) if runs.schedule.needs_watcher else _no_run(runs)
    yield _of_last_run(
        runs,
        "read-too-little",
        "The last run read less than least_read_percent of its playlists: its log says why; check "
        f"{runs.title}, the internet access of the tasks, and what the user may read",
        Metric.RUNS_READ_TOO_LITTLE,
    )
    yield _authorisation(runs)
    yield _of_last_run(
        runs,
        "failed-playlists",
        "More than failed_percent of the last run's playlists failed: run_outcomes has their codes",
        Metric.PLAYLISTS_FAILED_PERCENT,
        settings.failed_percent,
    )
    yield _of_last_run(
        runs,
        "partial-runs",
        "The last run left more than rate_limited_percent of its playlists to the next: run less "
        "often, read fewer playlists, or raise PLAYLAKE_REQUEST_BUDGET",
        Metric.PLAYLISTS_RATE_LIMITED_PERCENT,
        settings.rate_limited_percent,
    )
    if runs.consents:
        yield _token(runs)


def _no_run(runs: Runs) -> Condition:
    after = runs.schedule.overdue_after
    period = _HOUR if runs.schedule.interval >= _HOUR else PERIOD
    return Condition(
        runs.watched("no-finished-run"),
        "No run has finished for one and a half intervals: the extractor's log says why",
        metric_of(runs.namespace, Metric.RUNS_FINISHED, period=period),
        threshold=1,
        comparison=BELOW,
        periods=ceil(after / period),
        missing=IS_A_BREACH,
    )


def _overdue(runs: Runs) -> Condition:
    """The condition for runs so far apart that no alarm can wait for them."""
    return Condition(
        runs.watched("overdue"),
        "No run has finished for one and a half intervals, or the watcher itself has not run: the "
        "extractor's log says why",
        metric_of(runs.namespace, Metric.HOURS_SINCE_FINISHED_RUN, "Maximum", _WATCHED),
        threshold=runs.schedule.overdue_after / _HOUR,
        missing=IS_A_BREACH,
    )


def _authorisation(runs: Runs) -> Condition:
    advice = (
        "authorise again and put the new token in the secret"
        if runs.consents
        else "put valid ones in its secret"
    )
    return _of_last_run(
        runs,
        "authorisation",
        f"{runs.title} refused the credentials: {advice}",
        Metric.RUNS_REFUSED,
    )


def _token(runs: Runs) -> Condition:
    return Condition(
        runs.watched("token"),
        f"The user's consent ends in less than {_TOKEN_DAYS} days: authorise again and put the new "
        "token in the secret",
        metric_of(runs.namespace, Metric.TOKEN_DAYS_LEFT, "Minimum"),
        threshold=_TOKEN_DAYS,
        comparison=BELOW,
        missing=CHANGES_NOTHING,
    )


def _of_last_run(
    runs: Runs, name: str, description: str, metric: Metric, threshold: float = 0
) -> Condition:
    measured = metric_of(runs.namespace, metric, "Maximum")
    return Condition(runs.watched(name), description, measured, threshold, missing=CHANGES_NOTHING)
