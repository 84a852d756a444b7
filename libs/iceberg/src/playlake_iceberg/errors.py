"""The errors of Iceberg tables. Each message is one sentence: what is wrong and what to do.

LakeError
└── IcebergError        the Iceberg tables cannot be brought up to date; the lake stays as it is
    ├── NoPyicebergError    pyiceberg is not installed
    ├── ForeignTableError   a table is not as a sync left it
    └── BusyTableError      other syncs commit to a table again and again
"""

from __future__ import annotations

from playlake_lake.errors import LakeError


class IcebergError(LakeError):
    """The Iceberg tables cannot be brought up to date; the lake stays as it is."""


class NoPyicebergError(IcebergError):
    """Pyiceberg is not installed."""


class ForeignTableError(IcebergError):
    """A table is not as a sync left it."""


class BusyTableError(IcebergError):
    """Other syncs commit to a table again and again; another attempt may succeed."""
