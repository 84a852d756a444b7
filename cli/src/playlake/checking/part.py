"""Holds the files of one part to the contract: each by its schema, and all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from playlake.checking.references import unresolved
from playlake.checking.schemas import violations
from playlake.checking.violations import Violation, example_of, short
from playlake_contracts.keys import QUARANTINE
from playlake_contracts.tables import DATE_COLUMN, TABLES
from playlake_lake.marks import COUNTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playlake_contracts.keys import RawKey

_MARKS: Final = "loads"


@dataclass(frozen=True, slots=True)
class CheckedPart:
    """What was found of a part.

    Attributes:
        key: its raw object.
        rows: the rows that were checked, by table.
        violations: what it does not keep of the contract.
    """

    key: RawKey
    rows: Mapping[str, int]
    violations: list[Violation]


def check_part(key: RawKey, files: Mapping[str, bytes | None]) -> CheckedPart:
    """Hold the files of a part to the contract.

    Args:
        key: the raw object that the files were made from.
        files: by table that the lake holds, `loads` among them, the bytes of its file; None if
            there is none.
    """
    tables: dict[str, pa.Table] = {}
    found: list[Violation] = []
    for name, body in files.items():
        try:
            tables[name] = _rows(name, body)
        except (pa.ArrowException, OSError) as error:
            found.append(_damaged(name, "can be read", short(str(error))))
    for name, rows in tables.items():
        if files[name] is not None:
            found += violations(name, rows)
            found += _foreign(name, rows, key)
    found += _uncounted(files, tables)
    found += unresolved(tables)
    return CheckedPart(key, {name: rows.num_rows for name, rows in tables.items()}, found)


def _rows(name: str, body: bytes | None) -> pa.Table:
    if body is None:
        return TABLES[name].schema.empty_table()
    with pq.ParquetFile(BytesIO(body)) as file:
        return file.read()


def _foreign(name: str, rows: pa.Table, key: RawKey) -> Iterator[Violation]:
    """Rows that say that they belong to another part than their file does."""
    own = {
        "source": key.source,
        "run_id": str(key.run_id),
        "part": key.part,
        DATE_COLUMN: key.run_id.snapshot_date,
    }
    for column, value in own.items():
        if column not in rows.schema.names or rows.schema.field(column).type != pa.string():
            continue
        others = pc.fill_null(pc.not_equal(rows[column], value), fill_value=False)
        if count := pc.sum(others).as_py() or 0:
            example = example_of(name, rows, pc.index(others, value=True).as_py(), column)
            yield Violation(name, column, f"is that of the file, {value}", count, example)


def _uncounted(
    files: Mapping[str, bytes | None], tables: dict[str, pa.Table]
) -> Iterator[Violation]:
    """Files with other numbers of rows than the commit mark has; a lost one leaves the tables."""
    if _MARKS not in tables:
        return
    marks = tables[_MARKS]
    if marks.num_rows != 1:
        yield _damaged(_MARKS, "has one row", f"{marks.num_rows:,} rows")
        return
    (mark,) = marks.to_pylist()
    for name in [name for name in COUNTS if name in tables]:
        # A mark of an earlier version has no count for a later table.
        wanted, there = mark.get(COUNTS[name]) or 0, tables[name].num_rows
        is_lost = files[name] is None and wanted != 0
        if is_lost:
            del tables[name]
        if is_lost and name != QUARANTINE:  # rows in quarantine expire
            yield _damaged(name, "is there", f"the file is missing, with {wanted:,} rows")
        elif not is_lost and there != wanted:
            rule = "has as many rows as its commit mark counts"
            # A repair looks only for files of which the mark counts rows.
            text = f"{there:,} rows, not {wanted:,}"
            yield Violation(name, "", rule, 1, text, is_damage=wanted != 0)


def _damaged(table: str, rule: str, example: str) -> Violation:
    return Violation(table, "", rule, 1, example, is_damage=True)
