"""A simulated week that ends now: every day the stand-in's clock moves on, and the extractor runs.

The extractor's clock starts each day at the stand-in's time, so that all times of a run agree.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.local_aws.environments import extractor_environment
from playlake.services.watching import STUCK_AFTER, watch

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from playlake.demo.extractor import Extractor
    from playlake.demo.sandbox import Sandbox
    from playlake.local_aws import LocalAws
    from playlake.local_aws.transformer import Transformer

RUN_AT = time(hour=6)

# The stand-in has no quota, so the demonstration need not wait for one.
REQUESTS_PER_SECOND = 100

_DAY = timedelta(days=1)
_LOOK_EVERY = timedelta(milliseconds=100)


def days(count: int, now: datetime) -> list[datetime]:
    """The scheduled times of so many consecutive days, the last one the newest that is over.

    Args:
        count: how many days.
        now: the time, in UTC.
    """
    today = datetime.combine(now.date(), RUN_AT, now.tzinfo)
    last = today if today <= now else today - _DAY
    return [last - ago * _DAY for ago in reversed(range(count))]


def days_within(first: date, last: date, count: int, now: datetime) -> list[datetime]:
    """As `days`, if the stand-in has music on all of them.

    Raises:
        CommandError: it has not; the message says how many days there can be.
    """
    newest = days(1, now)[0].date()
    if not first <= newest <= last:
        raise CommandError(
            f"this machine's clock is at {now:%Y-%m-%d}, and the stand-in has music from {first} "
            f"to {last}: set the clock"
        )
    most = (newest - first).days + 1
    if count > most:
        raise CommandError(
            f"the stand-in has music from {first} on, so a demonstration has at most {most} days: "
            f"give --days {most} or fewer"
        )
    return days(count, now)


def wait_for_crawl(running: Transformer) -> str:
    """Wait until a transformer has triggered the crawler: what became of it.

    Raises:
        CommandError: the transformer has ended, or does not start the crawler.
    """
    for crawls, unchanged_for in watch(lambda: running.state()["crawls"], every=_LOOK_EVERY):
        if crawls:
            break
        if unchanged_for > STUCK_AFTER:
            raise CommandError(f"the crawler was not started: see {running.log}")
    return f"The crawler was started {crawls} {'time' if crawls == 1 else 'times'}."


def extract(
    extractor: Extractor,
    aws: LocalAws,
    sandbox: Sandbox,
    playlists: Iterable[str],
    day: datetime,
) -> None:
    """Move the stand-in's clock to a day and run the extractor on its playlists of that day.

    Raises:
        CommandError: the extractor ended with a status other than 0.
    """
    sandbox.set_clock(day)
    own = extractor_environment(
        extractor.inherited,
        aws,
        sandbox.settings,
        playlists=playlists,
        scheduled_at=day,
        requests_per_second=REQUESTS_PER_SECOND,
    )
    own["PLAYLAKE_CLOCK"] = day.isoformat()
    # Popularity moves every day, and the demonstration shows it.
    own["PLAYLAKE_REFRESH_AFTER_DAYS"] = "0"
    status = extractor.run(own)
    if status:
        raise CommandError(
            f"the extractor ended with status {status} on {day:%Y-%m-%d}: see {extractor.log}"
        )
