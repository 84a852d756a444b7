"""The columns of the model, from the columns of the contracts."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from playlake_contracts.tables import DATE_COLUMN, TIMESTAMP, description
from playlake_warehouses.powerbi.described import Column, Kind
from playlake_warehouses.powerbi.keys import DAY, key_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_contracts.tables import Table

_KINDS: Final[Mapping[pa.DataType, Kind]] = MappingProxyType(
    {
        pa.string(): Kind.TEXT,
        pa.int32(): Kind.WHOLE,
        pa.int64(): Kind.WHOLE,
        pa.float64(): Kind.NUMBER,
        pa.bool_(): Kind.FLAG,
        pa.date32(): Kind.DAY,
        TIMESTAMP: Kind.TIME,
    }
)
# What a report for people has no use for: it identifies a row, or says how it was read.
_TECHNICAL: Final = frozenset(
    {"source", "part", DATE_COLUMN, "identity", "content_hash", "api", "image_url"}
)
_TECHNICAL_ENDS: Final = ("_id", "_raw", "_part")

_DATED: Final = f'Date.FromText([{DATE_COLUMN}], [Format = "yyyy-MM-dd", Culture = "en-US"])'
_CAME: Final = (
    "Date.From(if [added_at] <> null and [last_missing_at] <> null "
    "and [added_at] < [last_missing_at] then [last_missing_at] "
    "else if [added_at] <> null and [added_at] < [first_seen_at] then [added_at] "
    "else [first_seen_at])"
)
# The columns that reports need and no table has, by table; a later one may name an earlier one.
_MORE: Final[Mapping[str, tuple[Column, ...]]] = MappingProxyType(
    {
        "changes": (
            Column(DAY, Kind.DAY, "the UTC date of the run", formula="Date.From([seen_at])"),
        ),
        "memberships": (
            Column(
                "came_on",
                Kind.DAY,
                "the day when the stay began: when the entry was added, but after the last run "
                "that did not see it and with the first that did",
                formula=_CAME,
            ),
            Column(
                "days_in_playlist",
                Kind.WHOLE,
                "days from came_on to the last run that saw it",
                formula="Duration.Days(Date.From([last_seen_at]) - [came_on])",
            ),
        ),
    }
)


def columns_of(table: Table) -> tuple[Column, ...]:
    """The columns of a table: those of its schema, those that reports need, and its keys.

    Raises:
        KeyError: a column has a type that no table had before.
    """
    own = tuple(_column(field) for field in table.schema)
    dated = DATE_COLUMN in table.schema.names
    day = (Column(DAY, Kind.DAY, "the UTC date of the run", formula=_DATED),) if dated else ()
    return (*own, *day, *_MORE.get(table.name, ()), *key_columns(table.name))


def _column(field: pa.Field) -> Column:
    hidden = field.name in _TECHNICAL or field.name.endswith(_TECHNICAL_ENDS)
    return Column(field.name, _KINDS[field.type], description(field), is_hidden=hidden)
