"""Reads the documented fields of an object; a bad value is null, and a fault says where it was."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from slow_transform.json_text import INVALID, Piece, storable

# A shape is one of these, the bounds of a whole number, a list of one shape, or a dict of shapes.
TEXT, FLAG, MARKETS = "text", "flag", "markets"
INT32 = (-(2**31), 2**31 - 1)
INT64 = (-(2**63), 2**63 - 1)
OFFSET = (-(2**31), 2**30)

Shape = str | tuple[int, int] | list[Any] | dict[str, Any]


@dataclass(slots=True)
class Faults:
    """What is wrong with a piece of JSON.

    Attributes:
        codes: the error codes that explain it; one of them is given as the reason.
        paths: where the bad values are; none if the piece as a whole is bad.
        is_lax: whether something is accepted that is not as documented: 2.0 for a whole number, or
            null in a list.
        rules: the quality rules that the row broke.
        before: the reason that the row has besides.
    """

    codes: set[str] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)
    is_lax: bool = False
    rules: set[str] = field(default_factory=set)
    before: str | None = None

    def __bool__(self) -> bool:
        return bool(self.codes)

    def add(self, value: object, path: str, code: str = "wrong_type") -> None:
        """Add a bad value; a number too large for Python is out of range wherever it is."""
        is_too_large = isinstance(value, float) and math.isinf(value)
        self.codes.add("out_of_range" if is_too_large else code)
        if path != "$":
            self.paths.add(path)


def read(piece: Piece, shape: Shape) -> tuple[Any, Faults]:
    """Read a piece: the values as documented, and what is wrong.

    If a piece is not as documented, bytes that are not UTF-8 count anywhere in it, and else only in
    the fields that are read.
    """
    faults = Faults()
    value = _value(piece.value, shape, "$", faults)
    if (faults or faults.is_lax) and INVALID in piece.text:
        faults.codes.add("invalid_unicode")
    return value, faults


def _value(value: Any, shape: Shape, path: str, faults: Faults) -> Any:  # noqa: ANN401 - any JSON
    if value is None:
        return None
    if isinstance(shape, dict):
        return _object(value, shape, path, faults)
    if isinstance(shape, list):
        return _list(value, shape[0], path, faults)
    if shape == MARKETS:
        listed = isinstance(value, list)
        return sum(isinstance(country, str) for country in value) if listed else None
    if isinstance(shape, tuple):
        return _number(value, shape, path, faults)
    return _text(value, path, faults) if shape == TEXT else _flag(value, path, faults)


def _object(value: Any, shape: dict[str, Any], path: str, faults: Faults) -> Any:  # noqa: ANN401 - any JSON
    if not isinstance(value, dict):
        faults.add(value, path)
        return None
    return {
        key: _value(value[key], inner, f"{path}.{key}", faults)
        for key, inner in shape.items()
        if key in value
    }


def _list(value: Any, shape: Shape, path: str, faults: Faults) -> Any:  # noqa: ANN401 - any JSON
    if not isinstance(value, list):
        faults.add(value, path)
        return None
    read_values = [
        _value(one, shape, f"{path}[{number}]", faults) for number, one in enumerate(value)
    ]
    faults.is_lax |= None in value
    return [one for one in read_values if one is not None]


def _number(value: object, bounds: tuple[int, int], path: str, faults: Faults) -> int | None:
    if isinstance(value, float) and value.is_integer():
        value, faults.is_lax = int(value), True
    if isinstance(value, bool) or not isinstance(value, int):
        faults.add(value, path)
        return None
    if not bounds[0] <= value <= bounds[1]:
        faults.add(value, path, "out_of_range")
        return None
    return value


def _text(value: object, path: str, faults: Faults) -> str | None:
    if not isinstance(value, str):
        faults.add(value, path)
        return None
    if INVALID in value:
        faults.codes.add("invalid_unicode")
    return storable(value)


def _flag(value: object, path: str, faults: Faults) -> bool | None:
    if isinstance(value, bool):
        return value
    faults.add(value, path)
    return None
