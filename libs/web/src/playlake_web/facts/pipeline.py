"""What surrounds a lake: what waits, what is stuck, and what is being done about it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from playlake_web.facts.fact import Fact
from playlake_web.facts.process import ProcessState


class OperationName(StrEnum):
    """What can be done about a lake."""

    REDRIVE = "redrive"
    DISMISS = "dismiss"
    REPLAY = "replay"
    RECONCILE = "reconcile"
    CRAWL = "crawl"


class Operation(Fact):
    """Something that was done about a lake, or is being done."""

    id: str
    """Names it, in this process."""
    name: OperationName
    """What is done."""
    state: Literal["running", "done", "failed"]
    """How far it is."""
    began_at: datetime
    """When it began, UTC."""
    ended_at: datetime | None
    """When it ended, UTC; null while it runs."""
    said: str
    """What was done, or why it was not; empty while it runs."""


class Crawler(Fact):
    """What registers new days in the catalog."""

    state: str
    """What it does now: `ready`, `running` or `stopping`."""
    last: str
    """How its last crawl ended: `succeeded`, `cancelled`, `failed`, or `never`."""
    crawled_at: datetime | None
    """When its last crawl began, UTC; null if it never did."""


class Surroundings(Fact):
    """What surrounds a lake.

    A value that cannot be known is null, and `unknown` says why.
    """

    waiting: int | None
    """The number of raw objects that are neither committed nor rejected."""
    waiting_since: datetime | None
    """When the oldest of them was landed, UTC; null if none waits."""
    queued: int | None
    """About how many messages wait in the queue."""
    in_flight: int | None
    """About how many messages a transformer is working on."""
    overwrites: int | None
    """About how many raw objects wait for the overwriter, or are being transformed by it."""
    dead_letters: int | None
    """The number of rejected objects and messages, without what was dismissed; on AWS there are at
    least so many."""
    dead_since: datetime | None
    """When the oldest of them was rejected, UTC; null if there is none."""
    crawler: Crawler | None
    """What registers new days in the catalog."""
    breaker: str | None
    """The circuit breaker of the transformer that answers: `closed`, or since when it is open."""
    login_days_left: int | None
    """For how many days the login at the source is valid."""
    unknown: dict[str, str]
    """The fields that are not known, each with the reason."""
    unreadable: tuple[str, ...]
    """Those of them that should be known: whoever was asked did not answer."""
    operations: tuple[OperationName, ...]
    """What can be done about this lake."""


class Schedule(Fact):
    """The runs that this process starts at an interval."""

    every_seconds: int
    """The interval in seconds."""
    next_run_at: datetime | None
    """When the next run is due, UTC; null while one is under way."""
    failed: str | None
    """Why the last run of this process failed; null if it did not, or there was none."""


class Status(Surroundings):
    """How a lake is doing."""

    at: datetime
    """When it was looked at, UTC; a few seconds may pass until it is looked at again."""
    last_commit_at: datetime | None
    """When the last commit mark was written, UTC; null if there is none."""
    operation: Operation | None
    """What this process is doing about the lake, or has done last."""
    schedule: Schedule | None
    """The runs that this process starts; null if it starts none."""
    version: str
    """The version of Playlake that answers."""
    process: ProcessState | None
    """What the transformer that answers has done; null if it is none that serves the page."""


class Dismissed(Fact):
    """Somebody's word that a dead letter needs nobody any more."""

    at: datetime
    """When, UTC."""
    by: str
    """Who, as they said."""
    reason: str
    """Why, in their words."""


class DeadLetter(Fact):
    """A raw object that was rejected, or a message that names none."""

    id: str
    """Names it: what `POST /dlq/redrive` and `POST /dlq/dismiss` take."""
    code: str | None
    """The stable code of the error; null if SQS moved the message, received too often."""
    reason: str
    """What is wrong, for a person."""
    rejected_at: datetime
    """When it was rejected, UTC."""
    run_id: str | None
    """The run that landed the object; null if the message does not name one object."""
    part: str | None
    """Its name in the run: part-0000 and so on, or manifest."""
    dismissed: Dismissed | None
    """Who dismissed it; null if it counts."""


class DeadLetters(Fact):
    """What was rejected."""

    total: int
    """The number of all that count."""
    dead_letters: tuple[DeadLetter, ...]
    """Those of them that are given, in the order of their keys."""
    dismissed_total: int
    """The number of those that somebody has dismissed; they count and alarm no more."""
    dismissed: tuple[DeadLetter, ...]
    """Those of them that are given, in the order of their keys."""


class Alive(Fact):
    """The process answers."""

    state: Literal["alive", "ready", "failing"]
    """`alive`; `ready` if it also takes work or reads its lake; `failing` if a watchdog says so."""
    detail: str
    """Why, in a few words; empty if no watchdog was asked."""
