"""Serves the page on this machine, and signs its browser in."""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Thread
from typing import TYPE_CHECKING, Final

import uvicorn

from playlake.errors import CommandError
from playlake.services.ports import HOST, port_of
from playlake.serving.pipelines import pipeline_of
from playlake.serving.readers import reader_of
from playlake_web.access.hosts import LOOPBACK
from playlake_web.access.links import Links
from playlake_web.access.tokens import Scope, Token, Tokens
from playlake_web.adapters.folder import FolderReader
from playlake_web.app import create_app
from playlake_web.serving import server_config
from playlake_web.site import Site

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from playlake.lakes.lake import Lake
    from playlake_web.facts.pipeline import Schedule

PORT: Final = 4848
_STOPPING_SECONDS: Final = 5
TOKENS_VARIABLE: Final = "PLAYLAKE_TOKENS"


def tokens_of(environment: Mapping[str, str]) -> tuple[Token, ...]:
    """The tokens of programs that the environment names.

    Raises:
        CommandError: one is of another form than `read:SECRET`.
    """
    text = environment.get(TOKENS_VARIABLE, "")
    try:
        return Tokens.parse(text).valid if text else ()
    except ValueError as error:
        raise CommandError(f"{TOKENS_VARIABLE}: {error}") from error


@contextmanager
def served(  # noqa: PLR0913 - one parameter for each thing that a page has
    lake: Lake,
    listening: socket.socket,
    tokens: Sequence[Token] = (),
    *,
    has_documentation: bool = True,
    say: Callable[[str], None] = lambda _: None,
    go_on: Callable[[], None] | None = None,
    schedule: Callable[[], Schedule | None] = lambda: None,
) -> Iterator[tuple[str, str]]:
    """Serve the page over a lake while a block lasts.

    Args:
        lake: the lake.
        listening: the socket that it is served on.
        tokens: what programs may show.
        has_documentation: whether /docs describes the API.
        say: tells the person at the terminal something.
        go_on: transforms what is announced, where no service does that.
        schedule: the runs that this process starts; None if it starts none.

    Yields:
        its address, and a link that signs a browser in once.

    Raises:
        CommandError: the server did not start.
    """
    token, links = Token.make(Scope.OPERATE), Links()
    site = Site(
        reader=reader_of(lake),
        is_synthetic=lake.is_synthetic,
        pipeline=pipeline_of(lake, say, go_on),
        tokens=Tokens((token, *tokens)),
        hosts=LOOPBACK,
        is_secure=False,
        clock=lambda: datetime.now(UTC),
        has_documentation=has_documentation,
        schedule=schedule,
    )
    server = uvicorn.Server(server_config(create_app(site, links)))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    address = f"http://{HOST}:{port_of(listening)}"
    if isinstance(site.reader, FolderReader):  # the first page shall not wait for it
        site.reader.rows("SELECT 1")
    try:
        _await_start(server, thread)
        yield address, f"{address}{links.make(token)}"
    finally:
        server.should_exit = True
        thread.join(_STOPPING_SECONDS + 1)


def _await_start(server: uvicorn.Server, thread: Thread) -> None:
    while not server.started:
        if not thread.is_alive():
            raise CommandError("the page could not be served: playlake --debug shows why")
        time.sleep(0.02)
