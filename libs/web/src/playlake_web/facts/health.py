"""How the pipeline is doing: one line a watchdog."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from playlake_web.facts.fact import Fact
from playlake_web.words import age_words, count_of, day_words, time_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from playlake_web.facts.pipeline import Status
    from playlake_web.facts.process import Watchdog

State = Literal["well", "idle", "warn", "bad"]
_WORDS: dict[State, str] = {"well": "All well", "idle": "Idle", "warn": "Look", "bad": "Not well"}
_WORST: tuple[State, ...] = ("bad", "warn", "well")
# What is announced is transformed within minutes, and announced again after ten.
STUCK_AFTER: Final = timedelta(minutes=15)
_LOGIN_ENDS_SOON_DAYS: Final = 14


class HealthLine(Fact):
    """A watchdog."""

    name: str
    """What it watches."""
    state: State
    """How that is: `well`, `idle`, `warn` for what mends itself, `bad` for what needs a person."""
    detail: str
    """A figure or a few words."""


class Health(Fact):
    """All watchdogs."""

    lines: tuple[HealthLine, ...]
    """The watchdogs."""

    @property
    def state(self) -> State:
        """The worst state."""
        found = {line.state for line in self.lines}
        return next((state for state in _WORST if state in found), "idle")

    @property
    def word(self) -> str:
        """The worst state as a word or two."""
        return _WORDS[self.state]


def is_stuck(status: Status) -> bool:
    """Whether something waits that nothing goes on with."""
    is_busy = status.operation is not None and status.operation.state == "running"
    since = status.waiting_since
    return since is not None and not is_busy and status.at - since >= STUCK_AFTER


def health_of(status: Status, *, whole: bool = False) -> Health:
    """The watchdogs of a lake. What this lake has not has no line.

    Args:
        status: how it is doing.
        whole: whether those of the process that answers have lines also when they are well.
    """
    return Health(lines=(*_lines(status), *_process(status, whole=whole)))


def failing(status: Status) -> list[Watchdog]:
    """The watchdogs of the process that answers that say that something is wrong."""
    return [] if status.process is None else [w for w in status.process.watchdogs if not w.ok]


def _lines(status: Status) -> Iterator[HealthLine]:
    if "last_commit_at" in status.unreadable:
        yield _unreadable(status, "Lake", "last_commit_at")
    elif status.last_commit_at is None:
        yield HealthLine(name="Lake", state="idle", detail="nothing is committed yet")
    else:
        at = status.last_commit_at
        detail = f"last commit {day_words(at.date())}, {time_words(at)}"
        yield HealthLine(name="Lake", state="well", detail=detail)
    yield _waiting(status)
    yield from _queue(status)
    yield from _overwriter(status)
    yield _dead_letters(status)
    yield from _crawler(status)
    yield from _login(status)
    yield from _schedule(status)


def _waiting(status: Status) -> HealthLine:
    if status.waiting is None:
        return _unreadable(status, "Waiting", "waiting")
    state: State = "bad" if is_stuck(status) else "warn" if status.waiting else "well"
    detail = _with_age(count_of(status.waiting, "raw object"), status.waiting_since, status.at)
    return HealthLine(name="Waiting", state=state, detail=detail)


def _queue(status: Status) -> Iterator[HealthLine]:
    if "queued" in status.unreadable:
        yield _unreadable(status, "Queue", "queued")
    elif status.queued is not None:
        detail = f"{status.queued:,} waiting, {status.in_flight or 0:,} being transformed"
        state: State = "well" if status.queued or status.in_flight else "idle"
        yield HealthLine(name="Queue", state=state, detail=detail)


def _overwriter(status: Status) -> Iterator[HealthLine]:
    if "overwrites" in status.unreadable:
        yield _unreadable(status, "Overwriter", "overwrites")
    elif status.overwrites is not None:
        detail = f"{status.overwrites:,} waiting or being transformed"
        state: State = "well" if status.overwrites else "idle"
        yield HealthLine(name="Overwriter", state=state, detail=detail)


def _dead_letters(status: Status) -> HealthLine:
    if status.dead_letters is None:
        return _unreadable(status, "Dead letters", "dead_letters")
    detail = _with_age(f"{status.dead_letters:,}", status.dead_since, status.at)
    state: State = "bad" if status.dead_letters else "well"
    return HealthLine(name="Dead letters", state=state, detail=detail)


def _crawler(status: Status) -> Iterator[HealthLine]:
    if "crawler" in status.unreadable:
        yield _unreadable(status, "Crawler", "crawler")
    elif status.crawler is not None:
        detail = f"{status.crawler.state}, last crawl: {status.crawler.last}"
        state: State = "warn" if has_failed_crawl(status) else "well"
        yield HealthLine(name="Crawler", state=state, detail=detail)


def has_failed_crawl(status: Status) -> bool:
    """Whether the last crawl has failed."""
    return status.crawler is not None and status.crawler.last in {"failed", "cancelled"}


def _login(status: Status) -> Iterator[HealthLine]:
    left = status.login_days_left
    if left is not None:
        state: State = "bad" if left <= 0 else "warn" if left < _LOGIN_ENDS_SOON_DAYS else "well"
        detail = f"{count_of(left, 'day')} left" if left > 0 else "has ended"
        yield HealthLine(name="Spotify login", state=state, detail=detail)


def _schedule(status: Status) -> Iterator[HealthLine]:
    schedule = status.schedule
    if schedule is None:
        return
    at = schedule.next_run_at
    when = "under way" if at is None else f"{day_words(at.date())}, {time_words(at)}"
    state: State = "well" if schedule.failed is None else "warn"
    detail = when if schedule.failed is None else f"{when}; the last one failed"
    yield HealthLine(name="Next run", state=state, detail=detail)


def _process(status: Status, *, whole: bool) -> Iterator[HealthLine]:
    """The watchdogs of the transformer that answers."""
    if status.process is not None:
        for each in status.process.watchdogs if whole else failing(status):
            state: State = "well" if each.ok else "bad"
            yield HealthLine(name=f"This transformer: {each.name}", state=state, detail=each.detail)


def _with_age(text: str, since: datetime | None, now: datetime) -> str:
    return text if since is None else f"{text}, oldest {age_words(now - since)}"


def _unreadable(status: Status, name: str, field: str) -> HealthLine:
    return HealthLine(name=name, state="bad", detail=status.unknown[field])
