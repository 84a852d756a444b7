"""The settings of a run that are Spotify's alone."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AnyHttpUrl, BeforeValidator, Field, SecretStr, model_validator

from playlake_contracts import deployed_settings as deployed
from playlake_extractor.http.request_settings import SANDBOX_REQUESTS_PER_SECOND, RequestSettings


def _credential(text: str) -> str:
    """Strip the line end of secrets that come from files; refuse what no header may hold."""
    stripped = text.strip()
    if not (stripped.isascii() and stripped.isprintable() and stripped):
        raise ValueError("it has characters that no Spotify credential has")
    return stripped


class SpotifySettings(RequestSettings):
    """The credentials, what is read beside playlists, and where Spotify answers."""

    spotify_credentials: str | None = Field(
        default=None,
        description="Where `playlake login` stored the credentials: the path of a file, or "
        "secretsmanager:NAME, or a secret's ARN. A refresh token that Spotify replaces is stored "
        "there. It replaces the three settings that follow.",
    )
    spotify_client_id: Annotated[str, BeforeValidator(_credential)] | None = Field(
        default=None, description="Client id of the Spotify app."
    )
    spotify_client_secret: Annotated[SecretStr, BeforeValidator(_credential)] | None = Field(
        default=None, description="Client secret of the Spotify app."
    )
    spotify_refresh_token: Annotated[SecretStr, BeforeValidator(_credential)] | None = Field(
        default=None,
        description="Refresh token of the user whose playlists are read. Without it the app's "
        "own credentials are used, which give a new app no playlist's items.",
    )
    liked_songs: deployed.LikedSongs = deployed.LIKED_SONGS
    spotify_api_url: AnyHttpUrl = Field(
        default=AnyHttpUrl("https://api.spotify.com/v1/"),
        description="Base URL of Spotify's Web API.",
    )
    spotify_token_url: AnyHttpUrl = Field(
        default=AnyHttpUrl("https://accounts.spotify.com/api/token"),
        description="URL of Spotify's token endpoint.",
    )

    @model_validator(mode="before")
    @classmethod
    def _read_spotify_stand_in(cls, given: dict[str, Any]) -> dict[str, Any]:
        url = given.get("sandbox_url")
        if not url or given.get("spotify_credentials") or given.get("spotify_client_id"):
            return given
        base = str(url).rstrip("/")
        return {
            "requests_per_second": SANDBOX_REQUESTS_PER_SECOND,
            **given,
            "spotify_client_id": "sandbox-client-id",
            "spotify_client_secret": "sandbox-client-secret",
            "spotify_refresh_token": "sandbox-refresh-token",
            "spotify_api_url": f"{base}/v1/",
            "spotify_token_url": f"{base}/api/token",
        }
