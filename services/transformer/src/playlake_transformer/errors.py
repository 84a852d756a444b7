"""The transformer's errors.

    PlaylakeError
    ├── ConfigurationError       the process ends with exit status 78
    ├── RetryError               the message stays in the queue
    │   ├── AwsUnavailableError
    │   ├── FolderUnavailableError
    │   ├── WorkerDiedError
    │   ├── TransformTimeoutError
    │   └── MessageTimeoutError
    └── RejectError              the raw object goes to the dead-letter queue
        ├── EventUnreadableError
        ├── EventVersionError
        ├── ForeignBucketError
        ├── InvalidKeyError
        ├── ObjectChangedError
        ├── ObjectTooLargeError
        ├── EmptyObjectError
        ├── ErasedObjectError
        ├── CorruptZstdError
        ├── UnknownSchemaError
        ├── InvalidManifestError
        ├── CountMismatchError
        ├── CommitConflictError
        └── CrashesTransformerError

A snapshot or an entry that breaks a rule raises no error: it becomes a `Quarantined`.
"""

from __future__ import annotations

from typing import ClassVar

from playlake_contracts.errors import ErrorCode, PlaylakeError


class ConfigurationError(PlaylakeError):
    """A setting is missing or wrong, or the service cannot start with it."""

    code: ClassVar = ErrorCode.INVALID_CONFIGURATION


class RetryError(PlaylakeError):
    """Processing the same message may succeed later."""


class AwsUnavailableError(RetryError):
    """An AWS call failed after its own retries."""

    code: ClassVar = ErrorCode.AWS_UNAVAILABLE


class FolderUnavailableError(RetryError):
    """The system refused to read or write the lake's folder."""

    code: ClassVar = ErrorCode.FOLDER_UNAVAILABLE


class WorkerDiedError(RetryError):
    """The process that transformed the part died."""

    code: ClassVar = ErrorCode.WORKER_DIED


class TransformTimeoutError(RetryError):
    """Transforming took longer than allowed, and its process was ended."""

    code: ClassVar = ErrorCode.TRANSFORM_TIMEOUT


class MessageTimeoutError(RetryError):
    """Processing a message took longer than allowed."""

    code: ClassVar = ErrorCode.MESSAGE_TIMEOUT


class RejectError(PlaylakeError):
    """The raw object, or the message, can never be processed."""


class EventUnreadableError(RejectError):
    """The message is not an S3 event notification."""

    code: ClassVar = ErrorCode.EVENT_UNREADABLE


class EventVersionError(RejectError):
    """The S3 event has a major version other than 2."""

    code: ClassVar = ErrorCode.EVENT_VERSION


class ForeignBucketError(RejectError):
    """The event names a bucket that is not the raw bucket."""

    code: ClassVar = ErrorCode.FOREIGN_BUCKET


class InvalidKeyError(RejectError):
    """The object key does not follow the key grammar."""

    code: ClassVar = ErrorCode.INVALID_KEY


class ObjectChangedError(RejectError):
    """The object was replaced after the event that announced it."""

    code: ClassVar = ErrorCode.OBJECT_CHANGED


class ObjectTooLargeError(RejectError):
    """The object, or a snapshot in it, is over a limit of bytes or entries."""

    code: ClassVar = ErrorCode.OBJECT_TOO_LARGE


class EmptyObjectError(RejectError):
    """The object holds no snapshot."""

    code: ClassVar = ErrorCode.EMPTY_OBJECT


class ErasedObjectError(RejectError):
    """The object holds nothing but playlists that were erased from the lake."""

    code: ClassVar = ErrorCode.ERASED_OBJECT


class CorruptZstdError(RejectError):
    """The object is not a sequence of whole zstd frames."""

    code: ClassVar = ErrorCode.CORRUPT_ZSTD


class UnknownSchemaError(RejectError):
    """No reader is registered for the raw schema, or for the source and kind of a frame."""

    code: ClassVar = ErrorCode.UNKNOWN_SCHEMA


class InvalidManifestError(RejectError):
    """The run manifest is unreadable or does not add up."""

    code: ClassVar = ErrorCode.INVALID_MANIFEST


class CountMismatchError(RejectError):
    """The number of entries differs from the number that the extractor counted."""

    code: ClassVar = ErrorCode.COUNT_MISMATCH


class CommitConflictError(RejectError):
    """The key holds a curated object that was made from other raw bytes."""

    code: ClassVar = ErrorCode.COMMIT_CONFLICT


class CrashesTransformerError(RejectError):
    """The transformer failed on the object again and again, by a fault of its own."""

    code: ClassVar = ErrorCode.CRASHES_TRANSFORMER
