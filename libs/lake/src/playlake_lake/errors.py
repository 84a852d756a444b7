"""The errors of a lake. Each message is one sentence: what is wrong and what to do.

LakeError
├── NoLakeError         the folder holds no lake, or one that this version cannot use
│   └── NoLakeYetError      the folder is empty or missing
├── DamagedLakeError    an object that the lake must have is missing or unreadable
├── CompactionError     the rows of a lake cannot be compacted; it stays as it was
├── HistoryError        what runs say of a playlist contradicts itself, so it has no history
├── ContendedError      others write the same object again and again
├── FolderFailedError   the system refused to read or write the folder
├── QueryError          the SQL is refused, or the query cannot be completed
│   ├── NotHeldError        the query names a table that this lake was pulled without
│   └── SqlRefusedError     DuckDB refused the SQL
└── QuestionError       a person asked for what is not there, or in words that mean nothing here
"""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from playlake_contracts.explained import ExplainedError

if TYPE_CHECKING:
    from collections.abc import Iterator


class LakeError(ExplainedError):
    """Something is wrong with a lake; the message says what to do."""


class NoLakeError(LakeError):
    """The folder holds no lake, or one that this version cannot use."""


class NoLakeYetError(NoLakeError):
    """The folder is empty or missing, so a lake can be made there."""


class DamagedLakeError(LakeError):
    """An object that the lake must have is missing or unreadable."""


class CompactionError(LakeError):
    """The rows of a lake cannot be compacted; it stays as it was."""


class HistoryError(LakeError):
    """What runs say of a playlist contradicts itself, so it has no history."""


class ContendedError(LakeError):
    """Others write the same object again and again; another attempt may succeed."""


class FolderFailedError(LakeError):
    """The system refused to read or write the folder."""


class QueryError(LakeError):
    """The SQL is refused, or the query cannot be completed."""


class NotHeldError(QueryError):
    """The query names a table that this lake was pulled without."""


class SqlRefusedError(QueryError):
    """DuckDB refused the SQL; the message is DuckDB's."""


class QuestionError(LakeError):
    """A person asked for what is not there, or in words that mean nothing here."""


_NO_LOCKS: Final = "its file system lacks links or locks: keep the lake on a local disk"
_ADVICE: Final = {
    errno.ENOSPC: "the disk is full: free some space and start again",
    errno.EDQUOT: "the disk quota is used up: free some space and start again",
    errno.EROFS: "the disk is read-only: use a lake on another one",
    errno.EACCES: "this user has no permission: correct it, or use another lake",
    errno.EPERM: _NO_LOCKS,
    errno.ENOTSUP: _NO_LOCKS,
    errno.ENOSYS: _NO_LOCKS,
    errno.ENOLCK: _NO_LOCKS,
    errno.EMLINK: _NO_LOCKS,
    errno.EXDEV: _NO_LOCKS,
}


@contextmanager
def system_call(failed: str) -> Iterator[None]:
    """Turn an error of the system into a `FolderFailedError`.

    Args:
        failed: the action that failed; the message begins with it.
    """
    try:
        yield
    except NotImplementedError as error:  # filelock's word for a missing system call
        raise FolderFailedError(f"{failed}: {_NO_LOCKS}") from error
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0, error.strerror or str(error))
        raise FolderFailedError(f"{failed}: {advice}") from error
