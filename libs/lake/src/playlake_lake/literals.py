"""The values of a query's parameters, as literals of SQL."""

from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

# Of text, choice, day and month; of integer; of timestamp: aware, in UTC.
Value: TypeAlias = str | int | datetime

NO_VALUES: Final[Mapping[str, Value]] = MappingProxyType({})


def literal(value: Value) -> str:
    """A value as a literal that Athena and DuckDB read alike."""
    if isinstance(value, datetime):
        return f"timestamp '{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}'"
    if isinstance(value, int):
        return str(value)
    quoted = value.replace("'", "''")
    return f"'{quoted}'"


def zoneless(values: Mapping[str, Value]) -> dict[str, Value]:
    """Values as the tables of a folder have them: times are in UTC and have no zone."""
    return {
        name: value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
        for name, value in values.items()
    }
