"""Finds fields that a source is not known to send, in a small sample of a part.

Of each kind of frame one frame is read, and of each array in it one element. Which ones, the key of
the part decides. So a part costs less than a millisecond, and is the same whenever it is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
from msgspec import Raw, Struct

from playlake_contracts.raw import PLAYLIST, end_of_snapshot
from playlake_transformer.domain.json_errors import JSON_ERRORS

if TYPE_CHECKING:
    from playlake_contracts.keys import RawKey

T = TypeVar("T")

# By kind of object, its fields; each with the kind of object that it holds, alone or in an array,
# or with None. A frame of a kind holds an object of that kind, and pages of the kind `pages_of`.
KnownFields = Mapping[str, Mapping[str, str | None]]

PAGE: Final = "page"
MOST_PATHS: Final = 20
MOST_OF_A_NAME: Final = 64
# Of a longer frame only the playlist with its first page is read, if that is not too long as well.
_MOST_BYTES: Final = 512 * 1024


_Fields = dict[str, Raw]


class _Responses(Struct):
    playlist: Raw = Raw()
    pages: list[Raw] | None = None
    response: Raw = Raw()


_responses_decoder = msgspec.json.Decoder(_Responses)
_object_decoder = msgspec.json.Decoder(_Fields)
_array_decoder = msgspec.json.Decoder(list[Raw])


def pages_of(kind: str) -> str:
    """The kind of object that a page is in frames of a kind."""
    return PAGE if kind == PLAYLIST else f"{kind} {PAGE}"


class Sample:
    """One frame of each kind of a part."""

    def __init__(self, key: RawKey) -> None:
        self._random = Random(str(key))  # noqa: S311 - anybody may know what is drawn
        self._offered: dict[str, int] = {}
        self._frames: dict[str, bytes | None] = {}

    def offer(self, kind: str, frame: bytes) -> None:
        """Take a frame instead of an earlier one of its kind, or leave it; all are as likely."""
        offered = self._offered[kind] = self._offered.get(kind, 0) + 1
        if self._random.random() * offered < 1:
            # A long frame is not kept, because it would be in memory until the end of the part.
            is_short = len(frame) <= _MOST_BYTES
            self._frames[kind] = frame if is_short else end_of_snapshot(frame, _MOST_BYTES)

    def unknown_fields(self, known: KnownFields) -> Mapping[str, int]:
        """The number of objects of the sample that have an unknown field, by the field's path.

        The frames are let go; called once.
        """
        frames, self._frames = self._frames, {}
        walk = _Walk(known, self._random)
        if known:
            for kind, frame in frames.items():
                walk.frame(frame or b"{}", kind)
        return dict(walk.found)


class _Walk:
    """Compares objects with what is known of their kinds."""

    def __init__(self, known: KnownFields, random: Random) -> None:
        self.found: Counter[str] = Counter()
        self._known = known
        self._random = random

    def frame(self, frame: bytes, kind: str) -> None:
        """Compare the responses in a frame."""
        try:
            responses = _responses_decoder.decode(frame)
            self._value(responses.playlist, kind, PLAYLIST)
            self._value(responses.response, kind, kind)
            if (pages := pages_of(kind)) in self._known:
                self._value(self._drawn(responses.pages) or Raw(), pages, PAGE)
        except JSON_ERRORS:  # what could not be read of the frame is in quarantine
            return

    def _value(self, json: Raw, kind: str, path: str) -> None:
        """Compare an object, or one of an array; null and what else is no object has no fields."""
        if _begins(json, b"["):
            path = f"{path}[]"
            json = self._drawn(_array_decoder.decode(json)) or Raw()
        if _begins(json, b"{"):
            self._fields(_object_decoder.decode(json), kind, path)

    def _fields(self, fields: _Fields, kind: str, path: str) -> None:
        known = self._known[kind]
        for name, value in fields.items():
            if name not in known:
                self._note(f"{path}.{_shown(name)}")
            elif (within := known[name]) is not None:
                self._value(value, within, f"{path}.{name}")

    def _drawn(self, elements: list[T] | None) -> T | None:
        return elements[int(self._random.random() * len(elements))] if elements else None

    def _note(self, path: str) -> None:
        if path in self.found or len(self.found) < MOST_PATHS:
            self.found[path] += 1


def _begins(json: Raw, byte: bytes) -> bool:
    return memoryview(json)[:1] == byte


def _shown(name: str) -> str:
    """The name of a field as it stands in a path: it is not ours, so it may be any text."""
    cut = name if len(name) <= MOST_OF_A_NAME else f"{name[:MOST_OF_A_NAME]}…"
    return "".join(one if one.isprintable() and one not in ".[]" else "\ufffd" for one in cut)
