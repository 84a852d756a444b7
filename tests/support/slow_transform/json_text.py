"""JSON as text, cut into its pieces without changing a character, as quarantine keeps it."""

from __future__ import annotations

import codecs
import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import zstandard

from slow_transform.objects import Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator

# Stands for bytes that are not UTF-8. It is no character: no text may hold it.
INVALID = "\U0010fffe"
REPLACEMENT = "\ufffd"
LONGEST_INTEGER = 20

_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")
_SPACE = re.compile(r"[ \t\n\r]*")

codecs.register_error("mark-invalid", lambda error: (INVALID, error.end))  # type: ignore[attr-defined]  # of decoding


def frames(raw: bytes) -> Iterator[bytes]:
    """The zstd frames of a part, decompressed.

    Raises:
        Rejected: it is no sequence of whole frames.
    """
    while raw:
        frame = zstandard.ZstdDecompressor().decompressobj()
        try:
            text = frame.decompress(raw)
        except zstandard.ZstdError as error:
            raise Rejected("corrupt_zstd") from error
        if not frame.eof:
            raise Rejected("corrupt_zstd")
        yield text
        raw = frame.unused_data


def storable(text: str) -> str:
    """A text without what no text column holds: NUL, half a surrogate pair, invalid bytes."""
    return _UNSTORABLE.sub(REPLACEMENT, text).replace(INVALID, REPLACEMENT)


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of one JSON value. What reads it expects that it is valid."""

    text: str

    @classmethod
    def of(cls, frame: bytes) -> Piece:
        """The value that a frame holds.

        Raises:
            ValueError: it is no JSON.
            RecursionError: it nests too deeply.
        """
        text = frame.decode("utf-8", "mark-invalid")
        json.loads(text, cls=_Decoder)
        return cls(text.strip(" \t\n\r"))

    @property
    def value(self) -> Any:  # noqa: ANN401 - any JSON
        """The value, as Python has it."""
        return json.loads(self.text, cls=_Decoder)

    def members(self) -> dict[str, Piece]:
        """The values of an object by key; none if it is no object."""
        found = {}
        at = _skip(self.text, 1)
        while self.text[0] == "{" and self.text[at] != "}":
            key, colon = _DECODER.raw_decode(self.text, at)
            start = _skip(self.text, _skip(self.text, colon) + 1)
            end = _DECODER.raw_decode(self.text, start)[1]
            found[key] = Piece(self.text[start:end])
            at = _next(self.text, end)
        return found

    def elements(self) -> list[Piece]:
        """The values of an array; none if it is no array."""
        found = []
        at = _skip(self.text, 1)
        while self.text[0] == "[" and self.text[at] != "]":
            end = _DECODER.raw_decode(self.text, at)[1]
            found.append(Piece(self.text[at:end]))
            at = _next(self.text, end)
        return found


def _next(text: str, end: int) -> int:
    """Where the next value begins, or the bracket that closes."""
    at = _skip(text, end)
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_INTEGER else math.inf


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


class _Decoder(json.JSONDecoder):
    def __init__(self) -> None:
        super().__init__(parse_int=_integer, parse_constant=_refuse)


_DECODER = _Decoder()
