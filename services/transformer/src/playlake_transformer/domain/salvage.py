"""Reads a JSON object field by field, and replaces each bad value by null.

Strict decoding refuses a whole object for one bad field. Three deviations are accepted without a
fault: a whole number written as 2.0, a null in a list, and an escape that no text can hold.
"""

from __future__ import annotations

import json
import math
import re
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Generic, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from playlake_contracts.errors import ErrorCode
from playlake_contracts.json_text import storable
from playlake_transformer.domain.json_errors import JSON_ERRORS, explain

T = TypeVar("T", bound=msgspec.Struct)

# Longer integers fit no column, and Python refuses to parse very long ones.
_MAX_DIGITS = 20
_PATH = re.compile(r" - at `\$.*`$")


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that an object broke; the reason ends with the path of the bad value."""

    code: ErrorCode
    reason: str


@dataclass(frozen=True, slots=True)
class Salvaged(Generic[T]):
    """The readable values of an object, and its faults.

    Attributes:
        value: the object with null for each bad value; None if the JSON is not an object.
        faults: why values are bad; empty if everything was read.
    """

    value: T | None
    faults: list[Fault] = field(default_factory=list)

    @property
    def code(self) -> ErrorCode:
        """The code of the first fault."""
        return self.faults[0].code

    @property
    def reason(self) -> str:
        """The reasons of all faults."""
        return "; ".join(fault.reason for fault in self.faults)


def salvage(raw: bytes, kind: type[T]) -> Salvaged[T]:
    """Read the values of an object that are as documented.

    Args:
        raw: its JSON.
        kind: a struct; all of its fields have defaults.
    """
    with suppress(*JSON_ERRORS):
        return Salvaged(msgspec.json.decode(raw, type=kind))
    faults: list[Fault] = []
    try:
        value = _parse(raw, faults)
    except (ValueError, RecursionError) as error:
        return Salvaged(None, [_parse_fault(error)])
    if value is None:
        return Salvaged(None)
    return Salvaged(_Reader(faults).struct(value, kind, ""), faults)


def _parse(raw: bytes, faults: list[Fault]) -> object:
    """Parse JSON into builtins; invalid UTF-8 becomes U+FFFD and adds a fault."""
    try:
        text = storable(raw).decode()
    except UnicodeDecodeError as error:
        faults.append(Fault(*explain(error)))
        text = storable(raw).decode(errors="replace")
    return json.loads(text, parse_int=_parse_int, parse_constant=_refuse)


def _parse_int(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_DIGITS else math.inf


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _parse_fault(error: Exception) -> Fault:
    if isinstance(error, RecursionError):
        return Fault(*explain(error))
    return Fault(ErrorCode.INVALID_JSON, f"not valid JSON: {error}")


class _Reader:
    """Converts values to the types of a struct's fields, and collects faults."""

    def __init__(self, faults: list[Fault]) -> None:
        self._faults = faults

    def struct(self, value: object, kind: type[T], path: str) -> T | None:
        """Convert each field of an object; None if the value is not an object."""
        if not isinstance(value, dict):
            self._scalar(value, kind, path)
            return None
        fields = ((name, key, t) for name, key, t in _fields(kind) if key in value)
        return kind(**{name: self.value(value[key], t, f"{path}.{key}") for name, key, t in fields})

    def value(self, value: Any, kind: Any, path: str) -> Any:  # noqa: ANN401 - JSON, a type
        """Convert a value to a type; None if it has another type."""
        kind = _required(kind)
        if kind is msgspec.Raw:
            return msgspec.Raw(msgspec.json.encode(value))
        if value is None:
            return None
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return self.struct(value, kind, path)
        if get_origin(kind) is list and isinstance(value, list):
            return self._list(value, get_args(kind)[0], path)
        return self._scalar(value, kind, path)

    def _list(self, values: list[Any], kind: Any, path: str) -> list[Any]:  # noqa: ANN401 - a type
        read = (self.value(value, kind, f"{path}[{n}]") for n, value in enumerate(values))
        return [value for value in read if value is not None]

    def _scalar(self, value: object, kind: Any, path: str) -> Any:  # noqa: ANN401 - a type
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            self._fault(value, error, path)
            return None

    def _fault(self, value: object, error: msgspec.ValidationError, path: str) -> None:
        code, reason = explain(error)
        if value in (math.inf, -math.inf):
            code, reason = ErrorCode.OUT_OF_RANGE, "Number out of range"
        self._faults.append(Fault(code, f"{_PATH.sub('', reason)} - at `${path}`"))


@lru_cache
def _fields(kind: type[msgspec.Struct]) -> list[tuple[str, str, Any]]:
    """The fields of a struct: name, key in JSON, type."""
    types = get_type_hints(kind, include_extras=True)
    return [(f.name, f.encode_name, types[f.name]) for f in msgspec.structs.fields(kind)]


def _required(kind: Any) -> Any:  # noqa: ANN401 - a type
    """The type of an optional field without None and UNSET; a union of scalars and lists stays."""
    if get_origin(kind) not in {Union, UnionType}:
        return kind
    kinds = [one for one in get_args(kind) if one not in {NoneType, msgspec.UnsetType}]
    return kinds[0] if len(kinds) == 1 else kind
