"""Stable error codes: what each means, and where what failed goes.

A code is written to manifests, quarantine rows, dead-letter messages and logs, so a code is
never renamed or reused. The services raise exceptions that carry one of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Destination(StrEnum):
    """Where what failed goes."""

    RETRY = "retry"  # the message stays in the queue and comes again
    REJECT = "reject"  # the raw object goes to the dead-letter queue, with the reason
    QUARANTINE = "quarantine"  # the row is kept aside, with the reason
    OUTCOME = "outcome"  # the playlist's outcome in the run manifest says so
    EXIT = "exit"  # the process ends with the code's exit status


class ErrorCode(StrEnum):
    """The codes; `ERRORS` says what each means."""

    AWS_UNAVAILABLE = "aws_unavailable"
    WORKER_DIED = "worker_died"

    EVENT_UNREADABLE = "event_unreadable"
    EVENT_VERSION = "event_version"
    FOREIGN_BUCKET = "foreign_bucket"
    INVALID_KEY = "invalid_key"
    OBJECT_CHANGED = "object_changed"
    OBJECT_TOO_LARGE = "object_too_large"
    EMPTY_OBJECT = "empty_object"
    CORRUPT_ZSTD = "corrupt_zstd"
    UNKNOWN_SCHEMA = "unknown_schema"
    INVALID_MANIFEST = "invalid_manifest"
    COMMIT_CONFLICT = "commit_conflict"

    INVALID_JSON = "invalid_json"
    INVALID_UNICODE = "invalid_unicode"
    TOO_DEEP = "too_deep"
    WRONG_TYPE = "wrong_type"
    OUT_OF_RANGE = "out_of_range"
    ENVELOPE_MISMATCH = "envelope_mismatch"

    FORBIDDEN = "forbidden"
    GONE = "gone"
    NOT_READABLE = "not_readable"
    RATE_LIMITED = "rate_limited"
    BUDGET_SPENT = "budget_spent"
    TORN = "torn"
    SPOTIFY_UNAVAILABLE = "spotify_unavailable"
    UNEXPECTED_RESPONSE = "unexpected_response"

    INVALID_CONFIGURATION = "invalid_configuration"
    AUTHORISATION_NEEDED = "authorisation_needed"
    STOPPED_EARLY = "stopped_early"
    RUN_TAKEN = "run_taken"
    LANDING_FAILED = "landing_failed"


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """What a code means: where it sends what failed, and whether trying again may help."""

    destination: Destination
    retryable: bool
    meaning: str
    exit_status: int | None = None


_RETRY, _REJECT = Destination.RETRY, Destination.REJECT
_QUARANTINE, _OUTCOME, _EXIT = Destination.QUARANTINE, Destination.OUTCOME, Destination.EXIT

ERRORS: dict[ErrorCode, ErrorInfo] = {
    ErrorCode.AWS_UNAVAILABLE: ErrorInfo(
        _RETRY, retryable=True, meaning="An AWS call failed after its own retries."
    ),
    ErrorCode.WORKER_DIED: ErrorInfo(
        _RETRY, retryable=True, meaning="The process that transformed the part died."
    ),
    ErrorCode.EVENT_UNREADABLE: ErrorInfo(
        _REJECT, retryable=False, meaning="The message is not an S3 event notification."
    ),
    ErrorCode.EVENT_VERSION: ErrorInfo(
        _REJECT, retryable=False, meaning="The S3 event has a major version other than 2."
    ),
    ErrorCode.FOREIGN_BUCKET: ErrorInfo(
        _REJECT, retryable=False, meaning="The event names a bucket that is not the raw bucket."
    ),
    ErrorCode.INVALID_KEY: ErrorInfo(
        _REJECT, retryable=False, meaning="The object key does not follow the key grammar."
    ),
    ErrorCode.OBJECT_CHANGED: ErrorInfo(
        _REJECT, retryable=False, meaning="The object is no longer the one the event announced."
    ),
    ErrorCode.OBJECT_TOO_LARGE: ErrorInfo(
        _REJECT, retryable=False, meaning="The object, or a snapshot in it, is over the byte limit."
    ),
    ErrorCode.EMPTY_OBJECT: ErrorInfo(
        _REJECT, retryable=False, meaning="The object holds no snapshot at all."
    ),
    ErrorCode.CORRUPT_ZSTD: ErrorInfo(
        _REJECT, retryable=False, meaning="The object is not a sequence of whole zstd frames."
    ),
    ErrorCode.UNKNOWN_SCHEMA: ErrorInfo(
        _REJECT, retryable=False, meaning="The raw schema is one this version cannot read."
    ),
    ErrorCode.INVALID_MANIFEST: ErrorInfo(
        _REJECT, retryable=False, meaning="The run manifest is unreadable or does not add up."
    ),
    ErrorCode.COMMIT_CONFLICT: ErrorInfo(
        _REJECT,
        retryable=False,
        meaning="A curated object of the same key was made from other raw bytes.",
    ),
    ErrorCode.INVALID_JSON: ErrorInfo(
        _QUARANTINE, retryable=False, meaning="The snapshot is not valid JSON."
    ),
    ErrorCode.INVALID_UNICODE: ErrorInfo(
        _QUARANTINE, retryable=False, meaning="The snapshot is not valid UTF-8."
    ),
    ErrorCode.TOO_DEEP: ErrorInfo(
        _QUARANTINE, retryable=False, meaning="The snapshot nests deeper than any response does."
    ),
    ErrorCode.WRONG_TYPE: ErrorInfo(
        _QUARANTINE, retryable=False, meaning="A field has another type than Spotify documents."
    ),
    ErrorCode.OUT_OF_RANGE: ErrorInfo(
        _QUARANTINE, retryable=False, meaning="A number does not fit its column."
    ),
    ErrorCode.ENVELOPE_MISMATCH: ErrorInfo(
        _QUARANTINE,
        retryable=False,
        meaning="The snapshot's envelope names another source or run than its part.",
    ),
    ErrorCode.FORBIDDEN: ErrorInfo(
        _OUTCOME, retryable=False, meaning="Spotify answered 403 for the playlist."
    ),
    ErrorCode.GONE: ErrorInfo(
        _OUTCOME, retryable=False, meaning="Spotify answered 404 for the playlist."
    ),
    ErrorCode.NOT_READABLE: ErrorInfo(
        _OUTCOME, retryable=False, meaning="Spotify sent the playlist without its items."
    ),
    ErrorCode.RATE_LIMITED: ErrorInfo(
        _OUTCOME, retryable=True, meaning="Spotify answered 429 for the playlist."
    ),
    ErrorCode.BUDGET_SPENT: ErrorInfo(
        _OUTCOME, retryable=True, meaning="The run had sent as many requests as it may."
    ),
    ErrorCode.TORN: ErrorInfo(
        _OUTCOME, retryable=True, meaning="The playlist changed while its pages were read."
    ),
    ErrorCode.SPOTIFY_UNAVAILABLE: ErrorInfo(
        _OUTCOME, retryable=True, meaning="Spotify did not answer, or answered 5xx."
    ),
    ErrorCode.UNEXPECTED_RESPONSE: ErrorInfo(
        _OUTCOME, retryable=True, meaning="Spotify's answer is not what its documentation says."
    ),
    ErrorCode.INVALID_CONFIGURATION: ErrorInfo(
        _EXIT, retryable=False, meaning="A setting is missing or wrong.", exit_status=78
    ),
    ErrorCode.AUTHORISATION_NEEDED: ErrorInfo(
        _EXIT, retryable=False, meaning="Spotify refused the credentials.", exit_status=77
    ),
    ErrorCode.STOPPED_EARLY: ErrorInfo(
        _EXIT,
        retryable=True,
        meaning="Some playlists could not be read now; the next run will.",
        exit_status=75,
    ),
    ErrorCode.RUN_TAKEN: ErrorInfo(
        _EXIT, retryable=True, meaning="Another extractor carries the same run.", exit_status=75
    ),
    ErrorCode.LANDING_FAILED: ErrorInfo(
        _EXIT, retryable=True, meaning="S3 did not take a raw object.", exit_status=74
    ),
}


class PlaylakeError(Exception):
    """The root of every error that Playlake raises on purpose; its class gives its code."""

    code: ClassVar[ErrorCode]

    @property
    def info(self) -> ErrorInfo:
        """What the code means and where what failed goes."""
        return ERRORS[self.code]
