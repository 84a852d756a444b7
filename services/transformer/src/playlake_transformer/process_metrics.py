"""The metrics of this process, made of its `Status`: those that CloudWatch gets, and all of them.

So the log, CloudWatch, Prometheus and `/status` count the same.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from playlake_contracts.metrics import Metric
from playlake_contracts.samples import Sample

if TYPE_CHECKING:
    from playlake_transformer.status import Status


def counters(status: Status) -> Counter[Metric]:
    """The counters since the process started."""
    return Counter(
        {
            Metric.PARTS_COMMITTED: status.committed,
            Metric.PARTS_REPEATED: status.repeated,
            Metric.PARTS_VANISHED: status.vanished,
            Metric.RAW_BYTES: status.raw_bytes,
            Metric.ROWS_COMMITTED: status.rows.total(),
            Metric.ROWS_QUARANTINED: status.rows_quarantined + status.rows_alarming,
            Metric.OBJECTS_REJECTED: status.rejected + status.parts_missing,
            Metric.OBJECTS_REANNOUNCED: status.reannounced,
            Metric.MESSAGES_RECEIVED: status.received,
            Metric.MESSAGES_RETRIED: status.retried,
            Metric.CALLS_FAILED: status.calls_failed,
            Metric.GLUE_THROTTLES: status.glue_throttles,
            Metric.CRAWLS_STARTED: status.crawls,
        }
    )


def gauges(status: Status) -> dict[Metric, float]:
    """What is so at present."""
    return {
        Metric.MESSAGES_IN_PROGRESS: status.in_flight,
        Metric.BREAKER_OPEN: int(status.aws_failing_since is not None),
        Metric.EVENT_LOOP_DELAY_SECONDS: status.loop_delay_seconds,
    }


def samples(status: Status) -> list[Sample]:
    """Everything, for `GET /metrics`."""
    counted = [Sample(metric, value) for metric, value in counters(status).items()]
    present = [Sample(metric, value) for metric, value in gauges(status).items()]
    measured = [Sample(metric, value) for metric, value in status.measured.items()]
    return [*counted, *present, *measured]
