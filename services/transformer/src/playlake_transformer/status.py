"""The service's status for its API: counts since the start, and the latest commits."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from playlake_contracts.metrics import Metric
from playlake_contracts.samples import Distribution
from playlake_transformer.new_fields import NewFields
from playlake_transformer.part_processed import PartOutcome

if TYPE_CHECKING:
    from datetime import datetime

    from playlake_transformer.domain.commit_mark import Load
    from playlake_transformer.part_processed import PartProcessed

LATEST_LOADS = 50
_MEASURED: Final = (Metric.EVENT_TO_ROW_SECONDS, Metric.TRANSFORM_SECONDS)


@dataclass(slots=True)
class Status:
    """Counts since the start, and the latest commits.

    Attributes:
        received: messages received, including redeliveries.
        committed: raw objects whose commit mark this process wrote.
        repeated: raw objects that had been committed or rejected before.
        rejected: raw objects or messages sent to the dead-letter queue.
        vanished: raw objects deleted before they were read.
        retried: messages left in the queue for another delivery.
        calls_failed: polls and messages that failed because an AWS call failed.
        aws_failing_since: since when AWS fails again and again; None if it does not.
        glue_throttles: requests that Glue answered with a throttling error.
        ignored: records of events other than the creation of an object, and messages without
            records, such as the test event of S3.
        polled_at: when the queue last answered.
        reconciled_at: when raw objects were last compared with commit marks.
        reannounced: raw objects that were announced again, because they were not done.
        parts_missing: parts that a manifest names and that are neither landed nor committed.
        progressed_at: when the queue last answered, or processing an object ended.
        heartbeats_failed: how many heartbeats failed since the last that succeeded.
        loop_delay_seconds: the longest delay of the event loop in the last minute.
        raw_bytes: bytes of the raw objects that this process committed.
        rows_alarming: rows that broke a quality rule more often than is tolerated.
        new_fields: fields that the sources are not known to send.
        measured: what is measured of each raw object.
        last_error: the reason of the latest failure of a message or a poll.
    """

    started_at: datetime
    received: int = 0
    committed: int = 0
    repeated: int = 0
    rejected: int = 0
    vanished: int = 0
    retried: int = 0
    calls_failed: int = 0
    aws_failing_since: datetime | None = None
    glue_throttles: int = 0
    ignored: int = 0
    in_flight: int = 0
    is_draining: bool = False
    polled_at: datetime | None = None
    progressed_at: datetime | None = None
    heartbeats_failed: int = 0
    loop_delay_seconds: float = 0.0
    last_error: str | None = None
    crawls: int = 0
    crawled_at: datetime | None = None
    reconciled_at: datetime | None = None
    reannounced: int = 0
    parts_missing: int = 0
    raw_bytes: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    rows_quarantined: int = 0
    rows_alarming: int = 0
    new_fields: NewFields = field(default_factory=NewFields)
    runs_completed: set[str] = field(default_factory=set)
    loads: deque[Load] = field(default_factory=lambda: deque(maxlen=LATEST_LOADS))
    measured: dict[Metric, Distribution] = field(
        default_factory=lambda: {metric: Distribution() for metric in _MEASURED}
    )

    def note_throttle(self) -> None:
        """Count a request that Glue answered with a throttling error."""
        self.glue_throttles += 1

    def note_part(self, processed: PartProcessed) -> None:
        """Count a raw object that was processed. One that is left to another attempt is none."""
        match processed.outcome:
            case PartOutcome.COMMITTED | PartOutcome.REPEATED if processed.load is not None:
                self.note(processed.load)
            case PartOutcome.REPEATED:
                self.repeated += 1
            case PartOutcome.REJECTED:
                self.note_rejected(processed.code, processed.reason)
            case PartOutcome.VANISHED:
                self.vanished += 1
        for metric, value in processed.measured():
            self.measured[metric].observe(value)

    def note_rejected(self, code: str | None, reason: str | None) -> None:
        """Count a raw object or a message that can never be processed."""
        self.rejected += 1
        self.last_error = f"{code}: {reason}"

    def note(self, load: Load) -> None:
        """Count a commit; a repeated one adds no rows."""
        if load.is_manifest:
            self.runs_completed.add(load.run_id)
        if not load.is_new:
            self.repeated += 1
            return
        self.committed += 1
        self.raw_bytes += load.raw_bytes
        self.rows.update(load.rows)
        self.rows_quarantined += load.rows_quarantined
        self.rows_alarming += sum(load.alarming.values())
        self.new_fields.note(load)
        self.loads.append(load)
