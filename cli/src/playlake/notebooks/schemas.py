"""The Arrow schemas of the rows of a history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from playlake_contracts.tables import TIMESTAMP
from playlake_lake.history.rows import ChangeRow, MembershipRow

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES: Final[Mapping[str, pa.DataType]] = {
    "str": pa.string(),
    "int": pa.int32(),
    "bool": pa.bool_(),
    "datetime": TIMESTAMP,
}


def _schema(row: type) -> pa.Schema:
    """The schema of a dataclass whose annotations are texts."""
    return pa.schema(
        pa.field(name, _TYPES[annotation.removesuffix(" | None")], nullable="None" in annotation)
        for name, annotation in row.__annotations__.items()
    )


CHANGES: Final = _schema(ChangeRow)
MEMBERSHIPS: Final = _schema(MembershipRow)
CONTENTS: Final = pa.schema(
    [
        pa.field("position", pa.int32(), nullable=False),
        pa.field("item_type", pa.string(), nullable=False),
        ("identity", pa.string()),
        ("name", pa.string()),
        ("artist_names", pa.string()),
        ("added_at", TIMESTAMP),
        ("added_by", pa.string()),
    ]
)
