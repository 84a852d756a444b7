"""The values of M that Python has no type for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class MError(Exception):
    """The text is no M that is known here, or M would raise an error."""


@dataclass(slots=True)
class Table:
    """A table: the names of its columns, and a row a record."""

    columns: list[str]
    rows: list[dict[str, Any]]

    def column(self, name: str) -> list[Any]:
        """The values of a column."""
        if name not in self.columns:
            raise MError(f"the column {name} of the table was not found")
        return [row[name] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Type:
    """A type by its name, such as `text` or `Int64.Type`."""

    name: str
