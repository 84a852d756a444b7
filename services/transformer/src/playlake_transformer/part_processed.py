"""What became of a raw object when a delivery of its event was processed.

The one event gives the line of the log, the counts, and what is measured, so they cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import structlog

from playlake_contracts.errors import PlaylakeError
from playlake_contracts.keys import RawKey
from playlake_contracts.metrics import Metric
from playlake_contracts.s3_events import announced_keys
from playlake_transformer.stages import Stages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playlake_transformer.domain.commit_mark import Load
    from playlake_transformer.domain.events import RawObjectCreated
    from playlake_transformer.errors import RejectError
    from playlake_transformer.stages import Stage

_log = structlog.get_logger()

_NO_TIME: Final = timedelta(0)


class PartOutcome(StrEnum):
    """What became of a raw object; `repeated` was committed or rejected before."""

    COMMITTED = "committed"
    REPEATED = "repeated"
    REJECTED = "rejected"
    VANISHED = "vanished"
    RETRIED = "retried"


_LEVELS: Final = {
    PartOutcome.REJECTED: "error",
    PartOutcome.VANISHED: "warning",
    PartOutcome.RETRIED: "warning",
}


@dataclass(frozen=True, slots=True)
class PartProcessed:
    """A raw object was processed.

    Attributes:
        created: the event that announced it.
        attempts: about how often its message has been received.
        stage_seconds: how long each stage took that was begun.
        seconds: how long all of it took.
        load: what was committed, if it was.
        code: the error code, if an error of ours ended it.
        reason: why it was not committed, in a sentence.
    """

    created: RawObjectCreated
    outcome: PartOutcome
    attempts: int
    stage_seconds: Mapping[Stage, float]
    seconds: float
    load: Load | None = None
    code: str | None = None
    reason: str | None = None

    @property
    def event_to_row(self) -> timedelta | None:
        """The time from S3's event to the moment when queries find the rows.

        None if this commit did not bring them into being, or if the event has no time.
        """
        at = self.created.created_at
        if at is None or self.load is None or not self.load.is_new or self.created.overwrite:
            return None
        return max(_NO_TIME, self.load.committed_at - at)  # two clocks may differ a little

    def measured(self) -> Iterator[tuple[Metric, float]]:
        """The values of distributions."""
        if self.load is not None and self.load.is_new:
            yield Metric.TRANSFORM_SECONDS, self.load.transform_time.total_seconds()
        if self.event_to_row is not None:
            yield Metric.EVENT_TO_ROW_SECONDS, self.event_to_row.total_seconds()

    def write(self) -> None:
        """Write its line, and a second one if a quality rule rang."""
        fields = {name: value for name, value in self._fields().items() if value is not None}
        write = getattr(_log, _LEVELS.get(self.outcome, "info"))
        write("part_processed", **part_context(self.created.key), **fields)
        if self.load is not None and self.load.is_new and self.load.alarming:
            by_rule = dict(self.load.alarming)
            _log.warning("quality_alarm", object_key=self.load.key, rows_by_rule=by_rule)

    def _fields(self) -> dict[str, Any]:
        key, late = self.created.key, self.event_to_row
        return {
            "source": key.source,
            "object_key": str(key),
            "outcome": self.outcome.value,
            "code": self.code,
            "reason": self.reason,
            "raw_bytes": self.created.bytes or None,
            **({} if self.load is None else _fields_of_load(self.load)),
            "attempts": self.attempts,
            "seconds": _rounded(self.seconds),
            "stage_seconds": {str(name): _rounded(s) for name, s in self.stage_seconds.items()},
            "event_to_row_seconds": None if late is None else _rounded(late),
        }


def _fields_of_load(load: Load) -> dict[str, Any]:
    return {
        "raw_bytes": load.raw_bytes,
        "snapshots": load.snapshots,
        "rows": sum(load.rows.values()),
        "rows_quarantined": load.rows_quarantined,
        "transform_seconds": _rounded(load.transform_time),
    }


def _rounded(time: timedelta | float) -> float:
    return round(time.total_seconds() if isinstance(time, timedelta) else time, 4)


@dataclass(frozen=True, slots=True)
class Processing:
    """The processing of a raw object: measures its stages, and makes the event that ends it."""

    created: RawObjectCreated
    attempts: int = 1
    stages: Stages = field(default_factory=Stages)

    def done(self, load: Load | None) -> PartProcessed:
        """It was committed, now or before; or it is not there any more, if there is no load."""
        if load is None:
            return self._ended(PartOutcome.VANISHED, reason="it was deleted before it was read")
        outcome = PartOutcome.COMMITTED if load.is_new else PartOutcome.REPEATED
        return self._ended(outcome, load=load)

    def rejected(self, error: RejectError, *, is_new: bool = True) -> PartProcessed:
        """It can never be committed, which is known already if it is not new."""
        outcome = PartOutcome.REJECTED if is_new else PartOutcome.REPEATED
        return self._ended(outcome, code=error.code, reason=str(error))

    def retried(self, error: BaseException) -> PartProcessed:
        """It is left to another attempt."""
        if isinstance(error, PlaylakeError):
            return self._ended(PartOutcome.RETRIED, code=error.code, reason=str(error))
        return self._ended(PartOutcome.RETRIED, reason=_sentence(error))

    def _ended(self, outcome: PartOutcome, **how: Any) -> PartProcessed:  # noqa: ANN401
        return PartProcessed(
            self.created,
            outcome,
            self.attempts,
            self.stages.seconds,
            self.stages.whole_seconds,
            **how,
        )


def _sentence(error: BaseException) -> str:
    if isinstance(error, Exception):
        return f"{type(error).__name__}: {error}"
    return "interrupted: its message took longer than it may, or the service stops"


def part_context(key: RawKey) -> dict[str, str]:
    """What every line about a raw object has."""
    return {"run_id": str(key.run_id), "part": key.part}


def message_context(body: str) -> dict[str, str]:
    """What every line about a message has: the raw object, if the message announces exactly one."""
    keys = announced_keys(body)
    if len(keys) != 1:
        return {}
    try:
        return part_context(RawKey.parse(keys[0]))
    except ValueError:  # processing it rejects it
        return {}
