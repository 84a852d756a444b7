"""A small interpreter of DAX over tables in memory: as much of it as our measures use.

A filter on a table filters the tables whose rows belong to its rows, and CALCULATE filters by the
row that an iterator is at. It is no proof of what Power BI computes; it says what our measures mean
by DAX's documentation: https://learn.microsoft.com/dax/
"""

from __future__ import annotations

import operator
import re
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playlake_warehouses.powerbi.described import Relation

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
    |(?P<column>[a-z_]+\[[a-z_]+\])
    |(?P<text>"[^"]*")
    |(?P<number>\d+)
    |(?P<word>[A-Za-z_]+)
    |(?P<sign>[(){},=])
    """,
    re.VERBOSE | re.ASCII,
)
Row = dict[str, Any]


class DaxError(Exception):
    """The text is no DAX that is known here."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    table: str
    name: str


@dataclass(frozen=True, slots=True)
class Context:
    """What an expression is evaluated in.

    Attributes:
        tables: the rows of each table.
        relations: which rows belong together.
        filters: what a row has to fulfil, by its table.
        row: the values of the columns that an iterator is at.
        names: the values of variables.
    """

    tables: Mapping[str, Sequence[Row]]
    relations: Sequence[Relation]
    filters: tuple[tuple[str, Callable[[Row], bool]], ...] = ()
    row: tuple[tuple[Column, Any], ...] = ()
    names: Mapping[str, Any] = field(default_factory=dict)

    def where(self, column: Column, test: Callable[[Any], bool]) -> Context:
        """The same context with one more filter."""
        one = (column.table, lambda row: test(row[column.name]))
        return replace(self, filters=(*self.filters, one))

    def rows(self, table: str) -> list[Row]:
        """The rows of a table that the filters leave."""
        tests = [test for name, test in self.filters if name == table]
        rows = [row for row in self.tables[table] if all(test(row) for test in tests)]
        for relation in self.relations:
            if relation.many == table and self._is_filtered(relation.one):
                kept = {row[relation.column] for row in self.rows(relation.one)}
                rows = [row for row in rows if row[relation.column] in kept]
        return rows

    def _is_filtered(self, table: str) -> bool:
        return any(name == table for name, _ in self.filters) or any(
            self._is_filtered(relation.one) for relation in self.relations if relation.many == table
        )


Meaning = Callable[[Context], Any]
Test = Callable[[Context], tuple[Column, Callable[[Any], bool]]]


def parse(source: str) -> Meaning:
    """Parse a measure; what it means is a function of the context."""
    reading = _Reading(_tokens(source))
    meaning = reading.value()
    reading.expect("")
    return meaning


def columns_named(source: str) -> set[Column]:
    """The columns that an expression names."""
    return {_column(text) for kind, text in _tokens(source) if kind == "column"}


def tables_named(source: str) -> set[str]:
    """The tables that an expression names as such."""
    return set(re.findall(r"COUNTROWS \( (\w+) \)", source))


def _tokens(source: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise DaxError(f"this is no DAX: {source[at : at + 40]!r}")
        if match.lastgroup != "space":
            found.append((match.lastgroup or "", match[0]))
        at = match.end()
    return [*found, ("end", "")]


def _column(text: str) -> Column:
    table, _, name = text.removesuffix("]").partition("[")
    return Column(table, name)


class _Reading:
    """Reads tokens from left to right."""

    def __init__(self, found: list[tuple[str, str]]) -> None:
        self._tokens = found

    def expect(self, text: str) -> None:
        kind, found = self._tokens.pop(0)
        if found != text:
            raise DaxError(f"{found!r} of the kind {kind} stands where {text!r} is expected")

    def value(self) -> Meaning:
        kind, text = self._tokens.pop(0)
        if kind == "number":
            return lambda context: int(text)  # noqa: ARG005
        if kind == "text":
            return lambda context: text[1:-1]  # noqa: ARG005
        if text == "VAR":
            return self._variable()
        if kind != "word":
            raise DaxError(f"{text!r} is no value")
        if self._tokens[0][1] != "(":
            return lambda context: context.names[text]
        self.expect("(")
        meaning = self._call(text)
        self.expect(")")
        return meaning

    def _variable(self) -> Meaning:
        _, name = self._tokens.pop(0)
        self.expect("=")
        value = self.value()
        self.expect("RETURN")
        body = self.value()
        return lambda context: body(replace(context, names={**context.names, name: value(context)}))

    def _call(self, function: str) -> Meaning:
        if function == "TRUE":
            return lambda context: True  # noqa: ARG005
        if function in _AGGREGATES:
            return _aggregate(_AGGREGATES[function], self._own_column())
        if function == "COUNTROWS":
            _, table = self._tokens.pop(0)
            return lambda context: len(context.rows(table)) or None
        if function == "CALCULATE":
            return self._calculate()
        if function == "SUMX":
            return self._sum_over_values()
        if function == "DIVIDE":
            above = self.value()
            self.expect(",")
            below = self.value()
            return lambda context: _quotient(above(context), below(context))
        raise DaxError(f"the function {function} is unknown here")

    def _own_column(self) -> Column:
        kind, text = self._tokens.pop(0)
        if kind != "column":
            raise DaxError(f"{text!r} stands where a column is expected")
        return _column(text)

    def _calculate(self) -> Meaning:
        body = self.value()
        tests: list[Test] = []
        while self._tokens[0][1] == ",":
            self.expect(",")
            self.expect("KEEPFILTERS")
            self.expect("(")
            tests.append(self._test())
            self.expect(")")

        def value(context: Context) -> Any:  # noqa: ANN401
            inner = replace(context, row=())
            for column, at in context.row:
                inner = inner.where(column, partial(operator.eq, at))
            for test in tests:
                inner = inner.where(*test(context))
            return body(inner)

        return value

    def _test(self) -> Test:
        if self._tokens[0][1] == "NOT":
            self.expect("NOT")
            test = self._test()

            def denied(context: Context) -> tuple[Column, Callable[[Any], bool]]:
                column, holds = test(context)
                return column, lambda value: not holds(value)

            return denied
        if self._tokens[0][1] == "ISBLANK":
            self.expect("ISBLANK")
            self.expect("(")
            column = self._own_column()
            self.expect(")")
            return lambda context: (column, lambda value: value is None)  # noqa: ARG005
        return self._comparison(self._own_column())

    def _comparison(self, column: Column) -> Test:
        if self._tokens[0][1] == "IN":
            self.expect("IN")
            self.expect("{")
            wanted = [self.value()]
            while self._tokens[0][1] == ",":
                self.expect(",")
                wanted.append(self.value())
            self.expect("}")
            return lambda context: (column, [one(context) for one in wanted].__contains__)
        self.expect("=")
        other = self.value()

        def test(context: Context) -> tuple[Column, Callable[[Any], bool]]:
            wanted = other(context)
            return column, lambda value: bool(value == wanted)

        return test

    def _sum_over_values(self) -> Meaning:
        self.expect("VALUES")
        self.expect("(")
        column = self._own_column()
        self.expect(")")
        self.expect(",")
        body = self.value()

        def value(context: Context) -> Any:  # noqa: ANN401
            found = dict.fromkeys(row[column.name] for row in context.rows(column.table))
            each = [body(replace(context, row=((column, at),))) for at in found]
            return _of_some(sum)([one for one in each if one is not None])

        return value


def _of_some(aggregate: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any]:
    return lambda values: aggregate(values) if values else None


_AGGREGATES: dict[str, Callable[[list[Any]], Any]] = {
    "SUM": _of_some(sum),
    "MAX": _of_some(max),
    "MEDIAN": _of_some(statistics.median),
    "DISTINCTCOUNT": _of_some(lambda values: len(set(values))),
}


def _aggregate(aggregate: Callable[[list[Any]], Any], column: Column) -> Meaning:
    def value(context: Context) -> Any:  # noqa: ANN401
        values = [row[column.name] for row in context.rows(column.table)]
        return aggregate([one for one in values if one is not None])

    return value


def _quotient(above: float | None, below: float) -> float | None:
    return None if above is None else above / below
