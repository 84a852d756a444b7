"""Runs MiniStack on a socket that it is given, and gives it an identity.

MiniStack's own Python runs this file, so nothing but MiniStack and the standard library is there.
The server tells who it is, refuses requests that are meant for another local AWS, and after a clean
end seals the state that it wrote.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import re
import resource
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    Message: TypeAlias = dict[str, Any]
    Receive: TypeAlias = Callable[[], Awaitable[Message]]
    Send: TypeAlias = Callable[[Message], Awaitable[None]]
    App: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]

IDENTITY_PATH = "/_playlake/identity"
# Every nonce begins with this. Requests are signed with the nonce as the access key.
NONCE_PREFIX = "playlake-"
STATE, SEAL = "state", "state.seal"
RECORD = "server.json"
# The environment that the launcher reads.
FOLDER_NAME, NONCE_NAME, SOCKET_NAME = "PLAYLAKE_AWS", "PLAYLAKE_NONCE", "PLAYLAKE_SOCKET_FD"

_SIGNED_WITH = re.compile(rb"Credential=([^/,\s]+)")
# Athena's state is its query history, results included: it would only ever grow, and MiniStack
# cannot save results that hold a time.
_FORGOTTEN = "athena"
_KEEP_ALIVE_SECONDS = 75
_REFUSED = "InvalidAccessKeyId", "this is another local AWS than the one that you mean"


def main() -> None:
    """Serve until SIGTERM, then seal the state."""
    folder, nonce = Path(os.environ[FOLDER_NAME]), os.environ[NONCE_NAME]
    port = int(os.environ["GATEWAY_PORT"])
    _write(folder / RECORD, {"pid": os.getpid(), "port": port, "nonce": nonce})
    # From here on the state on disk is outdated, until it is written and sealed again.
    (folder / SEAL).unlink(missing_ok=True)
    (folder / STATE / f"{_FORGOTTEN}.json").unlink(missing_ok=True)
    failures = _Failures()
    logging.getLogger("persistence").addHandler(failures)
    _serve(nonce)
    if not failures.seen:
        _write(folder / SEAL, fingerprints(folder / STATE))


def fingerprints(state: Path) -> dict[str, str]:
    """The SHA-256 of every state file by the file's name."""
    files = sorted(state.glob("*.json"))
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def guarded(app: App, nonce: str) -> App:
    """Add the identity to an application, and refuse what is signed with another's nonce."""

    async def guard(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
        elif scope["path"] == IDENTITY_PATH:
            await _answer(send, 200, b"text/plain", nonce.encode())
        elif _is_for_another(scope["headers"], nonce):
            await _refuse(scope["headers"], send)
        else:
            await app(scope, receive, send)

    return guard


def _serve(nonce: str) -> None:
    from hypercorn.asyncio import serve  # noqa: PLC0415 - only MiniStack's environment has it
    from hypercorn.config import Config  # noqa: PLC0415
    from ministack.app import app  # noqa: PLC0415

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    config = Config()
    config.bind = [f"fd://{os.environ[SOCKET_NAME]}"]
    config.keep_alive_timeout = _KEEP_ALIVE_SECONDS
    config.loglevel = os.environ["LOG_LEVEL"]
    asyncio.run(serve(guarded(app, nonce), config))


class _Failures(logging.Handler):
    """Notes whether MiniStack failed to write or read a state, which it only logs.

    What it logs has the name of the service as its first argument.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen = False

    def emit(self, record: logging.LogRecord) -> None:
        match record.args:
            case (str(service), *_) if service == _FORGOTTEN:
                return
        self.seen = True


def _is_for_another(headers: Iterable[tuple[bytes, bytes]], nonce: str) -> bool:
    signed = _SIGNED_WITH.search(dict(headers).get(b"authorization", b""))
    key = signed[1].decode("latin-1") if signed else ""
    return key.startswith(NONCE_PREFIX) and key != nonce


async def _refuse(headers: Iterable[tuple[bytes, bytes]], send: Send) -> None:
    """Refuse as each of AWS's protocols does: JSON, query and, for S3, REST."""
    code, text = _REFUSED
    given = dict(headers)
    if b"x-amz-target" in given:
        body = json.dumps({"__type": code, "message": text})
        await _answer(send, 403, b"application/x-amz-json-1.1", body.encode())
        return
    body = f"<Error><Code>{code}</Code><Message>{text}</Message></Error>"
    if given.get(b"content-type", b"").startswith(b"application/x-www-form-urlencoded"):
        body = f"<ErrorResponse>{body}</ErrorResponse>"
    await _answer(send, 403, b"application/xml", body.encode())


async def _answer(send: Send, status: int, content_type: bytes, body: bytes) -> None:
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _write(file: Path, content: object) -> None:
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.write_text(json.dumps(content), encoding="utf-8")
    unfinished.replace(file)


if __name__ == "__main__":
    main()
