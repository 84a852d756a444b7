"""The errors of Iceberg tables. Each message is one sentence: what is wrong and what to do.

LakeError
└── IcebergError        the Iceberg tables cannot be brought up to date; the lake stays as it is
    ├── NoPyicebergError    pyiceberg is not installed
    ├── ForeignTableError   a table is not as a sync left it
    └── BusyTableError      other syncs commit to a table again and again
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from playlake_lake.errors import LakeError

if TYPE_CHECKING:
    from collections.abc import Iterator


class IcebergError(LakeError):
    """The Iceberg tables cannot be brought up to date; the lake stays as it is."""


class NoPyicebergError(IcebergError):
    """Pyiceberg is not installed."""


class ForeignTableError(IcebergError):
    """A table is not as a sync left it."""


class BusyTableError(IcebergError):
    """Other syncs commit to a table again and again; another attempt may succeed."""


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn an error of what stores the metadata of the tables into an `IcebergError`.

    Args:
        place: the lake, as a person names it.
    """
    try:
        yield
    except OSError as error:
        raise IcebergError(
            f"the metadata of the Iceberg tables of {place} cannot be read or written "
            f"({first_line(error)}): correct that, then start again"
        ) from error


def first_line(error: Exception) -> str:
    """The first line of an error's text, without what a library adds below it."""
    return str(error).partition("\n")[0]
