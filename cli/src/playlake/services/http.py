"""JSON over HTTP with a service on this machine, whatever proxy the environment names."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any

from playlake.errors import CommandError
from playlake.services.ports import HOST

_FIRST_REFUSAL = 400


def ask(
    port: int,
    method: str,
    path: str,
    body: object = None,
    *,
    within: timedelta = timedelta(seconds=10),
) -> Any:  # noqa: ANN401  JSON
    """Send a request, with a body as JSON unless it is None, and give the JSON that comes back.

    Args:
        port: where the service listens.
        method: the method of HTTP.
        path: the path.
        body: what is sent as JSON.
        within: how long it may take until something comes back.

    Raises:
        CommandError: the service answered with an error.
    """
    with closing(HTTPConnection(HOST, port, timeout=within.total_seconds())) as connection:
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, body=sent, headers={"Content-Type": "application/json"})
        answer = connection.getresponse()
        read = answer.read()
    if answer.status >= _FIRST_REFUSAL:
        raise CommandError(f"{method} {path} was refused: {answer.status} {read.decode()}")
    return json.loads(read)
