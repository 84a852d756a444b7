"""What readers of saved files have in common, whatever source they read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from msgspec import Raw

from playlake_contracts.json_text import storable
from playlake_contracts.limits import MAX_SNAPSHOT_ENTRIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

T = TypeVar("T")
Json = dict[str, Any]

_MOST_DIGITS: Final = 18

# How decoding JSON fails: bad JSON or types, bad UTF-8, JSON that is nested too deep.
_JSON_ERRORS: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class DialectError(ValueError):
    """What was landed is not of its dialect; the message says how, in words that follow "it"."""


def decoded(body: bytes, kind: type[T]) -> T:
    """Decode JSON; escapes that no text can hold become U+FFFD.

    Raises:
        DialectError: it is not JSON, or a field has another type.
    """
    try:
        return msgspec.json.decode(storable(body), type=kind, strict=False)
    except _JSON_ERRORS as error:
        raise DialectError(f"is not as its dialect has it: {error}") from error


def fields_of(raw: Raw) -> Json:
    """The fields of a JSON object; none of what is no object."""
    value = decoded(bytes(raw), Any)
    return value if isinstance(value, dict) else {}


def as_text(value: object) -> str | None:
    """A value if it is a text."""
    return value if isinstance(value, str) else None


def as_list(value: object) -> Sequence[Any]:
    """A value if it is a list."""
    return value if isinstance(value, list) else ()


def text_of(body: bytes) -> str:
    """The text that was landed as a JSON string, without a byte order mark.

    Raises:
        DialectError: it is no string.
    """
    return decoded(body, str).removeprefix("\ufeff")


def as_landed(landed: object) -> bytes:
    """The JSON of what an entry was read from."""
    return bytes(landed) if isinstance(landed, Raw) else msgspec.json.encode(landed)


def bounded(entries: Iterable[T]) -> Iterable[T]:
    """Go through entries, and stop where a playlist has more than it may have.

    Raises:
        DialectError: it has more.
    """
    for number, entry in enumerate(entries):
        if number == MAX_SNAPSHOT_ENTRIES:
            raise DialectError(f"has more than {MAX_SNAPSHOT_ENTRIES:,} entries")
        yield entry


def without_nulls(fields: Mapping[str, object]) -> Json:
    """The fields that have a value; an empty text or list is none."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def number(text: str | None) -> int | str | None:
    """A whole number that a text has; another text stays, so that it is quarantined."""
    if not text:
        return None
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else text
