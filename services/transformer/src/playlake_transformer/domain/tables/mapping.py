"""How the objects of a source become the columns of a table."""

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
    """Leave a finished table as it is."""
    return rows


@dataclass(frozen=True, slots=True)
class TableMapping:
    """The columns of a table, each from one place.

    Attributes:
        table: the contract.
        read: by column, what reads its value from an object.
        given: columns that the caller adds, since no single object tells them.
        derived: columns that `clean` fills in; until then they are null.
        clean: derives, cleans and deduplicates the finished batch.

    Raises:
        ValueError: a column of the contract has no place or two, or there is a column more.
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
            raise ValueError(f"columns of {self.table.name} that are not mapped once: {difference}")

    def columns(self, rows: Sequence[object], absent: Collection[str] = ()) -> Columns:
        """Read the columns of objects, one row each, without those that are absent."""
        return {
            name: list(map(read, rows)) for name, read in self.read.items() if name not in absent
        }


def joined(texts: Iterable[str] | None, separator: str = ",") -> str | None:
    """Texts as one; None where there is no list."""
    return separator.join(texts) if texts is not None else None
