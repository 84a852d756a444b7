"""Reads a response's bytes within a time and a size, which a timeout alone does not limit."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING

import msgspec
import requests

from playlake_extractor.http.decoding import decode
from playlake_extractor.http.refusals import Arrival

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import timedelta

_NULL = b"null"
_PIECE_BYTES = 64 * 1024
# A page of fifty entries has about 200 KB.
_MOST_BYTES = 64 * 1024 * 1024


class Body:
    """Keeps the bytes of the newest response; `keep` and `keep_unparsed` are hooks of a session.

    Args:
        within: longest time from a response's headers to its end.
        clock: monotonic seconds.
        most_bytes: most bytes of a response.
    """

    def __init__(
        self,
        within: timedelta,
        clock: Callable[[], float] = time.monotonic,
        most_bytes: int = _MOST_BYTES,
    ) -> None:
        self.content = b""
        self.arrival = Arrival(0, {})
        self._seconds = within.total_seconds()
        self._clock = clock
        self._most_bytes = most_bytes

    @property
    def is_json(self) -> bool:
        """Whether the bytes are JSON, and not null, as far as it is known without parsing.

        Raises:
            RecursionError: it is nested too deep, which another request would not change.
        """
        try:
            checked = decode(self.content, msgspec.Raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return False
        return memoryview(checked) != _NULL

    def keep(self, response: requests.Response, **_: object) -> None:
        """Read a response to its end, and keep it for further readers.

        Raises:
            requests.ReadTimeout: it takes longer.
            requests.exceptions.ContentDecodingError: it is larger than a response may be.
        """
        self.arrival = Arrival(response.status_code, response.headers)
        try:
            self.content = self._read(response)
        except BaseException:
            response.close()
            raise
        response.raw = _Kept(self.content)

    def keep_unparsed(self, response: requests.Response, **_: object) -> None:
        """Keep a response as `keep` does; `json()` of a success then checks it, and is empty.

        spotipy parses every response into objects, which nobody uses and which take most of the
        time of a large playlist.
        """
        self.keep(response)
        if response.ok and self.is_json:
            response.json = _nothing  # type: ignore[method-assign]

    def _read(self, response: requests.Response) -> bytes:
        deadline = self._clock() + self._seconds
        read = bytearray()
        # `read1` returns after each piece that arrives; `stream` waits until a whole one is full.
        while piece := response.raw.read1(_PIECE_BYTES, decode_content=True):
            read += piece
            if self._clock() > deadline:
                raise requests.ReadTimeout(f"the answer took longer than {self._seconds:.0f} s")
            if len(read) > self._most_bytes:
                message = f"the answer has more than {self._most_bytes:,} bytes"
                raise requests.exceptions.ContentDecodingError(message)
        return bytes(read)


class _Kept(io.BytesIO):
    """Bytes that requests takes in one piece, and so without copying them."""

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        """All the bytes."""
        yield self.getvalue()


def _nothing(**_: object) -> object:
    return {}
