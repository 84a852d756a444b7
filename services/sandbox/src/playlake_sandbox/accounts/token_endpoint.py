"""POST /api/token: for client credentials, refresh tokens and authorization codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request
from fastapi.responses import Response

from playlake_sandbox.accounts.clients import Client, identify, wrong_secret
from playlake_sandbox.accounts.permissions import Grant, Permission
from playlake_sandbox.errors import AccountsError
from playlake_sandbox.refusals import refuse
from playlake_sandbox.responses import issued
from playlake_sandbox.state import Current, Sandbox

ROTATES = "rotates_refresh_token"
"""Set in a request's state to have its refresh token rotated."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What a request for a token is given; most refreshes give no new refresh token."""

    permission: Permission
    refresh_token: str | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """A request for a token: what its form says, from which app, and whether it rotates."""

    form: Mapping[str, str]
    client: Client
    rotates: bool

    def field(self, name: str) -> str:
        """Returns a field of the form; raises AccountsError if it is missing."""
        if name not in self.form:
            raise AccountsError("invalid_request", f"{name} must be supplied")
        return self.form[name]

    def check_secret(self) -> None:
        """Raises AccountsError if the app did not give its secret."""
        if self.client is not Client.CONFIDENTIAL:
            raise wrong_secret()


def create_accounts(sandbox: Sandbox) -> FastAPI:
    """Returns the part of the accounts service that issues tokens."""
    app = FastAPI(openapi_url=None)
    app.state.sandbox = sandbox
    app.add_api_route("/token", issue_token, methods=["POST"])
    app.add_exception_handler(AccountsError, refuse)
    return app


async def issue_token(request: Request, sandbox: Current) -> Response:
    """Issues an access token; raises AccountsError where Spotify would refuse."""
    form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
    client = identify(request.headers.get("authorization", ""), form, sandbox.settings)
    rotates = client is Client.PUBLIC or getattr(request.state, ROTATES, False)
    granted = _granted(Asking(form, client, rotates), sandbox)
    return issued(_token(granted, sandbox))


def _token(granted: Granted, sandbox: Sandbox) -> dict[str, str | int]:
    token: dict[str, str | int] = {
        "access_token": sandbox.grants.issue(granted.permission),
        "token_type": "Bearer",
        "expires_in": sandbox.settings.token_lifetime_seconds,
    }
    if granted.refresh_token is not None:
        token["refresh_token"] = granted.refresh_token
    if granted.permission.grant is Grant.USER:
        token["scope"] = granted.permission.scope
    return token


def _granted(asking: Asking, sandbox: Sandbox) -> Granted:
    match asking.form.get("grant_type"):
        case "client_credentials":
            asking.check_secret()
            return Granted(Permission(Grant.CLIENT))
        case "refresh_token":
            return _refreshed(asking, sandbox)
        case "authorization_code":
            return _exchanged(asking, sandbox)
        case None:
            raise AccountsError("unsupported_grant_type", "grant_type parameter is missing")
        case other:
            raise AccountsError("unsupported_grant_type", f"grant_type {other} is not supported")


def _refreshed(asking: Asking, sandbox: Sandbox) -> Granted:
    token = asking.field("refresh_token")
    permission = Permission(Grant.USER, sandbox.refresh_tokens.scope_of(token))
    return Granted(permission, sandbox.refresh_tokens.rotate(token) if asking.rotates else None)


def _exchanged(asking: Asking, sandbox: Sandbox) -> Granted:
    code, redirect_uri = asking.field("code"), asking.field("redirect_uri")
    consent = sandbox.codes.redeem(code)
    consent.check(redirect_uri, asking.form.get("code_verifier"))
    if consent.challenge is None:
        asking.check_secret()
    refresh_token = sandbox.refresh_tokens.issue(consent.scope)
    return Granted(Permission(Grant.USER, consent.scope), refresh_token)
