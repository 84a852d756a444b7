"""Finds the app that logs in: in the options or the environment, or by asking the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.login.prompt import is_interactive, prompt
from playlake_extractor.public import DASHBOARD, App

if TYPE_CHECKING:
    from playlake.invocation import Invocation

CLIENT_ID_VARIABLE = "PLAYLAKE_SPOTIFY_CLIENT_ID"
CLIENT_SECRET_VARIABLE = "PLAYLAKE_SPOTIFY_CLIENT_SECRET"  # noqa: S105  the name of a variable


def find_app(
    here: Invocation, client_id: str | None, client_secret: str | None, *, pkce: bool
) -> App:
    """Find the app; it has no secret if the user has none or wants PKCE.

    Raises:
        CommandError: there is no client id, or the id or the secret is malformed.
    """
    asked = client_id is None and is_interactive()
    if asked:
        here.say(f"Client id and secret are in the app's settings at {DASHBOARD}")
        client_id = prompt(here, "Client id:")
    if asked and not pkce and client_secret is None:
        question = "Client secret, not shown; empty for PKCE, which needs none:"
        client_secret = prompt(here, question, hidden=True)
    if client_id is None:
        raise CommandError(f"give the app's client id: --client-id, or {CLIENT_ID_VARIABLE}")
    secret = None if pkce else _credential("client secret", client_secret or "")
    return App(_present(_credential("client id", client_id)), secret or None)


def _credential(name: str, text: str) -> str:
    stripped = text.strip()
    if not (stripped.isascii() and stripped.isprintable()) or len(stripped.split()) > 1:
        raise CommandError(f"the {name} has characters that Spotify does not use: copy it again")
    return stripped


def _present(client_id: str) -> str:
    if not client_id:
        raise CommandError(f"the client id is empty: copy it from {DASHBOARD}")
    return client_id
