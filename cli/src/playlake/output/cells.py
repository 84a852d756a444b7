"""A value as a person reads it, and as a program does."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias, Union

from playlake.output.table import Kind
from playlake.output.text import safe

if TYPE_CHECKING:
    from playlake_lake.results import Value

Plain: TypeAlias = Union[str, int, float, bool, "list[Plain]", "dict[str, Plain]", None]

_DECIMALS = 4
_SMALL = 0.001


def shown(value: Value, kind: Kind) -> str:
    """A value that is there, for a person; control characters are spelled out."""
    match value:
        case bool() | str():
            return safe(str(value).lower() if isinstance(value, bool) else value)
        case int() | float() | Decimal():
            return _number(value, kind)
        case datetime():
            return _in_utc(value).strftime("%Y-%m-%d %H:%M:%S")
        case list() | dict():
            return safe(compact(value))
        case _:
            return str(value)


def plain(value: Value) -> Plain:
    """A value of JSON: times are ISO 8601; decimals, and what JSON has no number for, are text."""
    match value:
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case float() if not math.isfinite(value):
            return str(value)
        case list():
            return [plain(each) for each in value]
        case dict():
            return {name: plain(each) for name, each in value.items()}
        case _:
            return value


def flat(value: Value) -> str | int | float | None:
    """A value of a format without lists and rows, which become JSON."""
    return compact(value) if isinstance(value, list | dict) else plain(value)  # type: ignore[return-value]


def compact(value: Value) -> str:
    """A value as JSON on one line."""
    return json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))


def _number(value: float | Decimal, kind: Kind) -> str:
    if kind is Kind.COUNT:
        return f"{value:,}"
    if kind is Kind.AMOUNT:
        return f"{value:,.2f}"
    if kind is Kind.SECONDS:
        return f"{value:,.0f} s"
    return _short(value) if isinstance(value, float) else str(value)


def _short(value: float) -> str:
    if 0 < abs(value) < _SMALL:
        return f"{value:.{_DECIMALS}g}"
    return str(round(value, _DECIMALS))


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment
