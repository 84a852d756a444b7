"""What frames every request: its id, the names it may ask under, its size, and its headers."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from playlake_web.access.hosts import is_known
from playlake_web.problems import MEDIA_TYPE, ProblemCode, ProblemError

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY_BYTES: Final = 64 * 1024
MOST_HEADER_BYTES: Final = 16 * 1024
_DIRECTIVES: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
_HEADERS: Final = {
    "content-security-policy": "; ".join(_DIRECTIVES),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_SECURE_HEADER: Final = {"strict-transport-security": "max-age=31536000"}
REQUEST_ID: Final = "x-request-id"


class Frame:
    """Frames the requests of an application.

    Args:
        app: the application.
        hosts: the names under which it may be asked for, without a port.
        is_secure: whether browsers reach it by HTTPS alone.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], *, is_secure: bool) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        headers = {**_HEADERS, **(_SECURE_HEADER if is_secure else {})}
        self._headers = {name.encode(): value.encode() for name, value in headers.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Frame a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id

        is_head = scope["method"] == "HEAD"
        if is_head:  # every address that answers GET answers it
            scope["method"] = "GET"

        async def send_framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._with_ours(message["headers"], request_id)
            elif is_head:
                message["body"] = b""
            await send(message)

        try:
            _check(scope, self._hosts)
            received = await _whole(receive)
        except ProblemError as error:
            for message in refusal(error, request_id):
                await send_framed(message)
            return
        if received is None:
            return
        await self._app(scope, received, send_framed)

    def _with_ours(
        self, headers: Collection[tuple[bytes, bytes]], request_id: str
    ) -> list[tuple[bytes, bytes]]:
        """Headers with ours; one that a route has set itself stays."""
        theirs = {name.lower() for name, _ in headers}
        ours = [(name, value) for name, value in self._headers.items() if name not in theirs]
        return [*headers, *ours, (REQUEST_ID.encode(), request_id.encode())]


class TooLargeError(ProblemError):
    """A body is larger than any that a route takes."""

    def __init__(self) -> None:
        super().__init__(
            ProblemCode.TOO_LARGE, f"the body has over {MOST_BODY_BYTES:,} bytes: send less"
        )


class HeaderTooLargeError(ProblemError):
    """The address and the headers are larger than any that a route needs."""

    def __init__(self) -> None:
        super().__init__(
            ProblemCode.HEADER_TOO_LARGE,
            f"the address and the headers have over {MOST_HEADER_BYTES:,} bytes: send less",
        )


def _check(scope: Scope, hosts: Collection[str]) -> None:
    headers = dict(scope["headers"])
    sizes = (len(name) + len(value) for name, value in scope["headers"])
    if sum(sizes) + len(scope["raw_path"]) + len(scope["query_string"]) > MOST_HEADER_BYTES:
        raise HeaderTooLargeError
    host = headers.get(b"host", b"").decode("latin-1")
    if not is_known(host, hosts):
        raise ProblemError(
            ProblemCode.UNKNOWN_HOST, "ask under the name that this page was set up with"
        )
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > MOST_BODY_BYTES:
        raise TooLargeError


async def _whole(receive: Receive) -> Receive | None:
    """Receives a body, which is small, and gives it as one message; None if it never was whole.

    Raises:
        TooLargeError: it is not small.
    """
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BODY_BYTES:
            raise TooLargeError
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_whole() -> Message:
        return messages.pop() if messages else await receive()

    return receive_whole


def refusal(error: ProblemError, request_id: str) -> tuple[Message, Message]:
    """The answer to a request that no route sees: its start with status and headers, its body."""
    body = error.problem(request_id).model_dump_json().encode()
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    return (
        {"type": "http.response.start", "status": error.code.status.value, "headers": headers},
        {"type": "http.response.body", "body": body},
    )
