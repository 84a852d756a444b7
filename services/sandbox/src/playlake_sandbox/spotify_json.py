"""JSON as Spotify writes it: two spaces of indent, ` : ` between key and value, lists inline.

A Fragment is JSON text that is written once, kept, and only indented again for each response.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from http import HTTPStatus
from json.encoder import encode_basestring
from typing import TypeAlias

from fastapi.responses import Response

JSON_TYPE = "application/json; charset=utf-8"
_INDENT = "  "
_CONSTANTS = {True: "true", False: "false", None: "null"}


@dataclass(frozen=True, slots=True)
class Fragment:
    """A value that is already written as JSON, without indent."""

    text: str


Json: TypeAlias = "str | int | Fragment | Sequence[Json] | Mapping[str, Json] | None"


def json_response(value: Json, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Returns a successful response of the Web API, with the headers that Spotify sends."""
    # Half a surrogate pair has no UTF-8; it becomes its JSON escape, such as `\ud83d`.
    body = write(value).encode(errors="backslashreplace")
    headers = {
        "cache-control": "public, max-age=0",
        "etag": f'"{blake2b(body, digest_size=16).hexdigest()}"',
    }
    return Response(body, status.value, media_type=JSON_TYPE, headers=headers)


def write(value: Json, line: str = "\n") -> str:
    """Writes a value; `line` is the line break, with the indent of the enclosing object."""
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


def fragment(value: Json) -> Fragment:
    """Returns the value as written JSON."""
    return Fragment(write(value))


def _write_object(members: Mapping[str, Json], line: str) -> str:
    inner = line + _INDENT
    written = (f'{inner}"{key}" : {write(value, inner)}' for key, value in members.items())
    return "{" + ",".join(written) + line + "}"
