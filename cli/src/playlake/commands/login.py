"""`playlake login`: gets the user's consent, and stores the credentials that it gives."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from playlake.commands.options import Account
from playlake.commands.spotify_options import (
    ACCOUNTS_URL,
    API_URL,
    AccountsUrl,
    ApiUrl,
    LikedSongs,
    Location,
    NoBrowser,
    RedirectPort,
)
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.login.apps import CLIENT_ID_VARIABLE, CLIENT_SECRET_VARIABLE, find_app
from playlake.login.authorization import AuthorizationRequest
from playlake.login.consent import ask_for_consent
from playlake.login.credentials import default_location, explained, is_in_aws, unlogged
from playlake.output.text import safe_text
from playlake.spotify.user import read_library, read_user
from playlake_extractor.public import (
    TOKEN_PATH,
    App,
    OAuthClient,
    StoredCredentials,
    Tokens,
    open_store,
    scopes_of_reading,
)

EXAMPLES = """\b
playlake login                                      asks for the app's id and secret
playlake login --pkce                               an app without its secret
playlake login --liked-songs                        your Liked Songs as well
playlake login --no-browser                         a browser on another machine
playlake login --to secretsmanager:spotify          for a deployment on AWS
"""

ClientId = Annotated[
    str | None,
    typer.Option(envvar=CLIENT_ID_VARIABLE, metavar="ID", help="Client id of the Spotify app."),
]
ClientSecret = Annotated[
    str | None,
    typer.Option(
        envvar=CLIENT_SECRET_VARIABLE,
        metavar="SECRET",
        help="Its client secret. Other users may see a command line: type it when asked instead.",
    ),
]


def login(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    client_id: ClientId = None,
    client_secret: ClientSecret = None,
    pkce: Annotated[
        bool, typer.Option("--pkce", help="Use no secret, even if one is set.")
    ] = False,
    port: RedirectPort = 8765,
    liked_songs: LikedSongs = False,
    no_browser: NoBrowser = False,
    to: Location = None,
    account: Account = None,
    accounts_url: AccountsUrl = ACCOUNTS_URL,
    api_url: ApiUrl = API_URL,
) -> None:
    """Log in to Spotify, and store the credentials that runs use.

    Playlake may then read your playlists, private and collaborative ones as well, and with
    --liked-songs the songs that you saved. It may change nothing. Register the redirect URI
    http://127.0.0.1:PORT/callback with the app first. The credentials are stored only if they work.
    Spotify ends a login after six months.
    """
    here = context.ensure_object(Invocation)
    location = to or default_location(here.project, account)
    with unlogged(), explained():
        store = open_store(location)
        app = find_app(here, client_id, client_secret, pkce=pkce)
        scopes = scopes_of_reading(liked_songs=liked_songs)
        request = AuthorizationRequest(app, port, scopes)
        code = ask_for_consent(here, request, accounts_url, no_browser=no_browser)
        with here.working("Asking Spotify for a token, and who you are"):
            client = OAuthClient(app, f"{accounts_url.rstrip('/')}{TOKEN_PATH}")
            tokens = client.exchange(code, request.redirect_uri, request.verifier)
            user = read_user(api_url, tokens.access_token)
            library = read_library(api_url, tokens.access_token)
        credentials = _credentials(app, tokens)
        store.save(credentials)
    _warn_of_missing_scopes(here, tokens.missing(scopes))
    _tell(here, f"Logged in as {user}. Playlists: {library.playlists:,}.")
    if library.app_kind is not None:
        _tell(here, f"For Spotify this is {library.app_kind.value}.")
    _tell(here, f"Stored in {location}. The login works until {credentials.ends_on}.")
    words = ["--account", account] if account is not None else []
    if to is not None:
        words += ["--credentials", location]
    _tell(here, f"Next: {_next(location, words, liked_songs=liked_songs)}")


def _credentials(app: App, tokens: Tokens) -> StoredCredentials:
    if tokens.refresh_token is None:
        raise CommandError("Spotify gave no refresh token: run `playlake login` again")
    return StoredCredentials(
        client_id=app.client_id,
        client_secret=app.client_secret,
        refresh_token=tokens.refresh_token,
        authorised_on=datetime.now(UTC).date(),
    )


def _warn_of_missing_scopes(here: Invocation, missing: Sequence[str]) -> None:
    if missing:
        here.say(
            f"Spotify did not grant everything, {' and '.join(missing)} is missing: "
            "playlists that need it are not read; run the same command again and agree to all"
        )


def _tell(here: Invocation, text: str) -> None:
    here.output.print(safe_text(text), soft_wrap=True)


def _next(location: str, words: Sequence[str], *, liked_songs: bool) -> str:
    command = "doctor" if is_in_aws(location) else "run"
    return " ".join(["playlake", command, *(["--liked-songs"] if liked_songs else []), *words])
