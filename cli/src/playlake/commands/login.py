"""`playlake login`: gets the user's consent, and stores the credentials that it gives."""

import webbrowser
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from playlake.commands.spotify_options import (
    ACCOUNTS_URL,
    API_URL,
    AccountsUrl,
    ApiUrl,
    Location,
)
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.login.apps import CLIENT_ID_VARIABLE, CLIENT_SECRET_VARIABLE, find_app
from playlake.login.authorization import AuthorizationRequest, code_of
from playlake.login.callback import NoCallbackError, callback_server
from playlake.login.credentials import default_location, explained, is_in_aws, unlogged
from playlake.login.prompt import is_interactive, prompt_for_code
from playlake.output.text import safe_text
from playlake.spotify.user import read_library, read_user
from playlake_extractor.public import (
    DASHBOARD,
    TOKEN_PATH,
    App,
    OAuthClient,
    StoredCredentials,
    Tokens,
    open_store,
)

EXAMPLES = """\b
playlake login                                      asks for the app's id and secret
playlake login --pkce                               an app without its secret
playlake login --no-browser                         a browser on another machine
playlake login --to secretsmanager:spotify          for a deployment on AWS
"""

ANSWERED_WITHIN = timedelta(minutes=5)


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
RedirectPort = Annotated[
    int,
    typer.Option(min=1, max=65535, metavar="PORT", help="Port of the redirect URI here."),
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
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Show the address; you paste the answer.")
    ] = False,
    to: Location = None,
    accounts_url: AccountsUrl = ACCOUNTS_URL,
    api_url: ApiUrl = API_URL,
) -> None:
    """Log in to Spotify, and store the credentials that runs use.

    Playlake may then read your playlists, private and collaborative ones as well, and change
    nothing. Register the redirect URI http://127.0.0.1:PORT/callback with the app first. The
    credentials are stored only if they work. Spotify ends a login after six months.
    """
    here = context.ensure_object(Invocation)
    location = to or default_location(here.project)
    with unlogged(), explained():
        store = open_store(location)
        app = find_app(here, client_id, client_secret, pkce=pkce)
        request = AuthorizationRequest(app, port)
        code = (_paste if no_browser else _browse)(here, request, accounts_url)
        with here.working("Asking Spotify for a token, and who you are"):
            client = OAuthClient(app, f"{accounts_url.rstrip('/')}{TOKEN_PATH}")
            tokens = client.exchange(code, request.redirect_uri, request.verifier)
            user = read_user(api_url, tokens.access_token)
            library = read_library(api_url, tokens.access_token)
        credentials = _credentials(app, tokens)
        store.save(credentials)
    _warn_of_missing_scopes(here, tokens)
    _tell(here, f"Logged in as {user}. Playlists: {library.playlists:,}.")
    if library.app_kind is not None:
        _tell(here, f"For Spotify this is {library.app_kind.value}.")
    _tell(here, f"Stored in {location}. The login works until {credentials.ends_on}.")
    _tell(here, f"Next: {_next(location, is_default=to is None)}")


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


def _credentials(app: App, tokens: Tokens) -> StoredCredentials:
    if tokens.refresh_token is None:
        raise CommandError("Spotify gave no refresh token: run `playlake login` again")
    return StoredCredentials(
        client_id=app.client_id,
        client_secret=app.client_secret,
        refresh_token=tokens.refresh_token,
        authorised_on=datetime.now(UTC).date(),
    )


def _warn_of_missing_scopes(here: Invocation, tokens: Tokens) -> None:
    if tokens.missing:
        here.say(
            f"Spotify did not grant everything, {' and '.join(tokens.missing)} is missing: "
            "playlists that need it are not read; run `playlake login` again and agree to all"
        )


def _tell(here: Invocation, text: str) -> None:
    here.output.print(safe_text(text), soft_wrap=True)


def _next(location: str, *, is_default: bool) -> str:
    if is_default:
        return "playlake run"
    return f"playlake {'doctor' if is_in_aws(location) else 'run'} --credentials {location}"
