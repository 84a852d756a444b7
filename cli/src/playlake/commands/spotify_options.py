"""The options by which commands find Spotify and its credentials, and ask the user."""

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
RedirectPort = Annotated[
    int,
    typer.Option(min=1, max=65535, metavar="PORT", help="Port of the redirect URI here."),
]
NoBrowser = Annotated[
    bool, typer.Option("--no-browser", help="Show the address; you paste the answer.")
]
LikedSongs = Annotated[
    bool,
    typer.Option(
        "--liked-songs",
        envvar="PLAYLAKE_LIKED_SONGS",
        help="Liked Songs are to be read as well, by the scope user-library-read.",
    ),
]
AccountsUrl = Annotated[str, typer.Option(hidden=True, help="Spotify's accounts service.")]
ApiUrl = Annotated[str, typer.Option(hidden=True, help="Spotify's Web API.")]
