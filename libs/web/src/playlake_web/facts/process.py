"""What the process that answers has done since it started, if it is a transformer."""

from __future__ import annotations

from datetime import datetime

from playlake_web.facts.fact import Fact


class Watchdog(Fact):
    """A watchdog of a transformer."""

    name: str
    """What it watches."""
    ok: bool
    """Whether that is well."""
    detail: str
    """Why, in a few words."""


class NewField(Fact):
    """A field that a source is not known to send; its name is the source's and not ours."""

    source: str
    """The source that sends it."""
    path: str
    """Where it is in an answer."""
    count: int
    """How often samples had it."""
    first_run: str
    """The earliest run that had it."""
    last_run: str
    """The latest run that had it."""
    sentence: str
    """What that means, for a person."""


class Load(Fact):
    """A raw object that this process has committed."""

    run_id: str
    """The run that landed it."""
    part: str
    """Its name in the run: part-0000 and so on, or manifest."""
    committed_at: datetime
    """When its commit mark was written, UTC."""
    raw_bytes: int
    """Its size as it was landed."""
    snapshots: int
    """The number of its snapshots."""
    rows: dict[str, int]
    """The number of rows of each table."""
    rows_quarantined: int
    """The number of rows in quarantine."""
    transform_seconds: float
    """How long it took to transform."""


class ProcessState(Fact):
    """What one transformer has done since it started.

    All of it is of the process that answers, and gone with it: another transformer of the same lake
    has its own. New fields are what samples have shown; there are 100 at most.
    """

    started_at: datetime
    """When it started, UTC."""
    uptime_seconds: float
    """For how long it has been running."""
    draining: bool
    """Whether it is stopping: it finishes what it has begun, and takes nothing more."""
    breaker: str
    """Its circuit breaker: `closed`, or since when AWS fails and few messages are tried."""
    watchdogs: tuple[Watchdog, ...]
    """Its watchdogs."""
    polled_at: datetime | None
    """When the queue last answered it, UTC."""
    last_error: str | None
    """Why a poll or a message failed last."""
    messages_received: int
    """The messages that it received, those among them that were delivered again."""
    messages_in_flight: int
    """The messages that it is working on."""
    messages_retried: int
    """The messages that it left to another delivery."""
    objects_committed: int
    """The raw objects that it committed."""
    objects_per_minute: float
    """How many it commits in a minute, by the last minute."""
    objects_repeated: int
    """The raw objects that had been committed before."""
    objects_rejected: int
    """The raw objects and messages that it sent to the dead letters."""
    objects_vanished: int
    """The raw objects that were deleted before it read them."""
    records_ignored: int
    """The records of events that announce no new raw object."""
    rows: dict[str, int]
    """The number of rows that it wrote to each table."""
    rows_quarantined: int
    """The number of rows that it put into quarantine."""
    runs_completed: tuple[str, ...]
    """The runs whose manifests it committed."""
    crawls: int
    """How often it started the crawler."""
    crawled_at: datetime | None
    """When it last started the crawler, UTC."""
    reconciled_at: datetime | None
    """When it last compared raw objects with commit marks, UTC."""
    objects_reannounced: int
    """The raw objects that it announced again, because nothing had become of them."""
    parts_missing: int
    """The parts that a manifest names and that are neither landed nor committed."""
    new_fields: tuple[NewField, ...]
    """The fields that the sources are not known to send."""
    latest_loads: tuple[Load, ...]
    """The raw objects that it committed last, the newest first; there are 50 at most."""
