"""A sandbox in this process, and clients that already hold a token for it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import httpx
import pytest

from playlake_sandbox import Settings, Tier, create_app

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]

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
            pair = ("sandbox-client-id", "sandbox-client-secret")
            token = await client.post("/api/token", data=_FORMS[caller], auth=pair)
            client.headers["authorization"] = f"Bearer {token.json()['access_token']}"
            return client

        yield start
