"""Loads the page and the API by the first request that needs them.

They are a fifth of what a service loads, and most of them are never looked at. Whether the process
gets on and takes work is answered without them, and without waiting for any thread.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from playlake_web.frame import Frame
from playlake_web.watching import ALIVE, READY, watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from playlake_transformer.access import Access
    from playlake_web.process import Process

_METHODS: Final = frozenset({"GET", "HEAD"})


class OnDemand:
    """An application that is loaded when it is first asked for something.

    Args:
        process: the process that serves it.
        access: who is let in, and under which names.
        load: loads and builds the application; it is called in a thread.
    """

    def __init__(self, process: Process, access: Access, load: Callable[[], ASGIApp]) -> None:
        self._process = process
        self._load = load
        self._loading = asyncio.Lock()
        self._loaded: ASGIApp | None = None
        self._watched = Frame(self._watch, access.hosts, is_secure=access.is_secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        is_watched = scope["type"] == "http" and scope["path"] in {ALIVE, READY}
        if is_watched and scope["method"] in _METHODS:
            await self._watched(scope, receive, send)
        else:
            app = self._loaded or await self._load_once()
            await app(scope, receive, send)

    async def _watch(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == ALIVE:
            response = watched("alive", self._process.alive())
        else:
            response = watched("ready", self._process.ready())
        await response(scope, receive, send)

    async def _load_once(self) -> ASGIApp:
        async with self._loading:
            if self._loaded is None:
                self._loaded = await asyncio.to_thread(self._load)
            return self._loaded
