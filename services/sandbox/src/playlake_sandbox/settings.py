"""The sandbox's settings; every one has a default that suits a laptop."""

import os
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from playlake_sandbox.clock import STANDING_AT, within_the_world
from playlake_sandbox.tiers import Tier
from playlake_sandbox.world.history import FIRST_DAY, LAST_DAY, MOST_ENTRIES
from playlake_sandbox.world.saved_songs import MOST_SAVED

_PREFIX = "PLAYLAKE_SANDBOX_"
_NotEmpty = Annotated[SecretStr, Field(min_length=1)]


Moment = Annotated[AwareDatetime, AfterValidator(within_the_world)]
"""A time in UTC, on a day that the world has; it must be given with a time zone."""


class Settings(BaseSettings):
    """The settings, read from environment variables that start with PLAYLAKE_SANDBOX_."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="forbid")

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8888, ge=0, le=65_535, description="TCP port to listen on.")
    socket_fd: int | None = Field(
        default=None,
        ge=3,
        description="Descriptor of a listening socket that the process inherits, instead of host"
        " and port.",
    )
    seed: int = Field(default=2026, description="Seed of the made-up world.")
    tier: Tier = Field(
        default=Tier.NEWER_DEV,
        description="App tier: `extended`, `older-dev` or `newer-dev`.",
    )
    clock: Moment | None = Field(
        default=None,
        description="Time of the clock at the start, ISO 8601 with a time zone, from "
        f"{FIRST_DAY} to {LAST_DAY}. Default: {STANDING_AT:%Y-%m-%dT%H:%MZ}, or now if the clock "
        "runs.",
    )
    day_seconds: float = Field(
        default=0,
        ge=0,
        le=86_400,
        allow_inf_nan=False,
        description="Real seconds that a day of the clock takes: 60 is a day a minute, 86400 is "
        "real time. 0: the clock stands still and moves only when it is set.",
    )
    client_id: str = Field(
        default="sandbox-client-id", min_length=1, description="Client id of the app."
    )
    client_secret: _NotEmpty = Field(
        default=SecretStr("sandbox-client-secret"), description="Client secret of the app."
    )
    refresh_token: _NotEmpty = Field(
        default=SecretStr("sandbox-refresh-token"),
        description="Refresh token that is valid from the start.",
    )
    playlists: int = Field(
        default=0,
        ge=0,
        le=10_000,
        description="Plain playlists in addition to the twelve standing ones.",
    )
    plain_size: int | None = Field(
        default=None,
        ge=0,
        le=MOST_ENTRIES,
        description="Items of a plain playlist on the first day; 15 to 300 if not set.",
    )
    daily_change_percent: int | None = Field(
        default=None,
        ge=0,
        le=100,
        description="Percentage of the plain playlists that replace songs from one day to the"
        " next; if not set, they change on most days, and their size and order change too.",
    )
    largest: int = Field(
        default=2_000,
        ge=0,
        le=MOST_ENTRIES,
        description="Items of the largest playlist on the first day.",
    )
    liked_songs: int = Field(
        default=230,
        ge=0,
        le=MOST_SAVED,
        description="Songs that the listener has saved on the first day.",
    )
    token_lifetime_seconds: int = Field(
        default=3_600,
        ge=1,
        description="Lifetime of access tokens, as the token endpoint states it.",
    )


def read_settings() -> Settings:
    """Reads the settings; raises ValueError if a variable with our prefix is not a setting."""
    known = {_PREFIX + name.upper() for name in Settings.model_fields}
    given = {name.upper() for name in os.environ if name.upper().startswith(_PREFIX)}
    if unknown := ", ".join(sorted(given - known)):
        raise ValueError(
            f"unknown settings: {unknown}; remove them, or use one of: {', '.join(sorted(known))}"
        )
    return Settings()
