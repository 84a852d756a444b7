"""A lingering close: a connection ends after what its client still sends, so no answer is lost."""

from __future__ import annotations

from asyncio import Transport
from typing import Any


class LingeringTransport(Transport):
    """A transport that is closed in two steps.

    The first step sends what was written and says that no more comes. The client sees the end and
    closes, which is the second step. Closing the transport again is the second step too.

    Args:
        transport: the transport that it closes.
    """

    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self._transport = transport
        self._lingers = True
        self._is_closing = False

    def close(self) -> None:
        """Take the next step."""
        if not self._lingers or self.is_closing() or not self._say_end():
            self._transport.close()
        self._is_closing = True

    def stop_lingering(self) -> None:
        """Close it at once from now on, and now if it is closing already."""
        self._lingers = False
        if self._is_closing:
            self._transport.close()

    def is_closing(self) -> bool:
        """Whether a step of closing it was taken."""
        return self._is_closing or self._transport.is_closing()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Write bytes, unless it is closing."""
        if not self._is_closing:
            self._transport.write(data)

    def pause_reading(self) -> None:
        """Receive nothing for now."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Receive again."""
        self._transport.resume_reading()

    def get_extra_info(self, name: str, default: Any = None) -> Any:  # noqa: ANN401
        """Something about the connection, such as the address of its client."""
        return self._transport.get_extra_info(name, default)

    def _say_end(self) -> bool:
        """Say that no more comes; False if the client is gone."""
        try:
            self._transport.write_eof()
        except OSError:
            return False
        self._transport.resume_reading()
        return True
