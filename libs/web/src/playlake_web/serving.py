"""How uvicorn serves the application: limits on what a client may send, and how long it may take.

A request that does not arrive within ten seconds is not answered: its connection is closed. So
clients that begin requests and never end them hold no connection for long.

A request may be refused before all of it has arrived. A connection that is closed while the client
still sends is reset, and the client may lose the answer. So what it sends is thrown away until it
has closed its side, for ten seconds at most.
"""

from __future__ import annotations

import secrets
import sys
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from playlake_web.frame import MOST_HEADER_BYTES, HeaderTooLargeError, refusal
from playlake_web.lingering import LingeringTransport
from playlake_web.problems import ProblemCode, ProblemError

if TYPE_CHECKING:
    import asyncio

    from starlette.types import ASGIApp

ARRIVAL: Final = timedelta(seconds=10)
_IDLE: Final = timedelta(seconds=5)
_STOPPING: Final = timedelta(seconds=5)
_ARRIVING: Final = (h11.IDLE, h11.SEND_BODY)


def server_config(app: ASGIApp, arrival: timedelta = ARRIVAL) -> uvicorn.Config:
    """The settings of a server of the application.

    Args:
        app: the application.
        arrival: how long a request may take to arrive, with its body.
    """
    return uvicorn.Config(
        app,
        http=_protocol(arrival),
        ws="none",
        access_log=False,
        log_config=None,
        lifespan="off",
        server_header=False,
        timeout_keep_alive=int(_IDLE.total_seconds()),
        timeout_graceful_shutdown=int(_STOPPING.total_seconds()),
        h11_max_incomplete_event_size=MOST_HEADER_BYTES,
    )


class LimitedProtocol(H11Protocol):
    """A connection that is closed when a request does not arrive in time.

    uvicorn itself limits only the time between two requests, and closes after an answer at once.
    """

    arrival: ClassVar[timedelta] = ARRIVAL

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.transport: LingeringTransport
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(LingeringTransport(transport))
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take bytes; a few of them do not give a request more time."""
        if not self.transport.is_closing():
            super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Take the next request, or wait for the client to close."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._watch()

    def shutdown(self) -> None:
        """End it: at once, or after the answer that is under way."""
        self.transport.stop_lingering()
        super().shutdown()

    def timeout_keep_alive_handler(self) -> None:
        """End it: nothing was asked for a while."""
        self.transport.stop_lingering()
        super().timeout_keep_alive_handler()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, as a problem."""
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            self.transport.close()
            return
        error = _problem(msg)
        start, body = refusal(error, secrets.token_hex(8))
        status, headers = start["status"], start["headers"]
        for event in (
            h11.Response(status_code=status, headers=headers, reason=_phrase(status)),
            h11.Data(data=body["body"]),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _watch(self) -> None:
        if self.conn.their_state not in _ARRIVING and not self.transport.is_closing():
            self._stop_waiting()
        elif self._late is None:
            self._late = self.loop.call_later(self.arrival.total_seconds(), self._close)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _close(self) -> None:
        self._late = None
        self.transport.stop_lingering()
        self.transport.close()


def _protocol(arrival: timedelta) -> type[LimitedProtocol]:
    return type("_Protocol", (LimitedProtocol,), {"arrival": arrival})


def _problem(text: str) -> ProblemError:
    reason = sys.exception()  # uvicorn calls it while it handles the error
    hint = getattr(reason, "error_status_hint", HTTPStatus.BAD_REQUEST)
    if hint == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
        return HeaderTooLargeError()
    return ProblemError(ProblemCode.BAD_REQUEST, f"{text} Send HTTP/1.1")


def _phrase(status: int) -> bytes:
    return HTTPStatus(status).phrase.encode()
