"""The listener's consent to scopes, given to a sandbox in this process."""

import httpx


async def allow(client: httpx.AsyncClient, scope: str) -> None:
    """Have the client's token be one of a new consent."""
    asked = {
        "client_id": "sandbox-client-id",
        "response_type": "code",
        "redirect_uri": "http://127.0.0.1:8765/callback",
        "scope": scope,
    }
    agreed = await client.get("/authorize/agree", params=asked)
    code = httpx.URL(agreed.headers["location"]).params["code"]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": asked["redirect_uri"],
    }
    pair = ("sandbox-client-id", "sandbox-client-secret")
    token = (await client.post("/api/token", data=form, auth=pair)).json()
    client.headers["authorization"] = f"Bearer {token['access_token']}"
