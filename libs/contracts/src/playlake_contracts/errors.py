"""Stable error codes: the meaning of each, and the destination of what failed.

Codes are written to manifests, quarantine rows, dead-letter messages and logs, so a released code
is never renamed or reused. Every exception of the services has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Self

from playlake_contracts.outcomes import Outcome


class Destination(StrEnum):
    """The destination of what failed."""

    RETRY = "retry"  # the message stays in the queue and is delivered again
    REJECT = "reject"  # the raw object goes to the dead-letter queue, with the reason
    QUARANTINE = "quarantine"  # the raw JSON is a row of quarantine, with the reason
    OUTCOME = "outcome"  # the code is in the playlist's outcome in the run manifest
    EXIT = "exit"  # the process ends with the code's exit status


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """The meaning of a code.

    Attributes:
        destination: the destination of what failed.
        retryable: whether another attempt may succeed.
        meaning: one sentence for a person.
        outcome: the playlist's outcome; only for `OUTCOME`.
        exit_status: the exit status of the process; only for `EXIT`.

    Raises:
        ValueError: the outcome or the exit status does not fit the destination.
    """

    destination: Destination
    retryable: bool
    meaning: str
    outcome: Outcome | None = None
    exit_status: int | None = None

    def __post_init__(self) -> None:
        if (self.destination is Destination.OUTCOME) != (self.outcome is not None):
            raise ValueError(f"an outcome belongs to {Destination.OUTCOME}: {self.meaning}")
        if (self.destination is Destination.EXIT) != (self.exit_status is not None):
            raise ValueError(f"an exit status belongs to {Destination.EXIT}: {self.meaning}")


def _retry(meaning: str) -> ErrorInfo:
    return ErrorInfo(Destination.RETRY, retryable=True, meaning=meaning)


def _reject(meaning: str) -> ErrorInfo:
    return ErrorInfo(Destination.REJECT, retryable=False, meaning=meaning)


def _quarantine(meaning: str) -> ErrorInfo:
    return ErrorInfo(Destination.QUARANTINE, retryable=False, meaning=meaning)


def _outcome(outcome: Outcome, meaning: str, *, retryable: bool = False) -> ErrorInfo:
    return ErrorInfo(Destination.OUTCOME, retryable=retryable, meaning=meaning, outcome=outcome)


def _exit(status: int, meaning: str, *, retryable: bool = False) -> ErrorInfo:
    return ErrorInfo(Destination.EXIT, retryable=retryable, meaning=meaning, exit_status=status)


class ErrorCode(StrEnum):
    """The codes. A new code is added here with its meaning.

    Attributes:
        info: the meaning, and the destination of what failed.
    """

    info: ErrorInfo

    def __new__(cls, value: str, info: ErrorInfo) -> Self:
        """Create a member from its value and its meaning."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.info = info
        return member

    AWS_UNAVAILABLE = "aws_unavailable", _retry("An AWS call failed after its own retries.")
    FOLDER_UNAVAILABLE = (
        "folder_unavailable",
        _retry("The system refused to read or write the lake's folder."),
    )
    WORKER_DIED = "worker_died", _retry("The process that transformed the part died.")
    TRANSFORM_TIMEOUT = (
        "transform_timeout",
        _retry("Transforming the part took longer than the deadline, and its process was killed."),
    )
    MESSAGE_TIMEOUT = (
        "message_timeout",
        _retry("Processing the message took longer than the deadline, and it was given back."),
    )

    EVENT_UNREADABLE = "event_unreadable", _reject("The message is not an S3 event notification.")
    EVENT_VERSION = "event_version", _reject("The S3 event has a major version other than 2.")
    FOREIGN_BUCKET = (
        "foreign_bucket",
        _reject("The event names a bucket that is not the raw bucket."),
    )
    INVALID_KEY = "invalid_key", _reject("The object key does not follow the key grammar.")
    OBJECT_CHANGED = (
        "object_changed",
        _reject("The object was replaced after the event that announced it."),
    )
    OBJECT_TOO_LARGE = (
        "object_too_large",
        _reject("The object, or a snapshot in it, is over a limit of bytes or entries."),
    )
    EMPTY_OBJECT = "empty_object", _reject("The object holds no snapshot.")
    ERASED_OBJECT = (
        "erased_object",
        _reject("The object holds nothing but playlists that were erased from the lake."),
    )
    CORRUPT_ZSTD = "corrupt_zstd", _reject("The object is not a sequence of whole zstd frames.")
    UNKNOWN_SCHEMA = (
        "unknown_schema",
        _reject(
            "No reader is registered for the raw schema, or for the source and kind of a frame."
        ),
    )
    INVALID_MANIFEST = (
        "invalid_manifest",
        _reject("The run manifest is unreadable or does not add up."),
    )
    COUNT_MISMATCH = (
        "count_mismatch",
        _reject("The number of entries differs from the number that the extractor counted."),
    )
    COMMIT_CONFLICT = (
        "commit_conflict",
        _reject("The key holds a curated object that was made from other raw bytes."),
    )
    CRASHES_TRANSFORMER = (
        "crashes_transformer",
        _reject(
            "The transformer failed on the raw object three times, each time by a fault of"
            " its own: its process died, hung, or met a bug."
        ),
    )

    INVALID_JSON = "invalid_json", _quarantine("The JSON is not valid.")
    INVALID_UNICODE = "invalid_unicode", _quarantine("The text is not valid UTF-8.")
    TOO_DEEP = "too_deep", _quarantine("The JSON is nested too deeply.")
    WRONG_TYPE = (
        "wrong_type",
        _quarantine("The type of a field is not the one that the source documents."),
    )
    OUT_OF_RANGE = "out_of_range", _quarantine("A number does not fit its column.")
    BROKEN_RULE = (
        "broken_rule",
        _quarantine("The row broke a quality rule; the reason names it."),
    )
    DUPLICATE_SNAPSHOT = (
        "duplicate_snapshot",
        _quarantine("The part holds another snapshot of the same playlist."),
    )
    ENVELOPE_MISMATCH = (
        "envelope_mismatch",
        _quarantine("The snapshot's envelope names another source or run than its part."),
    )

    FORBIDDEN = (
        "forbidden",
        _outcome(Outcome.FORBIDDEN, "The source answered 403 for the playlist."),
    )
    GONE = "gone", _outcome(Outcome.GONE, "The source answered 404 for the playlist.")
    NOT_READABLE = (
        "not_readable",
        _outcome(Outcome.NOT_READABLE, "The source sent the playlist without its items."),
    )
    RATE_LIMITED = (
        "rate_limited",
        _outcome(Outcome.RATE_LIMITED, "The source answered 429 for the playlist.", retryable=True),
    )
    BUDGET_SPENT = (
        "budget_spent",
        _outcome(Outcome.RATE_LIMITED, "The run spent its budget of requests.", retryable=True),
    )
    TORN = (
        "torn",
        _outcome(Outcome.TORN, "The playlist changed while its pages were read.", retryable=True),
    )
    PLAYLIST_TOO_LARGE = (
        "playlist_too_large",
        _outcome(Outcome.FAILED, "The playlist is over the limit of bytes or entries."),
    )
    SOURCE_UNAVAILABLE = (
        "source_unavailable",
        _outcome(Outcome.FAILED, "The source did not answer, or answered 5xx.", retryable=True),
    )
    UNEXPECTED_RESPONSE = (
        "unexpected_response",
        _outcome(
            Outcome.FAILED,
            "The response is not as the source documents it.",
            retryable=True,
        ),
    )

    INVALID_CONFIGURATION = (
        "invalid_configuration",
        _exit(78, "A setting is missing or wrong."),
    )
    AUTHORISATION_NEEDED = (
        "authorisation_needed",
        _exit(77, "The source refused the credentials."),
    )
    READ_TOO_LITTLE = (
        "read_too_little",
        _exit(69, "The run read fewer of its playlists than it has to.", retryable=True),
    )
    RUN_OVERDUE = (
        "run_overdue",
        _exit(69, "No run has finished for too long.", retryable=True),
    )
    STOPPED_EARLY = (
        "stopped_early",
        _exit(75, "Some playlists could not be read now; the next run reads them.", retryable=True),
    )
    RUN_TAKEN = (
        "run_taken",
        _exit(75, "Another extractor is running the same run.", retryable=True),
    )
    LANDING_FAILED = (
        "landing_failed",
        _exit(74, "S3 or the lake's folder did not accept a raw object.", retryable=True),
    )
    LAKE_UNAVAILABLE = (
        "lake_unavailable",
        _exit(74, "S3 or Glue refused, or did not answer.", retryable=True),
    )
    COMPACTION_FAILED = (
        "compaction_failed",
        _exit(65, "The lake cannot be compacted: an object is damaged, or rows contradict others."),
    )
    ICEBERG_SYNC_FAILED = (
        "iceberg_sync_failed",
        _exit(65, "An Iceberg table is not as a sync left it, or an object is damaged."),
    )


class PlaylakeError(Exception):
    """The base class of Playlake's own errors; each class has a code."""

    code: ClassVar[ErrorCode]

    @property
    def info(self) -> ErrorInfo:
        """The meaning of the code, and the destination of what failed."""
        return self.code.info
