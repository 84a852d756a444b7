"""JSON as Spotify writes it: two spaces of indent, ` : ` between key and value, lists inline.

Text that is written again and again is kept as a Fragment and only indented anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import TypeAlias

_INDENT = "  "
_CONSTANTS = {True: "true", False: "false", None: "null"}


@dataclass(frozen=True, slots=True)
class Fragment:
    """A value that is already written, unindented."""

    text: str


Json: TypeAlias = "str | int | Fragment | Sequence[Json] | Mapping[str, Json] | None"


def write(value: Json, line: str = "\n") -> str:
    """Writes a value; `line` is the line break with the indent of the place it is written at."""
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, Fragment):
        return value.text.replace("\n", line)
    if isinstance(value, bool | None):
        return _CONSTANTS[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return _write_object(value, line) if value else "{ }"
    return f"[ {', '.join([write(item, line) for item in value])} ]" if value else "[ ]"


def _write_object(members: Mapping[str, Json], line: str) -> str:
    inner = line + _INDENT
    written = (f'{inner}"{key}" : {write(value, inner)}' for key, value in members.items())
    return "{" + ",".join(written) + line + "}"


def fragment(value: Json) -> Fragment:
    """Returns the value in written form, ready to be embedded."""
    return Fragment(write(value))
