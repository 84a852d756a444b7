"""What a source registers to read saved files: a dialect for each format of them."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import msgspec
from msgspec import Raw

from playlake_contracts.json_text import storable
from playlake_extractor.http.decoding import JSON_ERRORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from playlake_extractor.run.saved_snapshots import SavedFileError, SavedSnapshot

T = TypeVar("T")

_WHITE_SPACE: Final = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class GivenPlaylist:
    """What a user says of the playlist in the files.

    Attributes:
        playlist_id: its id; None if the files say it.
        name: its name; None if the files say it.
    """

    playlist_id: str | None = None
    name: str | None = None


NOT_GIVEN: Final = GivenPlaylist()


@dataclass(frozen=True)
class Document:
    """A saved file, or one value of a JSON array or of JSON lines.

    Attributes:
        origin: its file for messages, with a number in square brackets if it is one of many.
        contents: its bytes, decompressed.
        stem: the name of the file without folder and suffixes.
    """

    origin: str
    contents: bytes
    stem: str

    @cached_property
    def json(self) -> bytes:
        """The contents without a byte order mark and without white space around them."""
        return self.contents.removeprefix(codecs.BOM_UTF8).strip(_WHITE_SPACE)

    @cached_property
    def is_object(self) -> bool:
        """Whether the contents begin as a JSON object does."""
        return self.json.startswith(b"{")

    @cached_property
    def is_json(self) -> bool:
        """Whether the contents begin as a JSON object or array does."""
        return self.json.startswith((b"{", b"["))

    @cached_property
    def text(self) -> str | None:
        """The contents as text; None if they are not UTF-8."""
        try:
            return self.contents.decode()
        except UnicodeDecodeError:
            return None

    @cached_property
    def elements(self) -> Sequence[Document] | None:
        """The values of a JSON array or of JSON lines, byte for byte; None if it is neither."""
        bodies = _elements(self.json) if self.json.startswith(b"[") else _lines(self.json)
        if bodies is None:
            return None
        return [
            Document(f"{self.origin}[{number}]", body, self.stem)
            for number, body in enumerate(bodies)
        ]


class Dialect(Protocol[T]):
    """A format of saved playlists."""

    def read(self, document: Document, given: GivenPlaylist) -> Sequence[T] | None:
        """Read a document; return None if its contents do not look like this dialect.

        Raises:
            SavedFileError: it is of this dialect, but cannot be read.
        """

    def merge(
        self, saved: Iterable[T], say: Callable[[str], None]
    ) -> Iterable[SavedSnapshot | SavedFileError]:
        """Make a snapshot of each playlist, or say why that is impossible.

        Args:
            saved: what was read of all documents of the dialect.
            say: receives a sentence about each document that is left out.
        """


def _elements(array: bytes) -> list[bytes] | None:
    decoded = storable(array) if b"\\" in array else array
    try:
        elements = msgspec.json.decode(decoded, type=list[Raw])
    except JSON_ERRORS:
        return None
    return list(_verbatim(array, decoded, elements))


def _verbatim(text: bytes, decoded: bytes, elements: Iterable[Raw]) -> Iterator[bytes]:
    """The elements of an array, byte for byte as in the file.

    Decoding may have replaced escapes, but by text of the same length.
    """
    position = 0
    for element in elements:
        body = bytes(element)
        start = decoded.index(body, position)
        position = start + len(body)
        yield text[start:position]


def _lines(text: bytes) -> list[bytes] | None:
    """The lines of text whose first line is a JSON object, if there are several."""
    first, _, rest = text.partition(b"\n")
    if not rest or not _is_object(first):
        return None
    lines = (line.strip(_WHITE_SPACE) for line in text.split(b"\n"))
    return [line for line in lines if line]


def _is_object(text: bytes) -> bool:
    try:
        msgspec.json.decode(storable(text), type=dict[str, Raw])
    except JSON_ERRORS:
        return False
    return True
