"""Maps the objects of a source to the columns of a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from playlake_contracts.tables import COMMON_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import pyarrow as pa

    from playlake_contracts.tables import Table

# Reads the values of a column from objects, one value for each object.
ColumnReader = Callable[[Sequence[Any]], list[Any]]
Columns = dict[str, list[Any]]


def unchanged(rows: pa.Table) -> pa.Table:
    """Return the rows as they are."""
    return rows


@dataclass(frozen=True, slots=True)
class TableMapping:
    """The origin of each column of a table.

    Attributes:
        table: the table in the contract.
        read: by column, the function that reads its values from objects.
        nested: columns that each source reads from its objects by a function of its own.
        given: columns that the caller adds, because no single object holds them.
        derived: columns that `clean` computes; they are null before.
        names: columns of names and other texts for people; `tidy` cleans them.
        lists: columns of joined lists, where an empty text is a list without elements.
        clean: computes derived columns and cleans others, for a whole part; keeps every row.

    Raises:
        ValueError: a column of the contract has no origin or two, or a column is not in it.
    """

    table: Table
    read: Mapping[str, ColumnReader]
    nested: frozenset[str] = frozenset()
    given: tuple[str, ...] = ()
    derived: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    clean: Callable[[pa.Table], pa.Table] = field(default=unchanged)

    def __post_init__(self) -> None:
        mapped = sorted([*COMMON_COLUMNS, *self.read, *self.nested, *self.given, *self.derived])
        if mapped != sorted(self.table.schema.names):
            difference = set(mapped) ^ set(self.table.schema.names)
            raise ValueError(
                f"columns of {self.table.name} without exactly one origin: {difference}"
            )
        if unknown := (self.names | self.lists) - set(mapped):
            raise ValueError(f"{self.table.name} has no columns {sorted(unknown)}")

    @property
    def own(self) -> Sequence[str]:
        """The columns of the table that not every table has."""
        return [name for name in self.table.schema.names if name not in COMMON_COLUMNS]

    def columns(
        self,
        objects: Sequence[object],
        nested: Mapping[str, ColumnReader] = MappingProxyType({}),
        absent: Collection[str] = (),
    ) -> Columns:
        """Read the columns from objects, one row for each object.

        Args:
            objects: the objects.
            nested: the functions that read nested columns.
            absent: columns to leave out.
        """
        readers = {**self.read, **nested}
        return {name: read(objects) for name, read in readers.items() if name not in absent}


def joined(texts: Iterable[str] | None, separator: str = ",") -> str | None:
    """Join texts to one; None if there is no list."""
    return separator.join(texts) if texts is not None else None
