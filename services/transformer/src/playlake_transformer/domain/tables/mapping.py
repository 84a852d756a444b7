"""Maps the objects of a source to the columns of a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playlake_contracts.tables import COMMON_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    import pyarrow as pa

    from playlake_contracts.tables import Table

Columns = dict[str, list[Any]]


def unchanged(rows: pa.Table) -> pa.Table:
    """Return the rows as they are."""
    return rows


@dataclass(frozen=True, slots=True)
class TableMapping:
    """The origin of each column of a table.

    Attributes:
        table: the table in the contract.
        read: by column, the function that reads its value from an object.
        given: columns that the caller adds, because no single object holds them.
        derived: columns that `clean` computes; they are null before.
        clean: computes derived columns, cleans values and removes duplicates, for a whole part.

    Raises:
        ValueError: a column of the contract has no origin or two, or a column is not in it.
    """

    table: Table
    read: Mapping[str, Callable[[Any], object]]
    given: tuple[str, ...] = ()
    derived: frozenset[str] = frozenset()
    clean: Callable[[pa.Table], pa.Table] = field(default=unchanged)

    def __post_init__(self) -> None:
        mapped = sorted([*COMMON_COLUMNS, *self.read, *self.given, *self.derived])
        if mapped != sorted(self.table.schema.names):
            difference = set(mapped) ^ set(self.table.schema.names)
            raise ValueError(
                f"columns of {self.table.name} without exactly one origin: {difference}"
            )

    def columns(self, rows: Sequence[object], absent: Collection[str] = ()) -> Columns:
        """Read the columns from objects, one row for each object; leave out absent columns."""
        return {
            name: list(map(read, rows)) for name, read in self.read.items() if name not in absent
        }


def joined(texts: Iterable[str] | None, separator: str = ",") -> str | None:
    """Join texts to one; None if there is no list."""
    return separator.join(texts) if texts is not None else None
