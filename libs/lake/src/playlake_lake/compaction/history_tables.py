"""The tables of the history: `changes`, `memberships` and `timeline`, in the columns of its rows.

No catalog has them: they are compacted files of a lake, and views of the SQL over a lake in a
folder. Their rows are as of the last compaction.
"""

from __future__ import annotations

from dataclasses import fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from playlake_contracts.tables import TIMESTAMP, Table
from playlake_lake.history.rows import ChangeRow, MembershipRow, TimelineRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    Row = ChangeRow | MembershipRow | TimelineRow

_TYPES: Final = {
    "str": pa.string(),
    "Standing": pa.string(),
    "int": pa.int32(),
    "bool": pa.bool_(),
    "datetime": TIMESTAMP,
}
_OR_NULL: Final = " | None"


def _table(name: str, row_is: str, key: tuple[str, ...], row: type[Row]) -> Table:
    return Table(
        name, row_is, key, pa.schema([_column(each.name, each.type) for each in fields(row)])
    )


def _column(name: str, annotation: object) -> pa.Field:
    text = str(annotation)
    kind = _TYPES[text.removesuffix(_OR_NULL)]
    return pa.field(name, kind, nullable=text.endswith(_OR_NULL))


HISTORY: Final[Mapping[str, Table]] = MappingProxyType(
    {
        table.name: table
        for table in (
            _table(
                "changes",
                "a change of a playlist, or of an entry in it",
                ("source", "playlist_id", "seen_at", "run_id", "change", "from_position",
                 "to_position"),
                ChangeRow,
            ),
            _table(
                "memberships",
                "one stay of an entry in a playlist",
                ("source", "playlist_id", "identity", "copy"),
                MembershipRow,
            ),
            _table(
                "timeline",
                "consecutive runs between which a playlist did not change",
                ("source", "playlist_id", "first_run_id"),
                TimelineRow,
            ),
        )
    }
)  # fmt: skip
