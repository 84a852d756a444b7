"""What the sandbox is told when it starts: everything has a default that suits a laptop."""

import os
from datetime import UTC, datetime, time
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from playlake_sandbox.tiers import Tier
from playlake_sandbox.world.history import BEGINNING, MOST_ENTRIES

_PREFIX = "PLAYLAKE_SANDBOX_"
_NotEmpty = Annotated[SecretStr, Field(min_length=1)]


def within_the_world(moment: datetime) -> datetime:
    """Returns the moment in UTC; raises ValueError if it is before the world began."""
    if moment < datetime.combine(BEGINNING, time(), UTC):
        raise ValueError(f"the sandbox's playlists begin on {BEGINNING}: choose a later time")
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(within_the_world)]
"""A moment with a time zone at which the world exists, in UTC."""


class Settings(BaseSettings):
    """The sandbox's settings, from environment variables that begin with PLAYLAKE_SANDBOX_."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="forbid")

    host: str = Field(default="127.0.0.1", description="Address that it listens on.")
    port: int = Field(default=8888, ge=0, le=65_535, description="Port that it listens on.")
    seed: int = Field(default=2026, description="What its whole world grows from.")
    tier: Tier = Field(default=Tier.NEWER_DEV, description="The kind of app that its clients are.")
    clock: Moment = Field(
        default=datetime(2026, 11, 21, 6, tzinfo=UTC), description="Its time at the start."
    )
    client_id: str = Field(
        default="sandbox-client-id", min_length=1, description="The one client id it knows."
    )
    client_secret: _NotEmpty = Field(
        default=SecretStr("sandbox-client-secret"), description="The secret of that client."
    )
    refresh_token: _NotEmpty = Field(
        default=SecretStr("sandbox-refresh-token"),
        description="The refresh token it knows from the start.",
    )
    playlists: int = Field(
        default=0, ge=0, le=10_000, description="Plain playlists beside the standing twelve."
    )
    plain_size: int | None = Field(
        default=None,
        ge=0,
        le=MOST_ENTRIES,
        description="Items a plain playlist begins with; 15 to 300 if not set.",
    )
    daily_change_percent: int | None = Field(
        default=None,
        ge=0,
        le=100,
        description="Share of the plain playlists that exchange songs from one day to the next;"
        " if not set, they change on most days and in size as well.",
    )
    largest: int = Field(
        default=2_000, ge=0, le=MOST_ENTRIES, description="Items the largest playlist begins with."
    )
    token_lifetime_seconds: int = Field(
        default=3_600, ge=1, description="How long it says that an access token lives."
    )


def read_settings() -> Settings:
    """Reads the settings; raises ValueError for a variable of our prefix that is no setting."""
    known = {_PREFIX + name.upper() for name in Settings.model_fields}
    given = {name.upper() for name in os.environ if name.upper().startswith(_PREFIX)}
    if unknown := ", ".join(sorted(given - known)):
        raise ValueError(f"unknown settings: {unknown}; known are: {', '.join(sorted(known))}")
    return Settings()
