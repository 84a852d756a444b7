"""POST /api/token: issues tokens for client credentials, refresh tokens and authorization codes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request
from fastapi.responses import Response

from playlake_sandbox.accounts.clients import Client, authenticate, wrong_secret
from playlake_sandbox.accounts.permissions import Grant, Permission
from playlake_sandbox.errors import AccountsError, error_response
from playlake_sandbox.faults.state_rules import ROTATES
from playlake_sandbox.spotify_json import JSON_TYPE
from playlake_sandbox.state import Current, Sandbox


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A request for a token; `rotates` is whether the refresh token is replaced."""

    form: Mapping[str, str]
    client: Client
    rotates: bool

    def field(self, name: str) -> str:
        """Returns a field of the form; raises AccountsError if it is missing."""
        if name not in self.form:
            raise AccountsError("invalid_request", f"{name} must be supplied")
        return self.form[name]

    def check_secret(self) -> None:
        """Raises AccountsError if the app did not send its secret."""
        if self.client is not Client.CONFIDENTIAL:
            raise wrong_secret()


@dataclass(frozen=True, slots=True)
class Granted:
    """What a request is granted; most refreshes give no new refresh token."""

    permission: Permission
    refresh_token: str | None = None


def create_token_endpoint(sandbox: Sandbox) -> FastAPI:
    """Returns the part of the accounts service that issues tokens."""
    app = FastAPI(openapi_url=None)
    app.state.sandbox = sandbox
    app.add_api_route("/token", issue_token, methods=["POST"])
    app.add_exception_handler(AccountsError, error_response)
    return app


async def issue_token(request: Request, sandbox: Current) -> Response:
    """Issues an access token; raises AccountsError if Spotify would refuse it."""
    form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
    client = authenticate(request.headers.get("authorization", ""), form, sandbox.settings)
    rotates = client is Client.PUBLIC or getattr(request.state, ROTATES, False)
    granted = _granted(TokenRequest(form, client, rotates), sandbox)
    # The accounts service writes its JSON on one line.
    body = json.dumps(_token(granted, sandbox), separators=(",", ":"))
    return Response(body, media_type=JSON_TYPE, headers={"cache-control": "no-store"})


def _token(granted: Granted, sandbox: Sandbox) -> dict[str, str | int]:
    token: dict[str, str | int] = {
        "access_token": sandbox.access_tokens.issue(granted.permission),
        "token_type": "Bearer",
        "expires_in": sandbox.settings.token_lifetime_seconds,
    }
    if granted.refresh_token is not None:
        token["refresh_token"] = granted.refresh_token
    if granted.permission.grant is Grant.USER:
        token["scope"] = granted.permission.scope
    return token


def _granted(request: TokenRequest, sandbox: Sandbox) -> Granted:
    match request.form.get("grant_type"):
        case "client_credentials":
            request.check_secret()
            return Granted(Permission(Grant.CLIENT))
        case "refresh_token":
            return _refreshed(request, sandbox)
        case "authorization_code":
            return _exchanged(request, sandbox)
        case None:
            raise AccountsError("unsupported_grant_type", "grant_type parameter is missing")
        case other:
            raise AccountsError("unsupported_grant_type", f"grant_type {other} is not supported")


def _refreshed(request: TokenRequest, sandbox: Sandbox) -> Granted:
    token = request.field("refresh_token")
    permission = Permission(Grant.USER, sandbox.refresh_tokens.scope_of(token))
    return Granted(permission, sandbox.refresh_tokens.rotate(token) if request.rotates else None)


def _exchanged(request: TokenRequest, sandbox: Sandbox) -> Granted:
    code, redirect_uri = request.field("code"), request.field("redirect_uri")
    consent = sandbox.codes.redeem(code)
    consent.check(redirect_uri, request.form.get("code_verifier"))
    if consent.challenge is None:
        request.check_secret()
    refresh_token = sandbox.refresh_tokens.issue(consent.scope)
    return Granted(Permission(Grant.USER, consent.scope), refresh_token)
