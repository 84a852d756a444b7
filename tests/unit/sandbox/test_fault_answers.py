from collections.abc import Awaitable, Callable

import httpx
import pytest

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]
PAIR = ("sandbox-client-id", "sandbox-client-secret")
REFRESH = {"grant_type": "refresh_token", "refresh_token": "sandbox-refresh-token"}
JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"


async def faulted(client: httpx.AsyncClient, **rule: object) -> httpx.Response:
    assert (await client.put("/sandbox/faults", json=[rule])).status_code == 200
    return await client.get("/v1/me")


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (401, "The access token expired"),
        (403, "Forbidden"),
        (404, "Not Found"),
        (429, "API rate limit exceeded"),
        (502, "Bad Gateway"),
        (599, "Unknown error"),
    ],
)
async def test_an_error_status_has_spotifys_body(
    spotify: Spotify, status: int, message: str
) -> None:
    response = await faulted(await spotify(), kind="status", status=status)
    assert response.status_code == status
    assert response.headers["content-type"] == JSON
    assert "retry-after" not in response.headers
    assert response.json() == {"error": {"status": status, "message": message}}


@pytest.mark.parametrize(
    ("retry_after", "sent"),
    [
        (0, "0"),
        (48_925, "48925"),
        (2.5, "2.5"),
        ("-1", "-1"),
        ("soon", "soon"),
        ("", ""),
        ("Sat, 21 Nov 2026 07:00:00 GMT", "Sat, 21 Nov 2026 07:00:00 GMT"),
    ],
)
async def test_retry_after_is_sent_unchanged(
    spotify: Spotify, retry_after: object, sent: str
) -> None:
    response = await faulted(await spotify(), kind="status", status=429, retry_after=retry_after)
    assert response.headers["retry-after"] == sent


async def test_an_exhausted_quota_has_a_reason(spotify: Spotify) -> None:
    error = {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}
    response = await faulted(await spotify(), kind="status", **error)
    assert response.json() == {"error": error}


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("text", "application/json", '{"error":"Bad Gateway"}'),
        ("empty", JSON, ""),
        (
            "html",
            HTML,
            (
                "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>"
                "<body><h1>502 Bad Gateway</h1></body></html>\n"
            ),
        ),
    ],
)
async def test_an_error_status_can_have_another_body(
    spotify: Spotify, body: str, content_type: str, text: str
) -> None:
    response = await faulted(
        await spotify(), kind="status", status=502, body=body, retry_after=30, message=None
    )
    assert (response.status_code, response.headers["retry-after"]) == (502, "30")
    assert (response.headers["content-type"], response.text) == (content_type, text)


async def test_html_replaces_the_json(spotify: Spotify) -> None:
    response = await faulted(await spotify(), kind="html")
    assert (response.status_code, response.headers["content-type"]) == (200, HTML)
    assert response.text.startswith("<!DOCTYPE html>")


async def test_an_empty_body_replaces_the_json(spotify: Spotify) -> None:
    response = await faulted(await spotify(), kind="empty")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-length"] == "0"


async def test_a_refresh_token_is_refused_as_revoked(spotify: Spotify) -> None:
    client = await spotify()
    assert (await faulted(client, kind="invalid_grant")).status_code == 200
    refused = await client.post("/api/token", data=REFRESH, auth=PAIR)
    assert refused.status_code == 400
    assert refused.json() == {
        "error": "invalid_grant",
        "error_description": "Refresh token revoked",
    }
    assert (await client.post("/api/token", data=REFRESH, auth=PAIR)).status_code == 200
