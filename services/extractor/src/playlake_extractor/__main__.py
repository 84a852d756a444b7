"""`python -m playlake_extractor` takes a snapshot of the playlists once, or at an interval.

Its settings are variables of the environment: docs/reference.md lists them.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NoReturn

import structlog

from playlake_contracts.log_events import RunStopped
from playlake_extractor.errors import (
    LandingFailedError,
    ReadTooLittleError,
    RunTakenError,
    StopError,
    StoppedEarlyError,
)
from playlake_extractor.logs import configure_logging
from playlake_extractor.overdue import check_overdue
from playlake_extractor.run.schedule import parse_interval, slot
from playlake_extractor.settings import Settings, check_liked_songs, load_settings
from playlake_extractor.single_run import run_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_extractor.ports import Clock

# What the next run may not meet again.
_PASSING = (LandingFailedError, ReadTooLittleError, RunTakenError, StoppedEarlyError)

log = structlog.get_logger()


def main(arguments: Sequence[str] = ()) -> int:
    """Run the extractor once, or at an interval (`--every`) until it is stopped.

    With `overdue`, check instead that a run has finished lately.

    Returns:
        0 when enough playlists were read and every one is accounted for, else the exit status of
        the error's code; then stderr has one sentence.
    """
    configure_logging()
    options = _options(arguments)
    try:
        settings = load_settings()
        configure_logging(settings.log_level)
        settings = settings.model_copy(update=_overridden(options))
        check_liked_songs(settings)
        clock = _machine_clock if settings.clock is None else _clock_from(settings.clock)
        if options.command == "overdue":
            check_overdue(settings, options.after, clock)
        elif options.every is None:
            run_once(settings, settings.scheduled_at, clock)
        else:
            _run_every(settings, options.every, clock)
    except StopError as error:
        return _stopped(error)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("playlake-extractor", description=__doc__)
    parser.add_argument(
        "--every", type=parse_interval, metavar="INTERVAL", help="run again and again: 30m, 24h, 2d"
    )
    parser.add_argument(
        "--enrich", action="store_true", help="request details of artists and albums as well"
    )
    parser.add_argument(
        "--covers", action="store_true", help="keep the covers of landed playlists as well"
    )
    parser.add_argument(
        "--liked-songs", action="store_true", help="read the user's Liked Songs with `mine` as well"
    )
    parser.add_argument(
        "--full", action="store_true", help="land unchanged playlists as well, in every run"
    )
    commands = parser.add_subparsers(dest="command", metavar="overdue")
    overdue = commands.add_parser(
        "overdue", help="check that a run has finished, instead of running"
    )
    overdue.add_argument(
        "--after",
        type=parse_interval,
        metavar="INTERVAL",
        required=True,
        help="the longest time that may pass between two finished runs: 252h",
    )
    return parser.parse_args(arguments)


def _overridden(options: argparse.Namespace) -> dict[str, object]:
    full: dict[str, object] = {"refresh_after_days": 0} if options.full else {}
    more = {name: True for name in ("enrich", "covers", "liked_songs") if getattr(options, name)}
    return {**full, **more}


def _run_every(settings: Settings, every: timedelta, clock: Clock) -> None:
    """Run for the current interval and each later one.

    Raises:
        StopError: a run failed, and the next run would fail for the same reason.
    """
    while True:
        scheduled_at = slot(clock(), every)
        try:
            run_once(settings, scheduled_at, clock)
        except _PASSING as error:
            _stopped(error)
        time.sleep(max(0.0, (scheduled_at + every - clock()).total_seconds()))


def _stopped(error: StopError) -> int:
    RunStopped(code=error.code, reason=str(error)).write(log)
    sys.stderr.write(f"playlake-extractor: {error}\n")
    return error.exit_status


def _machine_clock() -> datetime:
    return datetime.now(UTC)


def _clock_from(start: datetime) -> Clock:
    """A clock that shows `start` now, and goes on from there."""
    begun = time.monotonic()
    return lambda: start.astimezone(UTC) + timedelta(seconds=time.monotonic() - begun)


def _terminate(number: int, _frame: object) -> NoReturn:
    """Exit with the status of a program that SIGTERM ended, after open resources are closed."""
    sys.exit(128 + number)


if __name__ == "__main__":
    # Python does not handle SIGTERM; as a container's first process it would ignore it.
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(main(sys.argv[1:]))
