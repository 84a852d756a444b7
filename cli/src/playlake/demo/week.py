"""A simulated week: every day the stand-in's clock moves on and the extractor runs once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.local_aws.environments import extractor_environment
from playlake.processes import run_to_end
from playlake.watching import STUCK_AFTER, watch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from playlake.demo.sandbox import Sandbox
    from playlake.local_aws import LocalAws
    from playlake.transformer_process import Transformer

LAST_DAY = datetime(2026, 11, 21, 6, tzinfo=UTC)

# The stand-in has no quota, so the demonstration need not wait for one.
REQUESTS_PER_SECOND = 100

_LOOK_EVERY = timedelta(milliseconds=100)


def days(count: int) -> list[datetime]:
    """The scheduled times of so many consecutive days, the last one `LAST_DAY`."""
    return [LAST_DAY - timedelta(days=ago) for ago in reversed(range(count))]


def wait_for_crawl(running: Transformer) -> str:
    """Wait until a transformer has triggered the crawler: what became of it.

    Nothing was committed in a week that had been run before, and then there is no crawl.

    Raises:
        CommandError: the transformer has ended, or does not start the crawler.
    """

    def look() -> tuple[int, int]:
        status = running.status()
        return status["crawls"], status["objects_committed"]

    for (crawls, committed), unchanged_for in watch(look, every=_LOOK_EVERY):
        if crawls:
            return f"The crawler was started {crawls} times."
        if not committed:
            break
        if unchanged_for > STUCK_AFTER:
            raise CommandError(f"the crawler was not started: see {running.log}")
    return "Every raw object had been transformed before: nothing was committed again."


def extract(
    inherited: Mapping[str, str],
    aws: LocalAws,
    sandbox: Sandbox,
    playlists: Iterable[str],
    day: datetime,
    logs: Path,
) -> None:
    """Move the stand-in's clock to a day and run the extractor on its playlists of that day.

    Raises:
        CommandError: the extractor ended with a status other than 0.
    """
    sandbox.set_clock(day)
    own = extractor_environment(
        inherited,
        aws,
        sandbox.access,
        playlists=playlists,
        scheduled_at=day,
        requests_per_second=REQUESTS_PER_SECOND,
    )
    # Popularity moves every day, and the demonstration shows it.
    own["PLAYLAKE_REFRESH_AFTER_DAYS"] = "0"
    status = run_to_end("extractor", own, logs=logs)
    if status:
        log = logs / "extractor.log"
        raise CommandError(f"the extractor ended with status {status} on {day:%Y-%m-%d}: see {log}")
