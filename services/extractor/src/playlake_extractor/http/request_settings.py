"""The settings by which requests to a source are paced, retried and bounded."""

from __future__ import annotations

from typing import Final

from pydantic import AnyHttpUrl, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from playlake_contracts import deployed_settings as deployed
from playlake_contracts.environment import PREFIX

# The stand-in has no quota.
SANDBOX_REQUESTS_PER_SECOND: Final = 100


class RequestSettings(BaseSettings):
    """The settings of requests; a variable set to nothing counts as not set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    sandbox_url: AnyHttpUrl | None = Field(
        default=None,
        description="URL of the stand-in for the sources, which is read while no credentials of "
        "the source are given. For local stacks only.",
    )
    source_timeout_seconds: float = Field(
        default=20,
        gt=0,
        le=600,
        description="Longest wait, in seconds, for the source to accept a connection or "
        "to send more.",
    )
    source_answer_seconds: float = Field(
        default=120,
        gt=0,
        le=3600,
        description="Longest time, in seconds, that a whole answer may take.",
    )
    requests_per_second: deployed.RequestsPerSecond = deployed.REQUESTS_PER_SECOND
    request_burst: int = Field(
        default=3, ge=1, le=100, description="Most requests sent at once after a pause."
    )
    request_budget: int = Field(
        default=10_000,
        ge=1,
        description="Most requests of a run; the playlists that do not fit are rate_limited, and "
        "come first in a later run.",
    )
    tries: int = Field(
        default=4, ge=1, le=20, description="How often a request that fails is sent at most."
    )
    longest_wait_seconds: float = Field(
        default=60,
        ge=0,
        le=3600,
        description="Longest wait that is granted to the source, in seconds; if it asks for more, "
        "the run sends no more such requests.",
    )
    waits_in_all_seconds: float = Field(
        default=600,
        ge=0,
        description="Longest that all waits of a run may take together, in seconds.",
    )
