"""The accounts service: POST /api/token for client credentials and refresh tokens."""

import base64
import binascii
from secrets import compare_digest
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request
from fastapi.responses import Response

from playlake_sandbox.errors import AccountsError
from playlake_sandbox.grants import Grant
from playlake_sandbox.refusals import refuse
from playlake_sandbox.responses import issued
from playlake_sandbox.settings import Settings
from playlake_sandbox.state import Current, Sandbox

SCOPE = "playlist-read-private playlist-read-collaborative"
_LIFETIME_SECONDS = 3600


def create_accounts(sandbox: Sandbox) -> FastAPI:
    """Returns the accounts service of a sandbox."""
    app = FastAPI(openapi_url=None)
    app.state.sandbox = sandbox
    app.add_api_route("/token", issue_token, methods=["POST"])
    app.add_exception_handler(AccountsError, refuse)
    return app


async def issue_token(request: Request, sandbox: Current) -> Response:
    """Issues an access token; raises AccountsError where Spotify would refuse."""
    _check_client(request.headers.get("authorization", ""), sandbox.settings)
    form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
    grant = _granted(form, sandbox.settings)
    token: dict[str, str | int] = {
        "access_token": sandbox.grants.issue(grant),
        "token_type": "Bearer",
        "expires_in": _LIFETIME_SECONDS,
    }
    return issued(token | ({"scope": SCOPE} if grant is Grant.USER else {}))


def _check_client(authorization: str, settings: Settings) -> None:
    client_id, secret = _basic_pair(authorization)
    if not _equal(client_id, settings.client_id):
        raise AccountsError("invalid_client", "Invalid client")
    if not _equal(secret, settings.client_secret.get_secret_value()):
        raise AccountsError("invalid_client", "Invalid client secret")


def _basic_pair(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        decoded = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    client_id, _, secret = decoded.partition(":")
    return client_id, secret


def _granted(form: dict[str, str], settings: Settings) -> Grant:
    match form.get("grant_type"):
        case "client_credentials":
            return Grant.CLIENT
        case "refresh_token":
            _check_refresh_token(form.get("refresh_token"), settings)
            return Grant.USER
        case None:
            raise AccountsError("unsupported_grant_type", "grant_type parameter is missing")
        case other:
            raise AccountsError("unsupported_grant_type", f"grant_type {other} is not supported")


def _check_refresh_token(token: str | None, settings: Settings) -> None:
    if token is None:
        raise AccountsError("invalid_request", "refresh_token must be supplied")
    if not _equal(token, settings.refresh_token.get_secret_value()):
        raise AccountsError("invalid_grant", "Invalid refresh token")


def _equal(given: str, expected: str) -> bool:
    return compare_digest(given.encode(), expected.encode())
