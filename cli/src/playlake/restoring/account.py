"""Gets the permission to make playlists: a consent of its own, whose tokens are never stored.

The stored credentials only say which app asks. Their refresh token is not used and not changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from playlake.login.authorization import AuthorizationRequest
from playlake.login.consent import ask_for_consent
from playlake_contracts.keys import state_key
from playlake_contracts.sources.spotify import SOURCE
from playlake_extractor.public import (
    PRIVATE_PLAYLIST_SCOPES,
    PUBLIC_PLAYLIST_SCOPES,
    TOKEN_PATH,
    App,
    AuthorisationNeededError,
    OAuthClient,
    load_state,
    open_store,
    open_writer,
    still_closed,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake.invocation import Invocation
    from playlake.lakes.lake import Lake
    from playlake_extractor.public import PlaylistWriter, Tokens


@dataclass(frozen=True, slots=True)
class Account:
    """How a user is asked.

    Attributes:
        credentials: where the app's id and secret are stored.
        port: the port that receives Spotify's answer.
        no_browser: whether the user pastes the answer.
        accounts_url: Spotify's accounts service.
        api_url: Spotify's Web API.
    """

    credentials: str
    port: int
    no_browser: bool
    accounts_url: str
    api_url: str


def scopes_for(*, public: bool) -> Sequence[str]:
    """The scopes that making a playlist takes; the first one makes it."""
    return PUBLIC_PLAYLIST_SCOPES if public else PRIVATE_PLAYLIST_SCOPES


def ask_to_make(here: Invocation, account: Account, *, public: bool) -> PlaylistWriter:
    """Ask the user for the permission to make a playlist.

    Raises:
        CommandError: the user refused, or there is no answer.
        StopError: there are no stored credentials, or Spotify did not grant the permission.
        PlaylistError: Spotify's accounts service does not answer.
    """
    stored = open_store(account.credentials).load()
    app = App(stored.client_id, stored.client_secret)
    scopes = scopes_for(public=public)
    here.say(f"Playlake asks for {' and '.join(scopes)}, for this restore only.")
    request = AuthorizationRequest(app, account.port, scopes)
    code = ask_for_consent(here, request, account.accounts_url, no_browser=account.no_browser)
    token_url = f"{account.accounts_url.rstrip('/')}{TOKEN_PATH}"
    with here.working("Asking Spotify for a token"):
        client = OAuthClient(app, token_url)
        granted = client.exchange(code, request.redirect_uri, request.verifier)
    _check(granted, scopes)
    return open_writer(
        app,
        granted,
        token_url=token_url,
        api_url=account.api_url,
        clock=lambda: datetime.now(UTC),
    )


def closed_groups(lake: Lake, now: datetime) -> dict[str, datetime]:
    """The groups of requests that Spotify closed for the lake's runs, and when each opens again.

    Raises:
        StopError: the state of the runs cannot be read.
    """
    return still_closed(load_state(lake.state_store(state_key(SOURCE)), SOURCE).not_before, now)


def _check(granted: Tokens, scopes: Sequence[str]) -> None:
    if missing := granted.missing(scopes):
        raise AuthorisationNeededError(
            f"Spotify did not grant {' and '.join(missing)}, so nothing was made: run the same "
            "command again, and agree to all that its page asks"
        )
