"""The compactor's errors. Each ends the process with the exit status of its code.

PlaylakeError
└── StopError
    ├── ConfigurationError      78  a setting is missing or wrong
    ├── LakeUnavailableError    74  S3 or Glue refused, or did not answer
    ├── CannotCompactError      65  an object is damaged, or rows contradict one another
    └── CannotSyncError         65  an object is damaged, or an Iceberg table was changed by others
"""

from __future__ import annotations

from typing import ClassVar

from playlake_contracts.errors import ErrorCode, PlaylakeError


class StopError(PlaylakeError):
    """Ends a compaction or a sync. Its message is one sentence: what is wrong and what to do."""

    @property
    def exit_status(self) -> int:
        """The status that the process ends with, never 0."""
        return self.info.exit_status or 1


class ConfigurationError(StopError):
    """A setting is missing, wrong or unknown."""

    code: ClassVar = ErrorCode.INVALID_CONFIGURATION


class LakeUnavailableError(StopError):
    """S3 or Glue refused, or did not answer; the next compaction or sync goes on."""

    code: ClassVar = ErrorCode.LAKE_UNAVAILABLE


class CannotCompactError(StopError):
    """The lake cannot be compacted as it is; it stays as it was."""

    code: ClassVar = ErrorCode.COMPACTION_FAILED


class CannotSyncError(StopError):
    """The Iceberg tables cannot be brought up to date; the lake stays as it is."""

    code: ClassVar = ErrorCode.ICEBERG_SYNC_FAILED
