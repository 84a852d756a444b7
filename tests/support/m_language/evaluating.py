"""Parses an expression of M into functions of Python, and evaluates it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from m_language.library import LIBRARY
from m_language.tokens import Token, tokens
from m_language.values import MError, Table, Type

# The values of names: those of `let` are computed when they are asked for.
Scope = Mapping[str, Callable[[], Any]]
Meaning = Callable[[Scope], Any]

_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SUMS: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub}
_PRODUCTS: dict[str, Callable[[Any, Any], Any]] = {"*": operator.mul, "/": operator.truediv}
_CONSTANTS = {"null": None, "true": True, "false": False}
_PRIMITIVES: dict[str, Callable[[Any], bool]] = {
    "datetimezone": lambda value: isinstance(value, datetime) and value.tzinfo is not None,
    "datetime": lambda value: isinstance(value, datetime) and value.tzinfo is None,
    "date": lambda value: isinstance(value, date) and not isinstance(value, datetime),
    "text": lambda value: isinstance(value, str),
    "list": lambda value: isinstance(value, list),
    "record": lambda value: isinstance(value, dict),
    "table": lambda value: isinstance(value, Table),
    "binary": lambda value: isinstance(value, bytes),
    "any": lambda value: True,  # noqa: ARG005 - every value is of this type
}


def evaluate(
    source: str, names: Mapping[str, str], sources: Mapping[str, Callable[..., Any]]
) -> Any:  # noqa: ANN401 - M has values of any type
    """The value of an expression.

    Args:
        source: the expression.
        names: the other expressions that it may name, by their names.
        sources: functions that ask data sources, by their names.
    """
    scope = {name: _always(value) for name, value in {**LIBRARY, **sources}.items()}
    for name, text in names.items():
        if name in scope:
            raise MError(f"{name} is a name of the library")
        scope[name] = _once(partial(_parsed, text, scope))
    return parse(source)(scope)


def _parsed(source: str, scope: Scope) -> Any:  # noqa: ANN401 - M has values of any type
    return parse(source)(scope)


def parse(source: str) -> Meaning:
    """Parse an expression; what it means is a function of the values of names."""
    reading = _Reading(list(tokens(source)))
    meaning = reading.expression()
    reading.expect("", kind="end")
    return meaning


class _Reading:
    """Reads tokens from left to right; each method reads one kind of expression."""

    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0

    def expression(self) -> Meaning:  # noqa: PLR0911 - one for each kind of expression
        if self._accept("each"):
            return _function(["_"], self.expression())
        if self._accept("let"):
            return self._let()
        if self._accept("if"):
            return self._if()
        if self._accept("error"):
            return _raised(self.expression())
        if self._begins_function():
            return self._function()
        meaning = self._binary(0)
        if self._accept("meta"):
            return _described(meaning, self._unary())
        return meaning

    def expect(self, value: str, kind: str = "") -> Token:
        token = self._tokens[self._at]
        if token.value != value or (kind and token.kind != kind):
            raise MError(f"at {token.at}: {token.value!r} stands where {value!r} is expected")
        self._at += 1
        return token

    def _peek(self, ahead: int = 0) -> Token:
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def _accept(self, *values: str) -> str:
        token = self._peek()
        if token.kind in {"sign", "keyword"} and token.value in values:
            self._at += 1
            return token.value
        return ""

    def _name(self) -> str:
        token = self._peek()
        if token.kind not in {"name", "keyword"}:
            raise MError(f"at {token.at}: {token.value!r} stands where a name is expected")
        self._at += 1
        return token.value

    def _let(self) -> Meaning:
        steps = [self._step()]
        while self._accept(","):
            steps.append(self._step())
        self.expect("in")
        body = self.expression()
        if len({name for name, _ in steps}) < len(steps):
            raise MError("two steps have one name")

        def value(scope: Scope) -> Any:  # noqa: ANN401
            inner = dict(scope)
            for name, meaning in steps:
                inner[name] = _once(partial(meaning, inner))
            return body(inner)

        return value

    def _step(self) -> tuple[str, Meaning]:
        name = self._name()
        self.expect("=")
        return name, self.expression()

    def _if(self) -> Meaning:
        condition = self.expression()
        self.expect("then")
        then = self.expression()
        self.expect("else")
        otherwise = self.expression()
        return lambda scope: then(scope) if _truth(condition(scope)) else otherwise(scope)

    def _begins_function(self) -> bool:
        """Whether parentheses come that are followed by `=>` or `as`."""
        if self._peek().value != "(" or self._peek().kind != "sign":
            return False
        depth = 0
        for at in range(self._at, len(self._tokens)):
            token = self._tokens[at]
            if token.kind == "sign":
                depth += {"(": 1, ")": -1}.get(token.value, 0)
            if depth == 0:
                return self._tokens[at + 1].value in {"=>", "as"}
        return False

    def _function(self) -> Meaning:
        self.expect("(")
        names: list[str] = []
        while not self._accept(")"):
            names.append(self._name())
            if self._accept("as"):
                self._type()
            if self._peek().value != ")":
                self.expect(",")
        if self._accept("as"):
            self._type()
        self.expect("=>")
        return _function(names, self.expression())

    def _type(self) -> Type:
        self._accept("nullable")
        name = self._name()
        if name == "table" and self._accept("["):
            while not self._accept("]"):
                self._at += 1
        return Type(name)

    def _binary(self, level: int) -> Meaning:
        """Operators from the loosest to the tightest."""
        levels = (("or",), ("and",), ("is",), ("=", "<>"), tuple(_COMPARISONS), ("+", "-", "&"),
                  ("*", "/"))  # fmt: skip
        if level == len(levels):
            return self._unary()
        left = self._binary(level + 1)
        while sign := self._accept(*levels[level]):
            if sign == "is":
                left = _is(left, self._type())
            else:
                left = _operation(sign, left, self._binary(level + 1))
        return left

    def _unary(self) -> Meaning:
        if self._accept("not"):
            inner = self._unary()
            return lambda scope: not _truth(inner(scope))
        meaning = self._primary()
        while True:
            token = self._peek()
            if token.kind != "sign" or token.value not in {"(", "[", "{"}:
                return meaning
            meaning = self._applied(meaning)

    def _applied(self, meaning: Meaning) -> Meaning:
        if self._accept("("):
            return _called(meaning, self._listed(")"))
        if self._accept("{"):
            item = self.expression()
            self.expect("}")
            return lambda scope: _item(meaning(scope), item(scope))
        self.expect("[")
        name = self._name()
        self.expect("]")
        return lambda scope: _field(meaning(scope), name)

    def _listed(self, end: str) -> list[Meaning]:
        found: list[Meaning] = []
        while not self._accept(end):
            found.append(self.expression())
            if self._peek().value != end:
                self.expect(",")
        return found

    def _primary(self) -> Meaning:  # noqa: PLR0911 - one for each kind of value
        token = self._peek()
        if token.kind in {"text", "number"}:
            self._at += 1
            literal = token.value if token.kind == "text" else int(token.value)
            return lambda scope: literal  # noqa: ARG005
        if self._accept("type"):
            named = self._type()
            return lambda scope: named  # noqa: ARG005
        if token.kind == "keyword" and token.value in _CONSTANTS:
            self._at += 1
            return lambda scope: _CONSTANTS[token.value]  # noqa: ARG005
        if self._accept("("):
            inner = self.expression()
            self.expect(")")
            return inner
        if self._accept("{"):
            items = self._listed("}")
            return lambda scope: [item(scope) for item in items]
        if self._accept("["):
            return self._bracketed()
        name = self._name()
        return lambda scope: _value_of(name, scope)

    def _bracketed(self) -> Meaning:
        """A field of the row, `[name]`, or a record, `[name = value]`."""
        if self._accept("]"):
            return lambda scope: {}  # noqa: ARG005
        if self._peek(1).value == "]":
            name = self._name()
            self.expect("]")
            return lambda scope: _field(_value_of("_", scope), name)
        fields: list[tuple[str, Meaning]] = [self._step()]
        while self._accept(","):
            fields.append(self._step())
        self.expect("]")
        return lambda scope: {name: meaning(scope) for name, meaning in fields}


def _always(value: Any) -> Callable[[], Any]:  # noqa: ANN401 - M has values of any type
    return lambda: value


def _once(compute: Callable[[], Any]) -> Callable[[], Any]:
    found: list[Any] = []

    def value() -> Any:  # noqa: ANN401
        if not found:
            found.append(compute())
        return found[0]

    return value


def _value_of(name: str, scope: Scope) -> Any:  # noqa: ANN401
    if name not in scope:
        raise MError(f"the name {name} was not recognized")
    return scope[name]()


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise MError(f"{value!r} cannot be converted to logical")
    return value


def _function(names: list[str], body: Meaning) -> Meaning:
    def value(scope: Scope) -> Callable[..., Any]:
        def call(*given: Any) -> Any:  # noqa: ANN401
            if len(given) != len(names):
                raise MError(f"{len(given)} arguments were passed to a function of {names}")
            values = {name: _always(one) for name, one in zip(names, given, strict=True)}
            return body({**scope, **values})

        return call

    return value


def _called(function: Meaning, arguments: list[Meaning]) -> Meaning:
    def value(scope: Scope) -> Any:  # noqa: ANN401
        called = function(scope)
        if not callable(called):
            raise MError(f"{called!r} is no function")
        return called(*(argument(scope) for argument in arguments))

    return value


def _raised(text: Meaning) -> Meaning:
    def value(scope: Scope) -> Any:  # noqa: ANN401
        raise MError(text(scope))

    return value


def _described(meaning: Meaning, record: Meaning) -> Meaning:
    def value(scope: Scope) -> Any:  # noqa: ANN401
        record(scope)
        return meaning(scope)

    return value


def _is(left: Meaning, named: Type) -> Meaning:
    return lambda scope: _PRIMITIVES[named.name](left(scope))


def _operation(sign: str, left: Meaning, right: Meaning) -> Meaning:
    if sign == "or":
        return lambda scope: _truth(left(scope)) or _truth(right(scope))
    if sign == "and":
        return lambda scope: _truth(left(scope)) and _truth(right(scope))
    return lambda scope: _operated(sign, left(scope), right(scope))


def _operated(sign: str, left: Any, right: Any) -> Any:  # noqa: ANN401
    if sign == "=":
        return bool(left == right)
    if sign == "<>":
        return bool(left != right)
    if left is None or right is None:
        return None
    if sign == "&":
        return {**left, **right} if isinstance(left, dict) else left + right
    return ({**_COMPARISONS, **_SUMS, **_PRODUCTS})[sign](left, right)


def _field(value: Any, name: str) -> Any:  # noqa: ANN401
    if isinstance(value, Table):
        return value.column(name)
    if not isinstance(value, dict) or name not in value:
        raise MError(f"the field {name} of the record was not found")
    return value[name]


def _item(value: Any, item: Any) -> Any:  # noqa: ANN401
    """An item by its number, or the one row of a table that has the values of a record."""
    if isinstance(item, dict):
        rows = [row for row in value.rows if item.items() <= row.items()]
        if len(rows) != 1:
            raise MError(f"the key {item} matched {len(rows)} rows in the table")
        return rows[0]
    items = value.rows if isinstance(value, Table) else value
    if item >= len(items):
        raise MError("there were not enough elements in the enumeration")
    return items[item]
