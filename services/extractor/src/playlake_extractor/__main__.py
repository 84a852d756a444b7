"""The composition root: reads the settings, runs the extractor, and returns an exit status."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NoReturn

import structlog

from playlake_contracts.keys import details_key, state_key
from playlake_contracts.log_events import RunStarted, RunStopped
from playlake_contracts.outcomes import Outcome
from playlake_contracts.runs import RunId
from playlake_contracts.version import VERSION
from playlake_extractor.adapters.places import open_bucket, open_lake
from playlake_extractor.adapters.playlist_files import read_selection
from playlake_extractor.errors import (
    LandingFailedError,
    RunTakenError,
    StopError,
    StoppedEarlyError,
)
from playlake_extractor.logs import configure_logging
from playlake_extractor.run.definition import Run
from playlake_extractor.run.enrichment import Enrichment
from playlake_extractor.run.extract import Stores, extract
from playlake_extractor.run.parts import PartLimits
from playlake_extractor.run.schedule import parse_interval, slot
from playlake_extractor.settings import Settings, load_settings
from playlake_extractor.sources.registry import SOURCES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_extractor.adapters.places import Place
    from playlake_extractor.ports import Clock

log = structlog.get_logger()


def main(arguments: Sequence[str] = ()) -> int:
    """Run the extractor once, or at an interval (`--every`) until it is stopped.

    Returns:
        0 when every playlist is accounted for, else the exit status of the error's code; then
        stderr has one sentence.
    """
    configure_logging()
    options = _options(arguments)
    try:
        settings = load_settings()
        configure_logging(settings.log_level)
        settings = settings.model_copy(update=_overridden(options))
        clock = _machine_clock if settings.clock is None else _clock_from(settings.clock)
        if options.every is None:
            _run(settings, settings.scheduled_at, clock)
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
        "--full", action="store_true", help="land unchanged playlists as well, in every run"
    )
    return parser.parse_args(arguments)


def _overridden(options: argparse.Namespace) -> dict[str, object]:
    full: dict[str, object] = {"refresh_after_days": 0} if options.full else {}
    return {**full, "enrich": True} if options.enrich else full


def _run_every(settings: Settings, every: timedelta, clock: Clock) -> None:
    """Run for the current interval and each later one.

    Raises:
        StopError: a run failed, and the next run would fail for the same reason.
    """
    while True:
        scheduled_at = slot(clock(), every)
        try:
            _run(settings, scheduled_at, clock)
        except (LandingFailedError, RunTakenError, StoppedEarlyError) as error:
            _stopped(error)
        time.sleep(max(0.0, (scheduled_at + every - clock()).total_seconds()))


def _stopped(error: StopError) -> int:
    RunStopped(code=error.code, reason=str(error)).write(log)
    sys.stderr.write(f"playlake-extractor: {error}\n")
    return error.exit_status


def _run(settings: Settings, scheduled_at: datetime, clock: Clock) -> None:
    registered = SOURCES[settings.source]
    run = _define(settings, scheduled_at)
    structlog.contextvars.bind_contextvars(run_id=str(run.run_id))
    RunStarted(version=run.extractor_version).write(log)
    place = _open_place(settings)
    stores = Stores(raw=place.raw, state=place.state(state_key(run.source)))
    wanted = read_selection(settings.playlists, registered.parse_reference)
    requested = place.state(details_key(run.source))
    enrichment = Enrichment(requested, settings.enrich_budget) if settings.enrich else None
    source = registered.open(settings, clock)
    manifest = extract(run, wanted, source, stores, clock, enrichment)
    left = manifest.counts().get(Outcome.RATE_LIMITED)
    if left:
        raise StoppedEarlyError(
            f"{left} of {manifest.configured} playlists could not be read now and are left to the "
            "next run: the manifest has the reasons"
        )


def _open_place(settings: Settings) -> Place:
    if settings.lake is not None:
        return open_lake(settings.lake)
    return open_bucket(settings.raw_bucket or "")


def _define(settings: Settings, scheduled_at: datetime) -> Run:
    limits = PartLimits(
        max_bytes=settings.part_max_bytes,
        max_snapshots=settings.part_max_snapshots,
        max_age=timedelta(seconds=settings.part_max_age_seconds),
    )
    return Run(
        settings.source,
        RunId.derive(settings.source, scheduled_at),
        VERSION,
        limits=limits,
        refresh_after=timedelta(days=settings.refresh_after_days),
    )


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
