"""The values of a query's parameters: what a person writes, typed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from playlake.errors import CommandError
from playlake_contracts.query_parameters import Kind, used_parameters
from playlake_lake.asking.when import day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from playlake_contracts.query_parameters import Parameter
    from playlake_lake.literals import Value

_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}", re.ASCII)
_INTEGER: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)


def parse_given(given: Iterable[str]) -> dict[str, str]:
    """The values that a person gave as `NAME=VALUE`.

    Raises:
        CommandError: one is not of that form, or is given twice.
    """
    values: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise CommandError(f"{text[:80]!r} is no parameter: write --param NAME=VALUE")
        if name in values:
            raise CommandError(f"the parameter {name} is given twice: give it once")
        values[name] = value
    return values


def bind(
    query: str, parameters: Sequence[Parameter], given: Mapping[str, object], now: datetime
) -> dict[str, Value]:
    """A typed value for each parameter of a query.

    Args:
        query: the name of the query.
        parameters: what it declares.
        given: texts as a person writes them, or values of the type.
        now: the time that words such as `today` refer to.

    Raises:
        CommandError: a value is missing, malformed, or for no parameter of the query.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name in given:
        if name not in known:
            raise CommandError(f"{query} has no parameter {name}: {_advice(name, [*known])}")
    return {
        name: read_value(parameter, _text(given, parameter, query), now)
        for name, parameter in known.items()
    }


def read_value(parameter: Parameter, text: str, now: datetime) -> Value:
    """The value that a text stands for.

    Raises:
        CommandError: it is none of the parameter's type.
    """
    value = _READERS[parameter.kind](text.strip(), now.astimezone(UTC))
    if value is None or (parameter.choices and value not in parameter.choices):
        form = _FORMS[parameter.kind].format(" or ".join(parameter.choices))
        raise CommandError(
            f"{text[:80]!r} is no {parameter.kind} for the parameter {parameter.name}: {form}"
        )
    return value


def check_used(sql: str, values: Mapping[str, Value]) -> None:
    """Check that the SQL uses each value, and that each parameter has one.

    Raises:
        CommandError: one does not.
    """
    used = set(used_parameters(sql))
    for name in sorted(used - values.keys()):
        raise CommandError(f"the SQL names the parameter ${name}: give it a value")
    for name in sorted(values.keys() - used):
        raise CommandError(f"the SQL does not name the parameter ${name}: leave its value out")


def _advice(name: str, known: list[str]) -> str:
    if not known:
        return "it has none"
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"it has {', '.join(known)}"


def _text(given: Mapping[str, object], parameter: Parameter, query: str) -> str:
    if parameter.name in given:
        value = given[parameter.name]
        return value.isoformat() if isinstance(value, date) else str(value)
    if parameter.default is None:
        raise CommandError(
            f"{query} needs the parameter {parameter.name}, {parameter.meaning}: add "
            f"--param {parameter.name}=…"
        )
    return parameter.default


def _day_of(text: str, now: datetime) -> date | None:
    """The day that a text names; None if it names none."""
    try:
        return day_of(text, now)
    except (ValueError, OverflowError):
        return None


def _day(text: str, now: datetime) -> Value | None:
    day = _day_of(text, now)
    return None if day is None else day.isoformat()


def _month(text: str, now: datetime) -> Value | None:
    first = now.date().replace(day=1)
    if text in {"this month", "last month"}:
        found = first if text == "this month" else first - timedelta(days=1)
        return found.isoformat()[:7]
    return text if _MONTH.fullmatch(text) and _day_of(f"{text}-01", now) else None


def _timestamp(text: str, now: datetime) -> datetime | None:
    """A moment in UTC; a day means its end, so that the runs of that day count."""
    if text == "now":
        return now
    day = _day_of(text, now)
    if day is not None:
        return datetime.combine(day, time.max, UTC)
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _integer(text: str, _: datetime) -> Value | None:
    return int(text) if _INTEGER.fullmatch(text) else None


_READERS: Final[Mapping[Kind, Callable[[str, datetime], Value | None]]] = {
    Kind.TEXT: lambda text, _: text or None,
    Kind.CHOICE: lambda text, _: text or None,
    Kind.INTEGER: _integer,
    Kind.DAY: _day,
    Kind.MONTH: _month,
    Kind.TIMESTAMP: _timestamp,
}
_FORMS: Final[Mapping[Kind, str]] = {
    Kind.TEXT: "give some text",
    Kind.CHOICE: "give {}",
    Kind.INTEGER: "give a whole number, such as 20",
    Kind.DAY: "give a day such as 2026-11-20, today, yesterday, or 7 days ago",
    Kind.MONTH: "give a month such as 2026-11, this month, or last month",
    Kind.TIMESTAMP: "give a day or a time such as 2026-11-20T06:00:00Z, now, or 7 days ago",
}
