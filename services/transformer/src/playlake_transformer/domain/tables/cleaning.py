"""Cleans columns of Arrow tables, for all rows of a part at once."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from playlake_contracts.tables import TIMESTAMP

if TYPE_CHECKING:
    from collections.abc import Collection

# The documented forms of a time. Arrow knows more, such as a date alone.
_TIME_FORM: Final = (
    r"^(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
    r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])$"
)
# A year, a month or a day; there is no year 0.
_DAY_FORM: Final = r"^(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$"
_DATE_FORM: Final = r"^[0-9]{4}(?:-[0-9]{2}){0,2}$"
_NO_YEAR: Final = "0000"
_YEAR, _MONTH = len("1985"), len("1978-05")


def tidy(rows: pa.Table, names: Collection[str], lists: Collection[str]) -> pa.Table:
    """Trim names, compose their letters (NFC), and replace every empty text by null.

    Columns that keep a text as sent are not changed, and neither are joined lists.
    """
    tidied = {}
    for field, values in zip(rows.schema, rows.columns, strict=True):
        is_kept = not field.nullable or field.name in lists or field.name.endswith("raw")
        if is_kept or field.type != pa.string():
            continue
        texts = values
        if field.name in names:
            texts = pc.utf8_normalize(pc.utf8_trim_whitespace(values), "NFC")
        is_empty = pc.equal(texts, "")
        if pc.any(is_empty).as_py():
            texts = none_if(is_empty, texts)
        if texts is not values:
            tidied[field.name] = texts
    return with_columns(rows, **tidied)


def moments(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Parse times; null for any other text."""
    known = _matching(texts, _TIME_FORM)
    with suppress(pa.ArrowInvalid):
        return pc.cast(known, TIMESTAMP)
    return _one_by_one(known, TIMESTAMP)


def starts_of_days(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Parse dates that are whole days into the times of their starts, UTC; null for other texts."""
    known = _matching(texts, _DAY_FORM)
    if known.null_count == len(known):
        return pa.chunked_array([pa.nulls(len(known), TIMESTAMP)])
    return _one_by_one(_extended(known, "T00:00:00Z"), TIMESTAMP)


def first_days(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Parse dates; a year or a month gives its first day. Null for any other text."""
    known = _matching(texts, _DATE_FORM)
    known = none_if(pc.starts_with(known, _NO_YEAR), known)
    length = pc.binary_length(known)
    of_month = pc.if_else(pc.equal(length, _MONTH), _extended(known, "-01"), known)
    days = pc.if_else(pc.equal(length, _YEAR), _extended(known, "-01-01"), of_month)
    with suppress(pa.ArrowInvalid):
        return pc.cast(days, pa.date32())
    return _one_by_one(days, pa.date32())


def none_if(condition: pa.ChunkedArray, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Replace values by null where a condition is true."""
    null = pa.scalar(None, values.type)
    return pc.if_else(pc.fill_null(condition, fill_value=False), null, values)


def with_columns(rows: pa.Table, **columns: pa.ChunkedArray) -> pa.Table:
    """Replace some columns of a table."""
    for name, values in columns.items():
        place = rows.schema.get_field_index(name)
        rows = rows.set_column(place, rows.schema.field(place), values)
    return rows


def _matching(texts: pa.ChunkedArray, form: str) -> pa.ChunkedArray:
    return none_if(pc.invert(pc.match_substring_regex(texts, form)), texts)


def _extended(texts: pa.ChunkedArray, end: str) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(texts, end, "")


def _one_by_one(texts: pa.ChunkedArray, arrow_type: pa.DataType) -> pa.ChunkedArray:
    """Parse texts of which some name no moment that exists, such as the 30th of February."""
    parsed = [_parsed(text, arrow_type) for text in texts.to_pylist()]
    return pa.chunked_array([pa.array(parsed, arrow_type)])


def _parsed(text: str | None, arrow_type: pa.DataType) -> object:
    if text is not None:
        with suppress(pa.ArrowInvalid):
            return pa.scalar(text).cast(arrow_type).as_py()
    return None
