"""The options by which `login` and `doctor` find Spotify, and its credentials."""

from typing import Annotated

import typer

ACCOUNTS_URL = "https://accounts.spotify.com"
API_URL = "https://api.spotify.com/v1/"

Location = Annotated[
    str | None,
    typer.Option(
        envvar="PLAYLAKE_SPOTIFY_CREDENTIALS",
        metavar="LOCATION",
        help="Where the credentials are stored: a file, or secretsmanager:NAME for a secret of "
        "the AWS account that your environment names. Default: spotify.json in your data folder.",
    ),
]
AccountsUrl = Annotated[str, typer.Option(hidden=True, help="Spotify's accounts service.")]
ApiUrl = Annotated[str, typer.Option(hidden=True, help="Spotify's Web API.")]
