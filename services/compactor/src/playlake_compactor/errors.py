"""The compactor's errors. Each ends the process with the exit status of its code.

PlaylakeError
└── StopError
    ├── ConfigurationError      78  a setting is missing or wrong
    ├── LakeUnavailableError    74  S3 did not give or take an object
    └── CannotCompactError      65  an object is damaged, or rows contradict one another
"""

from __future__ import annotations

from typing import ClassVar

from playlake_contracts.errors import ErrorCode, PlaylakeError


class StopError(PlaylakeError):
    """Ends the compaction. Its message is one sentence: what is wrong and what to do."""

    @property
    def exit_status(self) -> int:
        """The status that the process ends with, never 0."""
        return self.info.exit_status or 1


class ConfigurationError(StopError):
    """A setting is missing, wrong or unknown."""

    code: ClassVar = ErrorCode.INVALID_CONFIGURATION


class LakeUnavailableError(StopError):
    """S3 refused, or did not answer; the next compaction goes on."""

    code: ClassVar = ErrorCode.LAKE_UNAVAILABLE


class CannotCompactError(StopError):
    """The lake cannot be compacted as it is; it stays as it was."""

    code: ClassVar = ErrorCode.COMPACTION_FAILED
