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

    from playlake_infra.settings import Settings

_HOUR = timedelta(hours=1)
# The watcher runs once a day; a day without its metric may just be a late one.
_WATCHED = timedelta(days=2)
_TOKEN_DAYS = 30


def run_conditions(settings: Settings) -> Iterator[Condition]:
    """Yield the conditions of the extractor's runs."""
    yield _overdue(settings) if settings.needs_watcher else _no_run(settings)
    yield from _conditions_of_last_run(settings)


def _no_run(settings: Settings) -> Condition:
    after = settings.overdue_after
    period = _HOUR if settings.interval >= _HOUR else PERIOD
    return Condition(
        "no-finished-run",
        "No run has finished for one and a half intervals: the extractor's log says why",
        metric_of(settings, Metric.RUNS_FINISHED, period=period),
        threshold=1,
        comparison=BELOW,
        periods=ceil(after / period),
        missing=IS_A_BREACH,
    )


def _overdue(settings: Settings) -> Condition:
    """The condition for runs so far apart that no alarm can wait for them."""
    return Condition(
        "overdue",
        "No run has finished for one and a half intervals, or the watcher itself has not run: the "
        "extractor's log says why",
        metric_of(settings, Metric.HOURS_SINCE_FINISHED_RUN, "Maximum", _WATCHED),
        threshold=settings.overdue_after / _HOUR,
        missing=IS_A_BREACH,
    )


def _conditions_of_last_run(settings: Settings) -> Iterator[Condition]:
    yield _of_last_run(
        settings,
        "read-too-little",
        "The last run read less than least_read_percent of its playlists: its log says why; check "
        "Spotify, the internet access of the tasks, and what the user may read",
        Metric.RUNS_READ_TOO_LITTLE,
    )
    yield _of_last_run(
        settings,
        "authorisation",
        "Spotify refused the credentials: authorise again and put the new token in the secret",
        Metric.RUNS_REFUSED,
    )
    yield _of_last_run(
        settings,
        "failed-playlists",
        "More than failed_percent of the last run's playlists failed: run_outcomes has their codes",
        Metric.PLAYLISTS_FAILED_PERCENT,
        settings.failed_percent,
    )
    yield _of_last_run(
        settings,
        "partial-runs",
        "The last run left more than rate_limited_percent of its playlists to the next: run less "
        "often, read fewer playlists, or raise PLAYLAKE_REQUEST_BUDGET",
        Metric.PLAYLISTS_RATE_LIMITED_PERCENT,
        settings.rate_limited_percent,
    )
    yield Condition(
        "token",
        f"The user's consent ends in less than {_TOKEN_DAYS} days: authorise again and put the new "
        "token in the secret",
        metric_of(settings, Metric.TOKEN_DAYS_LEFT, "Minimum"),
        threshold=_TOKEN_DAYS,
        comparison=BELOW,
        missing=CHANGES_NOTHING,
    )


def _of_last_run(
    settings: Settings, name: str, description: str, metric: Metric, threshold: float = 0
) -> Condition:
    measured = metric_of(settings, metric, "Maximum")
    return Condition(name, description, measured, threshold, missing=CHANGES_NOTHING)
