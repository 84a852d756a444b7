"""The metrics of a deployment: name, kind, unit, meaning, who sends each, and where it is seen.

CloudWatch bills each metric for each hour in which it is sent, so only what an alarm or the
dashboard needs is sent there. Prometheus reads the rest as well, from `GET /metrics`.

A metric on CloudWatch has no dimensions, because each combination of them is billed as a metric of
its own.
"""

from __future__ import annotations

import re
from enum import Flag, StrEnum
from typing import Final, Self

_PREFIX: Final = "playlake_"
_BEFORE_A_WORD: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Sender(StrEnum):
    """Who sends metrics.

    The watcher is the extractor where its runs are far apart. Of a lake every process that serves
    it gives the same.
    """

    EXTRACTOR = "extractor"
    WATCHER = "watcher"
    TRANSFORMER = "transformer"
    COMPACTOR = "compactor"
    ICEBERG_SYNC = "Iceberg sync"
    LAKE = "lake"


class Kind(StrEnum):
    """What the values of a metric are: to be added up, to be read, or to be ranked."""

    COUNTER = "counter"
    GAUGE = "gauge"
    DISTRIBUTION = "distribution"


class Unit(StrEnum):
    """Units of CloudWatch; hours, days and points in time have none.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
    """

    COUNT = "Count"
    PERCENT = "Percent"
    SECONDS = "Seconds"
    BYTES = "Bytes"
    NONE = "None"


class Seen(Flag):
    """Where a metric is seen."""

    CLOUDWATCH = 1
    PROMETHEUS = 2
    BOTH = CLOUDWATCH | PROMETHEUS


class Metric(StrEnum):
    """The metrics. A new metric is added only here; its value is its name on CloudWatch.

    Attributes:
        sender: who sends it.
        seen: where it is seen.
        kind: what its values are.
        unit: its unit.
        meaning: one sentence for a person.
    """

    sender: Sender
    seen: Seen
    kind: Kind
    unit: Unit
    meaning: str

    def __new__(
        cls, value: str, sender: Sender, seen: Seen, kind: Kind, unit: Unit, meaning: str
    ) -> Self:
        """Create a member from its name and its attributes."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.sender = sender
        member.seen = seen
        member.kind = kind
        member.unit = unit
        member.meaning = meaning
        return member

    @property
    def is_on_cloudwatch(self) -> bool:
        """Whether it is sent to CloudWatch, where it is billed."""
        return Seen.CLOUDWATCH in self.seen

    @property
    def prometheus_name(self) -> str | None:
        """Its name for Prometheus: `playlake_`, its words, and `_total` if it is a counter.

        None if Prometheus cannot see it, because its sender ends before anybody could ask.
        """
        if Seen.PROMETHEUS not in self.seen:
            return None
        words = _BEFORE_A_WORD.sub("_", self.value).lower()
        return f"{_PREFIX}{words}{'_total' if self.kind is Kind.COUNTER else ''}"

    # Of a run of the extractor, sent when it ends; a value that is not known is not sent.
    RUNS_FINISHED = (
        "RunsFinished",
        Sender.EXTRACTOR,
        Seen.CLOUDWATCH,
        Kind.COUNTER,
        Unit.COUNT,
        "1 if the run landed its manifest and read enough playlists, else 0.",
    )
    RUNS_READ_TOO_LITTLE = (
        "RunsReadTooLittle",
        Sender.EXTRACTOR,
        Seen.CLOUDWATCH,
        Kind.COUNTER,
        Unit.COUNT,
        "1 if the run read less than the share of its playlists that is required, else 0.",
    )
    RUNS_PARTIAL = (
        "RunsPartial",
        Sender.EXTRACTOR,
        Seen.CLOUDWATCH,
        Kind.COUNTER,
        Unit.COUNT,
        "1 if the run left playlists to the next run, because of a quota or its budget, else 0.",
    )
    RUNS_REFUSED = (
        "RunsRefused",
        Sender.EXTRACTOR,
        Seen.CLOUDWATCH,
        Kind.COUNTER,
        Unit.COUNT,
        "1 if the source refused the credentials, else 0.",
    )
    PLAYLISTS_FAILED_PERCENT = (
        "PlaylistsFailedPercent",
        Sender.EXTRACTOR,
        Seen.CLOUDWATCH,
        Kind.GAUGE,
        Unit.PERCENT,
        "The percentage of the run's playlists whose outcome is `failed`.",
    )
    PLAYLISTS_RATE_LIMITED_PERCENT = (
        "PlaylistsRateLimitedPercent",
        Sender.EXTRACTOR,
        Seen.CLOUDWATCH,
        Kind.GAUGE,
        Unit.PERCENT,
        "The percentage of playlists with the outcome `rate_limited`; 100 if no list was allowed.",
    )
    TOKEN_DAYS_LEFT = (
        "TokenDaysLeft",
        Sender.EXTRACTOR,
        Seen.CLOUDWATCH,
        Kind.GAUGE,
        Unit.NONE,
        "Days until the user's consent ends; sent if its day is stored.",
    )
    # For runs that are so far apart that no alarm can wait for them.
    HOURS_SINCE_FINISHED_RUN = (
        "HoursSinceFinishedRun",
        Sender.WATCHER,
        Seen.CLOUDWATCH,
        Kind.GAUGE,
        Unit.NONE,
        "Hours since the newest run that is finished; sent once a day.",
    )
    # Of the transformer. CloudWatch gets what happened in a minute, and nothing if nothing did.
    PARTS_COMMITTED = (
        "PartsCommitted",
        Sender.TRANSFORMER,
        Seen.BOTH,
        Kind.COUNTER,
        Unit.COUNT,
        "Raw objects whose rows were committed.",
    )
    EVENT_TO_ROW_SECONDS = (
        "EventToRowSeconds",
        Sender.TRANSFORMER,
        Seen.BOTH,
        Kind.DISTRIBUTION,
        Unit.SECONDS,
        "From S3's event of a raw object to the moment when queries find its rows.",
    )
    TRANSFORM_SECONDS = (
        "TransformSeconds",
        Sender.TRANSFORMER,
        Seen.BOTH,
        Kind.DISTRIBUTION,
        Unit.SECONDS,
        "For how long a process transformed a raw object.",
    )
    OBJECTS_REJECTED = (
        "ObjectsRejected",
        Sender.TRANSFORMER,
        Seen.BOTH,
        Kind.COUNTER,
        Unit.COUNT,
        "Raw objects and messages that were rejected, and parts that a manifest names in vain.",
    )
    ROWS_QUARANTINED = (
        "RowsQuarantined",
        Sender.TRANSFORMER,
        Seen.BOTH,
        Kind.COUNTER,
        Unit.COUNT,
        "Rows that were committed to `quarantine`, and those of alarming `quality_results`.",
    )
    GLUE_THROTTLES = (
        "GlueThrottles",
        Sender.TRANSFORMER,
        Seen.BOTH,
        Kind.COUNTER,
        Unit.COUNT,
        "Requests that Glue answered with a throttling error, retries included.",
    )
    BREAKER_OPEN = (
        "BreakerOpen",
        Sender.TRANSFORMER,
        Seen.BOTH,
        Kind.GAUGE,
        Unit.COUNT,
        "1 in each minute in which AWS fails again and again, so that the polling pauses.",
    )
    CALLS_FAILED = (
        "CallsFailed",
        Sender.TRANSFORMER,
        Seen.BOTH,
        Kind.COUNTER,
        Unit.COUNT,
        "Polls and messages that failed because an AWS call failed after its own retries.",
    )
    PARTS_REPEATED = (
        "PartsRepeated",
        Sender.TRANSFORMER,
        Seen.PROMETHEUS,
        Kind.COUNTER,
        Unit.COUNT,
        "Raw objects that had been committed or rejected before.",
    )
    PARTS_VANISHED = (
        "PartsVanished",
        Sender.TRANSFORMER,
        Seen.PROMETHEUS,
        Kind.COUNTER,
        Unit.COUNT,
        "Raw objects that were deleted before they were read.",
    )
    RAW_BYTES = (
        "CommittedRawBytes",
        Sender.TRANSFORMER,
        Seen.PROMETHEUS,
        Kind.COUNTER,
        Unit.BYTES,
        "Bytes of the raw objects whose rows were committed.",
    )
    ROWS_COMMITTED = (
        "RowsCommitted",
        Sender.TRANSFORMER,
        Seen.PROMETHEUS,
        Kind.COUNTER,
        Unit.COUNT,
        "Rows that were committed to the tables.",
    )
    MESSAGES_RECEIVED = (
        "MessagesReceived",
        Sender.TRANSFORMER,
        Seen.PROMETHEUS,
        Kind.COUNTER,
        Unit.COUNT,
        "Messages that were received, each delivery of one counted.",
    )
    MESSAGES_RETRIED = (
        "MessagesRetried",
        Sender.TRANSFORMER,
        Seen.PROMETHEUS,
        Kind.COUNTER,
        Unit.COUNT,
        "Messages that were given back to the queue, to be tried again.",
    )
    MESSAGES_IN_PROGRESS = (
        "MessagesInProgress",
        Sender.TRANSFORMER,
        Seen.PROMETHEUS,
        Kind.GAUGE,
        Unit.COUNT,
        "Messages that this process is working on.",
    )
    OBJECTS_REANNOUNCED = (
        "ObjectsReannounced",
        Sender.TRANSFORMER,
        Seen.PROMETHEUS,
        Kind.COUNTER,
        Unit.COUNT,
        "Raw objects whose event was lost, so that they were announced again.",
    )
    CRAWLS_STARTED = (
        "CrawlsStarted",
        Sender.TRANSFORMER,
        Seen.PROMETHEUS,
        Kind.COUNTER,
        Unit.COUNT,
        "Crawls that this process started.",
    )
    EVENT_LOOP_DELAY_SECONDS = (
        "EventLoopDelaySeconds",
        Sender.TRANSFORMER,
        Seen.PROMETHEUS,
        Kind.GAUGE,
        Unit.SECONDS,
        "The longest delay of the event loop in the last minute.",
    )
    # Of the compactor, sent when it ends. A failure is an event of ECS, which costs nothing.
    MONTHS_COMPACTED = (
        "MonthsCompacted",
        Sender.COMPACTOR,
        Seen.CLOUDWATCH,
        Kind.COUNTER,
        Unit.COUNT,
        "Months that the compaction brought into force.",
    )
    ROWS_COMPACTED = (
        "RowsCompacted",
        Sender.COMPACTOR,
        Seen.CLOUDWATCH,
        Kind.COUNTER,
        Unit.COUNT,
        "Rows in the files of these months.",
    )
    COMPACTION_SECONDS = (
        "CompactionSeconds",
        Sender.COMPACTOR,
        Seen.CLOUDWATCH,
        Kind.GAUGE,
        Unit.SECONDS,
        "Duration of the compaction, also of one that failed.",
    )
    # Of the sync of Iceberg tables, sent when it ends.
    FILES_ADOPTED = (
        "FilesAdopted",
        Sender.ICEBERG_SYNC,
        Seen.CLOUDWATCH,
        Kind.COUNTER,
        Unit.COUNT,
        "Files that came into the Iceberg tables.",
    )
    ICEBERG_SYNC_SECONDS = (
        "IcebergSyncSeconds",
        Sender.ICEBERG_SYNC,
        Seen.CLOUDWATCH,
        Kind.GAUGE,
        Unit.SECONDS,
        "Duration of the sync, also of one that failed.",
    )
    # Of the lake, and the same from every process that serves it.
    LAKE_UP = (
        "LakeUp",
        Sender.LAKE,
        Seen.PROMETHEUS,
        Kind.GAUGE,
        Unit.NONE,
        "1 if the lake and what surrounds it answer, else 0; what does not answer is absent.",
    )
    RAW_OBJECTS_WAITING = (
        "RawObjectsWaiting",
        Sender.LAKE,
        Seen.PROMETHEUS,
        Kind.GAUGE,
        Unit.COUNT,
        "Raw objects that are neither committed nor rejected.",
    )
    OLDEST_WAITING = (
        "OldestWaitingTimestampSeconds",
        Sender.LAKE,
        Seen.PROMETHEUS,
        Kind.GAUGE,
        Unit.SECONDS,
        "When the oldest raw object that waits was landed; absent if none waits.",
    )
    MESSAGES_QUEUED = (
        "MessagesQueued",
        Sender.LAKE,
        Seen.PROMETHEUS,
        Kind.GAUGE,
        Unit.COUNT,
        "About how many messages wait in the queue.",
    )
    MESSAGES_IN_FLIGHT = (
        "MessagesInFlight",
        Sender.LAKE,
        Seen.PROMETHEUS,
        Kind.GAUGE,
        Unit.COUNT,
        "About how many messages all transformers are working on.",
    )
    OVERWRITES_WAITING = (
        "OverwritesWaiting",
        Sender.LAKE,
        Seen.PROMETHEUS,
        Kind.GAUGE,
        Unit.COUNT,
        "About how many raw objects wait for the overwriter, or are being transformed by it.",
    )
    DEAD_LETTERS = (
        "DeadLetters",
        Sender.LAKE,
        Seen.PROMETHEUS,
        Kind.GAUGE,
        Unit.COUNT,
        "Rejected objects and messages; on AWS there are at least so many.",
    )
    OLDEST_DEAD_LETTER = (
        "OldestDeadLetterTimestampSeconds",
        Sender.LAKE,
        Seen.PROMETHEUS,
        Kind.GAUGE,
        Unit.SECONDS,
        "When the oldest dead letter was rejected; absent if there is none.",
    )
    LAST_COMMIT = (
        "LastCommitTimestampSeconds",
        Sender.LAKE,
        Seen.PROMETHEUS,
        Kind.GAUGE,
        Unit.SECONDS,
        "When the newest commit mark was written; absent if there is none.",
    )
    LAST_RUN = (
        "LastRunTimestampSeconds",
        Sender.LAKE,
        Seen.PROMETHEUS,
        Kind.GAUGE,
        Unit.SECONDS,
        "When the newest run was scheduled, by `source` and `account`; imports do not count.",
    )
    LAST_RUN_PLAYLISTS = (
        "LastRunPlaylists",
        Sender.LAKE,
        Seen.PROMETHEUS,
        Kind.GAUGE,
        Unit.COUNT,
        "The playlists of the newest run, by `source`, `account` and `outcome`.",
    )
    LOGIN_DAYS_LEFT = (
        "LoginDaysLeft",
        Sender.LAKE,
        Seen.PROMETHEUS,
        Kind.GAUGE,
        Unit.NONE,
        "Days for which the login at the source is valid; absent if that is not known.",
    )


# Sent to CloudWatch only in a minute in which something went wrong.
OF_FAULTS: Final = frozenset(
    {
        Metric.OBJECTS_REJECTED,
        Metric.ROWS_QUARANTINED,
        Metric.GLUE_THROTTLES,
        Metric.BREAKER_OPEN,
        Metric.CALLS_FAILED,
    }
)
