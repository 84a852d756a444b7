"""`playlake login`: a user's consent, and the credentials that follow from it."""

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
from playlake.credentials import default_location, explained, is_in_aws, unlogged
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.login.apps import CLIENT_ID_VARIABLE, CLIENT_SECRET_VARIABLE, find_app
from playlake.login.callback import callback_server
from playlake.login.question import Question
from playlake.login.redirect import code_of
from playlake.login.terminal import ask
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
        help="Its client secret; others may see a command line, so better type it when asked.",
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
    pkce: Annotated[bool, typer.Option("--pkce", help="Use no secret, whatever is set.")] = False,
    port: RedirectPort = 8765,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Show the address to open; paste the answer.")
    ] = False,
    to: Location = None,
    accounts_url: AccountsUrl = ACCOUNTS_URL,
    api_url: ApiUrl = API_URL,
) -> None:
    """Log in to Spotify, and store the credentials that runs use.

    Playlake asks to read your playlists, private and collaborative ones as well, and to change
    nothing. The redirect URI http://127.0.0.1:PORT/callback has to be registered with the app.
    Nothing is stored that was not seen to work. Spotify ends a login after six months.
    """
    here = context.ensure_object(Invocation)
    location = to or default_location(here.project)
    with unlogged(), explained():
        store = open_store(location)
        app = find_app(here, client_id, client_secret, pkce=pkce)
        question = Question(app, port)
        answer = (_paste if no_browser else _browse)(here, question, accounts_url)
        code = code_of(answer, question.state)
        with here.working("Asking Spotify for a token, and who you are"):
            client = OAuthClient(app, f"{accounts_url.rstrip('/')}{TOKEN_PATH}")
            tokens = client.exchange(code, question.redirect_uri, question.verifier)
            user = read_user(api_url, tokens.access_token)
            library = read_library(api_url, tokens.access_token)
        credentials = _credentials(app, tokens)
        store.save(credentials)
    _warn_of_missing_scopes(here, tokens)
    _tell(here, f"Logged in as {user}. Playlists: {library.playlists:,}.")
    if library.tier is not None:
        _tell(here, f"For Spotify this is {library.tier.value}.")
    _tell(here, f"Stored in {location}. The login works until {credentials.ends_on}.")
    _tell(here, f"Next: {_next(location, is_default=to is None)}")


def _browse(here: Invocation, question: Question, accounts_url: str) -> str:
    with callback_server(question.port, question.state) as callbacks:
        _introduce(here, question, accounts_url)
        if not webbrowser.open(question.address(accounts_url)):
            here.say("No browser could be started: open the address yourself.")
        with here.working("Waiting for you to agree"):
            return callbacks.wait(ANSWERED_WITHIN)


def _paste(here: Invocation, question: Question, accounts_url: str) -> str:
    _introduce(here, question, accounts_url)
    here.say(
        "Spotify then leads to an address that begins with the redirect URI; the browser may say "
        "that it cannot show that page."
    )
    return ask(here, "Paste that address, or the code in it:")


def _introduce(here: Invocation, question: Question, accounts_url: str) -> None:
    here.say(
        f"In the app's settings at {DASHBOARD} this redirect URI has to be registered, letter by "
        f"letter:\n  {question.redirect_uri}\n"
        f"Agree on Spotify's page:\n  {question.address(accounts_url)}"
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
            f"Spotify granted less than was asked, {' and '.join(tokens.missing)} is missing: "
            "playlists that need it stay unread; run `playlake login` again and agree to all"
        )


def _tell(here: Invocation, text: str) -> None:
    here.output.print(safe_text(text), soft_wrap=True)


def _next(location: str, *, is_default: bool) -> str:
    if is_default:
        return "playlake run"
    return f"playlake {'doctor' if is_in_aws(location) else 'run'} --credentials {location}"
