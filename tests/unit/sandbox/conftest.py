"""Sandboxes in this process, and clients that already hold a token for them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack

import httpx
import pytest
from served import serve

from playlake_sandbox import Settings, Tier, create_app

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]

_PAIR = ("sandbox-client-id", "sandbox-client-secret")

_FORMS = {
    "user": {"grant_type": "refresh_token", "refresh_token": "sandbox-refresh-token"},
    "client": {"grant_type": "client_credentials"},
}


@pytest.fixture
async def spotify() -> AsyncIterator[Spotify]:
    """Gives a function that starts a sandbox and returns a client of it, as `user` or `client`."""
    async with AsyncExitStack() as stack:

        async def start(
            tier: Tier = Tier.NEWER_DEV, caller: str = "user", **settings: object
        ) -> httpx.AsyncClient:
            app = create_app(Settings.model_validate({"tier": tier, **settings}))
            transport = httpx.ASGITransport(app=app)
            client = httpx.AsyncClient(transport=transport, base_url="http://sandbox.test:8888")
            await stack.enter_async_context(client)
            token = await client.post("/api/token", data=_FORMS[caller], auth=_PAIR)
            client.headers["authorization"] = f"Bearer {token.json()['access_token']}"
            return client

        yield start


@pytest.fixture
def served() -> Iterator[httpx.Client]:
    """Gives a user's client of a sandbox that uvicorn serves on a free port of this machine."""
    app = create_app(Settings())
    with (
        serve(app) as address,
        httpx.Client(base_url=address, timeout=10, trust_env=False) as client,
    ):
        token = client.post("/api/token", data=_FORMS["user"], auth=_PAIR).json()
        client.headers["authorization"] = f"Bearer {token['access_token']}"
        yield client
