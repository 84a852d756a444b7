"""The functions of M's library that our queries use, by their names."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from m_language.values import MError, Table, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

_CULTURE = {"Format": "yyyy-MM-dd", "Culture": "en-US"}
_CHECKS: dict[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "logical": lambda value: isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float),
    "Int64.Type": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "datetime": lambda value: isinstance(value, datetime) and value.tzinfo is None,
    "date": lambda value: isinstance(value, date) and not isinstance(value, datetime),
}


class Listed(Table):
    """`Folder.Contents`: what is in a folder. It is looked at when it is asked for."""

    def __init__(self, path: Path, listed: list[str]) -> None:
        if not path.is_dir():
            raise MError(f"the folder {path} was not found")
        self._path = path
        self._listed = listed
        super().__init__(["Content", "Name"], [])

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401
        if name != "rows":
            return super().__getattribute__(name)
        self._listed.append(self._path.name)
        return [
            {
                "Name": each.name,
                "Content": Listed(each, self._listed) if each.is_dir() else each.read_bytes(),
            }
            for each in sorted(self._path.iterdir())
        ]


def _select_columns(table: Table, names: list[str]) -> Table:
    return Table(list(names), [dict(zip(names, row, strict=True)) for row in zip(
        *(table.column(name) for name in names), strict=True)] if names else [])  # fmt: skip


def _combine(tables: list[Table]) -> Table:
    columns = list(dict.fromkeys(name for table in tables for name in table.columns))
    rows = [{name: row.get(name) for name in columns} for table in tables for row in table.rows]
    return Table(columns, rows)


def _rename(table: Table, pairs: list[list[str]]) -> Table:
    new = dict(pairs)
    for old in new:
        table.column(old)
    names = {name: new.get(name, name) for name in table.columns}
    return Table(
        list(names.values()), [{names[k]: v for k, v in row.items()} for row in table.rows]
    )


def _join(left: Table, own: str, right: Table, other: str, kind: str) -> Table:
    if kind != "inner" or set(left.columns) & set(right.columns):
        raise MError("a join of this kind is unknown here")
    left.column(own)
    by_key: dict[Any, list[dict[str, Any]]] = {}
    for row in right.rows:
        by_key.setdefault(row[other], []).append(row)
    rows = [{**row, **found} for row in left.rows for found in by_key.get(row[own], [])]
    return Table([*left.columns, *right.columns], rows)


def _add_column(table: Table, name: str, formula: Callable[[Any], Any], named: Type) -> Table:
    if name in table.columns:
        raise MError(f"the field {name} already exists in the record")
    rows = [{**row, name: _checked(formula(row), named)} for row in table.rows]
    return Table([*table.columns, name], rows)


def _transform(table: Table, changes: list[list[Any]]) -> Table:
    for name, change, named in changes:
        values = [_checked(change(value), named) for value in table.column(name)]
        for row, value in zip(table.rows, values, strict=True):
            row[name] = value
    return table


def _typed(table: Table, types: list[list[Any]], culture: str) -> Table:
    if culture != "en-US":
        raise MError("the culture is unknown here")
    for name, named in types:
        for value in table.column(name):
            _checked(value, named)
    return table


def _checked(value: Any, named: Type) -> Any:  # noqa: ANN401
    if value is not None and not _CHECKS[named.name](value):
        raise MError(f"{value!r} is not of the type {named.name}")
    return value


def _group(table: Table, keys: list[str], made: list[list[Any]]) -> Table:
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in table.rows:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    rows = [
        dict(zip(keys, values, strict=True))
        | {name: _checked(make(Table(table.columns, rows)), named) for name, make, named in made}
        for values, rows in groups.items()
    ]
    return Table([*keys, *(name for name, *_ in made)], rows)


def _from_columns(columns: list[list[Any]], named: Type) -> Table:
    if named.name != "table" or len(columns) != 1:
        raise MError("only one column is known here")
    return Table(["day"], [{"day": value} for value in columns[0]])


def parquet_document(body: bytes, lacking: Collection[str] = ()) -> Table:
    """`Parquet.Document`, without some columns: times that are adjusted to UTC have a zone."""
    if not isinstance(body, bytes):
        raise MError(f"{body!r} is no binary value")
    read = pq.ParquetFile(io.BytesIO(body)).read()
    read = read.drop_columns([name for name in read.schema.names if name in lacking])
    return Table(list(read.schema.names), read.to_pylist())


def _date(value: date | datetime | None) -> date | None:
    return value.date() if isinstance(value, datetime) else value


def _datetime(value: datetime) -> datetime:
    if value.tzinfo is not None:
        raise MError("this would be the local time")
    return value


def _date_from_text(text: str, options: dict[str, str]) -> date:
    if options != _CULTURE:
        raise MError(f"{options} are unknown here")
    return date.fromisoformat(text)


def _date_to_text(value: date, options: dict[str, str]) -> str:
    if options != _CULTURE | {"Format": "yyyy-MM"}:
        raise MError(f"{options} are unknown here")
    return value.strftime("%Y-%m")


def _max_row(table: Table, name: str) -> dict[str, Any]:
    return max(table.rows, key=lambda row: row[name])


def _field(record: dict[str, Any], name: str) -> Any:  # noqa: ANN401
    if name not in record:
        raise MError(f"the field {name} of the record was not found")
    return record[name]


def _accumulate(items: list[Any], seed: Any, step: Callable[[Any, Any], Any]) -> Any:  # noqa: ANN401
    for item in items:
        seed = step(seed, item)
    return seed


LIBRARY: dict[str, Any] = {
    "#table": lambda names, rows: Table(
        ["nothing"] if isinstance(names, Type) else list(names), list(rows)
    ),
    "#duration": lambda days, hours, minutes, seconds: timedelta(
        days, seconds, 0, 0, minutes, hours
    ),
    "Date.From": _date,
    "Date.FromText": _date_from_text,
    "Date.StartOfWeek": lambda value, first: value - timedelta((value.weekday() - first) % 7),
    "Date.ToText": _date_to_text,
    "Date.Year": lambda value: value.year,
    "DateTime.From": _datetime,
    "DateTimeZone.RemoveZone": lambda value: value.replace(tzinfo=None),
    "DateTimeZone.ToUtc": lambda value: value.astimezone(UTC),
    "Day.Monday": 0,
    "Duration.Days": lambda value: value.days,
    "Int64.Type": Type("Int64.Type"),
    "JoinKind.Inner": "inner",
    "Json.Document": lambda body, _: json.loads(body),
    "List.Accumulate": _accumulate,
    "List.Combine": lambda lists: [item for each in lists for item in each],
    "List.Contains": lambda items, value: value in items,
    "List.Dates": lambda first, count, step: [first + at * step for at in range(count)],
    "List.Difference": lambda items, others: [item for item in items if item not in others],
    "List.Intersect": lambda lists: [item for item in lists[0] if item in lists[1]],
    "List.IsEmpty": lambda items: not items,
    "List.LastN": lambda items, count: items[-count:],
    "List.Max": max,
    "List.Min": min,
    "List.RemoveNulls": lambda items: [item for item in items if item is not None],
    "List.Sort": sorted,
    "List.Transform": lambda items, change: [change(item) for item in items],
    "Record.Field": _field,
    "Record.FieldNames": list,
    "Record.FieldOrDefault": lambda record, name: record.get(name),
    "Table.AddColumn": _add_column,
    "Table.Buffer": lambda table: table,
    "Table.ColumnNames": lambda table: list(table.columns),
    "Table.Combine": _combine,
    "Table.FromColumns": _from_columns,
    "Table.Group": _group,
    "Table.IsEmpty": lambda table: not table.rows,
    "Table.Join": _join,
    "Table.Max": _max_row,
    "Table.RenameColumns": _rename,
    "Table.SelectColumns": _select_columns,
    "Table.SelectRows": lambda table, test: Table(
        table.columns, [row for row in table.rows if test(row) is True]
    ),
    "Table.TransformColumnNames": lambda table, change: _rename(
        table, [[name, change(name)] for name in table.columns]
    ),
    "Table.TransformColumnTypes": _typed,
    "Table.TransformColumns": _transform,
    "Text.Combine": lambda texts, between: between.join(texts),
    "Text.EndsWith": lambda text, end: text.endswith(end),
    "Text.Lower": str.lower,
    "Text.Replace": lambda text, old, new: text.replace(old, new),
    "Text.Split": lambda text, between: text.split(between),
    "Text.StartsWith": lambda text, start: text.startswith(start),
    "TextEncoding.Utf8": "utf-8",
}
