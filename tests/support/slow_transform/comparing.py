"""Holds the files of the transformer against the rows of the slow one, cell by cell.

Compared loosely are only: the order of rows, apart from their positions; the sentence of a reason,
of which the error code and the paths of the bad values are compared; and the escapes in quarantined
JSON that no text column can hold, which may be as landed or replaced.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from playlake_contracts.tables import TABLES
from slow_transform.json_text import storable
from slow_transform.reading import Faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playlake_transformer.domain.transform import Transformed
    from slow_transform.objects import Row, SlowRows

_PATH = re.compile(r" - at `(\$[^`]*)`")
_ESCAPES = re.compile(
    r"\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<bad>\\u0000|\\u[dD][89a-fA-F]..)"
)


def differences(transformed: Transformed, slow: SlowRows) -> list[str]:
    """Every difference between the two, one a line; none if they are equal."""
    found = [
        f"{name}: {fast!r}, slow {expected!r}"
        for name, fast, expected in (
            ("snapshots", transformed.snapshots, slow.snapshots),
            ("json_bytes", transformed.json_bytes, slow.json_bytes),
            ("fetched_at", transformed.fetched_at, slow.fetched_at),
        )
        if fast != expected
    ]
    files = {file.table: file for file in transformed.files}
    for table in sorted(files.keys() | slow.tables.keys()):
        fast = rows_of(files[table].body) if table in files else []
        found += table_differences(table, fast, slow.tables[table])
    return found


def rows_of(parquet: bytes) -> list[Row]:
    """The rows of a file."""
    rows: list[Row] = pq.ParquetFile(BytesIO(parquet)).read(use_threads=False).to_pylist()
    return rows


def table_differences(table: str, fast: list[Row], slow: list[Row]) -> Iterator[str]:
    """The differences between the rows of a table."""
    fast_rows, slow_rows = _by_key(table, fast), _by_key(table, slow)
    for rows, keyed in ((fast, fast_rows), (slow, slow_rows)):
        if len(rows) != len(keyed):
            yield f"{table}: {len(rows)} rows have {len(keyed)} keys"
    for key in sorted(fast_rows.keys() | slow_rows.keys()):
        one, other = fast_rows.get(key), slow_rows.get(key)
        if one is None or other is None:
            yield f"{table} {key}: the row is only in {'slow' if one is None else 'fast'}"
        else:
            yield from (f"{table} {key} {line}" for line in _of_row(table, one, other))


def _by_key(table: str, rows: list[Row]) -> dict[str, Row]:
    return {repr([row[column] for column in TABLES[table].key]): row for row in rows}


def _of_row(table: str, fast: Row, slow: Row) -> Iterator[str]:
    columns = TABLES[table].schema.names
    if not sorted(columns) == sorted(fast) == sorted({*slow, *_free(columns)}):
        yield f"has the columns {list(fast)}, slow {list(slow)}"
    for column in columns:
        if column == "examples":  # which of the rows are shown is free
            continue
        if not _is_equal(column, fast, slow):
            yield f"{column}: {fast.get(column)!r}, slow {slow.get(column)!r}"


def _free(columns: list[str]) -> set[str]:
    return {"examples"} & {*columns}


def _is_equal(column: str, fast: Row, slow: Row) -> bool:
    one, other = fast.get(column), slow.get(column)
    if column == "code" and isinstance(other, set):
        return one in other
    if column == "reason" and isinstance(other, Faults):
        return _explains(one, other, fast)
    if column == "raw":
        return _without_escapes(one) == _without_escapes(other)
    return type(one) is type(other) and bool(one == other)


def _explains(reason: str | None, faults: Faults, row: Mapping[str, Any]) -> bool:
    """Whether a reason names the paths of the faults, and in front of them one of their codes."""
    if not reason:
        return False
    if faults.rules:
        return _names_rules(reason, faults)
    if "code" not in row and reason.partition(": ")[0] not in faults.codes:
        return False
    found = {_of_either(path) for path in _PATH.findall(reason) if path != "$"}
    return found == {_of_either(path) for path in faults.paths}


def _names_rules(reason: str, faults: Faults) -> bool:
    """Whether a reason ends with the rules that were broken, after whatever else it says."""
    sentences = reason.split("; ")
    named = {sentence.partition(": ")[0] for sentence in sentences[-len(faults.rules) :]}
    first = "; ".join(sentences[: -len(faults.rules)])
    if faults.codes - {"broken_rule"}:
        return named == faults.rules and first.partition(": ")[0] in faults.codes
    return named == faults.rules and first == (faults.before or "")


def _of_either(path: str) -> str:
    """A path in an entry, the same for either generation of keys."""
    return re.sub(r"^\$\.(?:item|track)\b", "$.item", path)


def _without_escapes(text: str | None) -> str:
    return _ESCAPES.sub(lambda found: r"\ufffd" if found["bad"] else found[0], storable(text or ""))
