"""The settings of a run that are ListenBrainz's alone."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, AnyHttpUrl, BeforeValidator, Field, SecretStr, model_validator

from playlake_contracts.sources.listenbrainz import SOURCE
from playlake_extractor.http.request_settings import SANDBOX_REQUESTS_PER_SECOND, RequestSettings

_SANDBOX_USER = "robin"


def _token(text: str) -> str:
    stripped = text.strip()
    if not (stripped.isascii() and stripped.isprintable() and stripped and " " not in stripped):
        raise ValueError("it has characters that no user token of ListenBrainz has")
    return stripped


def _contact(text: str) -> str:
    stripped = text.strip()
    if not (stripped.isascii() and stripped.isprintable()) or set("()") & set(stripped):
        raise ValueError("write an e-mail address or the address of a web page")
    return stripped


class ListenBrainzSettings(RequestSettings):
    """Whose playlists are read and as whom, and where ListenBrainz answers."""

    listenbrainz_user: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="User of ListenBrainz whose playlists are `mine`.",
    )
    listenbrainz_token: Annotated[SecretStr, BeforeValidator(_token)] | None = Field(
        default=None,
        description="User token of ListenBrainz, from its page of settings. Without it public "
        "playlists are read; with it also private ones of its user.",
    )
    listenbrainz_contact: Annotated[str, AfterValidator(_contact)] | None = Field(
        default=None,
        min_length=3,
        max_length=200,
        description="E-mail address or web page at which ListenBrainz can reach you; it requires "
        "one in every request. Default: the profile page of the user.",
    )
    listenbrainz_api_url: AnyHttpUrl = Field(
        default=AnyHttpUrl("https://api.listenbrainz.org/1/"),
        description="Base URL of ListenBrainz's API.",
    )

    @model_validator(mode="before")
    @classmethod
    def _read_listenbrainz_stand_in(cls, given: dict[str, Any]) -> dict[str, Any]:
        url, is_wanted = given.get("sandbox_url"), given.get("source") == SOURCE
        is_given = given.get("listenbrainz_user") or given.get("listenbrainz_token")
        if not (url and is_wanted) or is_given:
            return given
        return {
            "requests_per_second": SANDBOX_REQUESTS_PER_SECOND,
            **given,
            "listenbrainz_user": _SANDBOX_USER,
            "listenbrainz_api_url": f"{str(url).rstrip('/')}/listenbrainz/1/",
        }
