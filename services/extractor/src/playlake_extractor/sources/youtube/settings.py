"""The settings of a run that are YouTube's alone."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import AnyHttpUrl, BeforeValidator, Field, SecretStr, model_validator

from playlake_contracts.sources.youtube import SOURCE
from playlake_extractor.http.request_settings import SANDBOX_REQUESTS_PER_SECOND, RequestSettings

_KEY: Final = re.compile(r"[0-9A-Za-z_-]+", re.ASCII)


def _key(text: str) -> str:
    """Strip the line end of secrets that come from files; refuse what is no key."""
    stripped = text.strip()
    if _KEY.fullmatch(stripped) is None:
        raise ValueError("an API key has only letters, digits, hyphens and underscores")
    return stripped


class YoutubeSettings(RequestSettings):
    """The key, and where YouTube answers."""

    youtube_api_key: Annotated[SecretStr, BeforeValidator(_key)] | None = Field(
        default=None,
        description="API key of a Google Cloud project with the YouTube Data API v3 enabled. It "
        "reads public and unlisted playlists.",
    )
    youtube_channel: str | None = Field(
        default=None,
        pattern=r"^UC[0-9A-Za-z_-]{22}$",
        description="Id of the channel whose public playlists are read if PLAYLAKE_PLAYLISTS is "
        "`mine`: UC and 22 more characters. A key belongs to no user.",
    )
    youtube_api_url: AnyHttpUrl = Field(
        default=AnyHttpUrl("https://www.googleapis.com/youtube/v3/"),
        description="Base URL of the YouTube Data API.",
    )

    @model_validator(mode="before")
    @classmethod
    def _read_youtube_stand_in(cls, given: dict[str, Any]) -> dict[str, Any]:
        url = given.get("sandbox_url")
        if not url or given.get("source") != SOURCE or given.get("youtube_api_key"):
            return given
        return {
            "requests_per_second": SANDBOX_REQUESTS_PER_SECOND,
            **given,
            "youtube_api_key": "sandbox-api-key",
            "youtube_api_url": f"{str(url).rstrip('/')}/youtube/v3/",
        }
