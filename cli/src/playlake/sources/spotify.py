"""Spotify, as the command knows it: runs need a login."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playlake.errors import CommandError
from playlake.services.ports import HOST
from playlake.sources.registered import CommandSource, Requests, StandIn
from playlake_contracts.sources.spotify import SOURCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake.doctor.findings import Findings
    from playlake.invocation import Invocation
    from playlake.sources.registered import Given, Looking

CREDENTIALS_VARIABLE: Final = "PLAYLAKE_SPOTIFY_CREDENTIALS"
# The stand-in's own, good for nothing else.
CLIENT_ID: Final = "sandbox-client-id"
CLIENT_SECRET: Final = "sandbox-client-secret"  # noqa: S105
REFRESH_TOKEN: Final = "sandbox-refresh-token"  # noqa: S105


def credentials_file(here: Invocation, given: Given) -> str:
    """The file of the credentials that runs on this machine use.

    Args:
        here: the invocation.
        given: the location that the user names, if it is not the usual one of the account.

    Raises:
        CommandError: it is on AWS, or there is none.
    """
    from playlake.login.credentials import default_location, is_in_aws

    location = given.credentials or default_location(here.project, given.account)
    if is_in_aws(location):
        raise CommandError(
            f"{location} is on AWS, which a run on this machine does not reach: store credentials "
            "in a file by `playlake login`"
        )
    if not Path(location).is_file():
        raise CommandError(
            f"there are no Spotify credentials in {location}: store them by `playlake login`"
            + ("" if given.account is None else f" and --account {given.account}")
        )
    return location


@dataclass(frozen=True, slots=True)
class SpotifyAccess:
    """Where Spotify is and as whom to ask it; the stand-in plays both addresses."""

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    api_url: str
    token_url: str

    @property
    def settings(self) -> Mapping[str, str]:
        """The extractor's settings that reach it."""
        return {
            "PLAYLAKE_SPOTIFY_CLIENT_ID": self.client_id,
            "PLAYLAKE_SPOTIFY_CLIENT_SECRET": self.client_secret,
            "PLAYLAKE_SPOTIFY_REFRESH_TOKEN": self.refresh_token,
            "PLAYLAKE_SPOTIFY_API_URL": self.api_url,
            "PLAYLAKE_SPOTIFY_TOKEN_URL": self.token_url,
        }


def stand_in_access(port: int) -> SpotifyAccess:
    """How to reach the stand-in, as the user who owns most of its playlists."""
    return SpotifyAccess(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        refresh_token=REFRESH_TOKEN,
        api_url=f"http://{HOST}:{port}/v1/",
        token_url=f"http://{HOST}:{port}/api/token",
    )


def _run_settings(here: Invocation, given: Given) -> dict[str, str]:
    if given.user is not None:
        raise CommandError(
            "--user is not for Spotify, whose user is the one who logged in: leave it out"
        )
    return {CREDENTIALS_VARIABLE: credentials_file(here, given)}


def _look(findings: Findings, looking: Looking) -> None:
    from playlake.doctor.spotify import Spotify, look_at_spotify
    from playlake.login.credentials import default_location

    location = looking.credentials or default_location(looking.project, looking.account)
    spotify = Spotify(
        location, looking.accounts_url, looking.api_url, liked_songs=looking.liked_songs
    )
    look_at_spotify(findings, spotify, looking.now.date())


SPOTIFY: Final = CommandSource(
    name=SOURCE,
    title="Spotify",
    run_settings=_run_settings,
    has_login=True,
    kept=(),
    secrets=(),
    look=_look,
    stand_in=StandIn(
        lambda port: stand_in_access(port).settings, "/sandbox/playlists", example="Starred"
    ),
    # https://developer.spotify.com/documentation/web-api/reference
    requests=Requests(first_entries=100, page_entries=50, listed=50),
    has_liked_songs=True,
)
