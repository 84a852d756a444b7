"""Asks the user to agree on Spotify's page, in a browser here or anywhere."""

from __future__ import annotations

import webbrowser
from datetime import timedelta
from typing import TYPE_CHECKING

from playlake.login.authorization import code_of
from playlake.login.callback import NoCallbackError, callback_server
from playlake.login.prompt import is_interactive, prompt_for_code
from playlake_extractor.public import DASHBOARD

if TYPE_CHECKING:
    from playlake.invocation import Invocation
    from playlake.login.authorization import AuthorizationRequest

ANSWERED_WITHIN = timedelta(minutes=5)


def ask_for_consent(
    here: Invocation, request: AuthorizationRequest, accounts_url: str, *, no_browser: bool
) -> str:
    """Ask the user to agree, and return the code of Spotify's answer.

    Args:
        here: the invocation.
        request: what the user is asked for.
        accounts_url: Spotify's accounts service.
        no_browser: whether the user opens the address and pastes the answer.

    Raises:
        CommandError: the user refused, or there is no answer.
    """
    return (_paste if no_browser else _browse)(here, request, accounts_url)


def _browse(here: Invocation, request: AuthorizationRequest, accounts_url: str) -> str:
    with callback_server(request.port, request.state) as callbacks:
        _introduce(here, request, accounts_url)
        if not webbrowser.open(request.address(accounts_url)):
            here.say("No browser could be started: open the address yourself.")
        try:
            with here.working("Waiting for you to agree"):
                answer = callbacks.wait(ANSWERED_WITHIN)
        except NoCallbackError as error:
            if not is_interactive():
                raise
            here.say(f"playlake: {error}")
            here.say("If you agreed in a browser on another machine, copy the address it shows.")
            return prompt_for_code(here, request.state)
    return code_of(answer, request.state)


def _paste(here: Invocation, request: AuthorizationRequest, accounts_url: str) -> str:
    _introduce(here, request, accounts_url)
    here.say(
        "Spotify then sends the browser to an address that starts with the redirect URI; the "
        "browser may be unable to show that page."
    )
    return prompt_for_code(here, request.state)


def _introduce(here: Invocation, request: AuthorizationRequest, accounts_url: str) -> None:
    here.say(
        f"Register this redirect URI, exactly as it is, in the app's settings at {DASHBOARD}:\n"
        f"  {request.redirect_uri}\n"
        f"Agree on Spotify's page:\n  {request.address(accounts_url)}"
    )
