"""The environment of the extractor in `playlake run`: the user's settings, and the local lake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake.local_aws.environments import aws_settings, service_environment
from playlake_contracts.settings import PREFIX
from playlake_extractor.public import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from playlake.local_aws import LocalAws

# The stored credentials are used, whatever the environment holds for `playlake login`.
_NOT_PASSED = {"spotify_client_id", "spotify_client_secret", "spotify_refresh_token"}
_PASSED = {f"{PREFIX}{name}".upper() for name in Settings.model_fields.keys() - _NOT_PASSED}


def run_environment(
    inherited: Mapping[str, str],
    aws: LocalAws,
    *,
    playlists: str,
    credentials: str,
    scheduled_at: datetime,
) -> dict[str, str]:
    """The environment of one run.

    Args:
        inherited: the environment to start from, `os.environ`; its settings of the extractor hold.
        aws: where to land.
        playlists: which playlists, as the extractor's setting has it.
        credentials: where they are stored.
        scheduled_at: the time that the run's id is made of.
    """
    own = {
        **{name: text for name, text in inherited.items() if name in _PASSED},
        **aws_settings(aws),
        "PLAYLAKE_RAW_BUCKET": aws.resources.raw_bucket,
        "PLAYLAKE_PLAYLISTS": playlists,
        "PLAYLAKE_SPOTIFY_CREDENTIALS": credentials,
        "PLAYLAKE_SCHEDULED_AT": scheduled_at.isoformat(),
        "PLAYLAKE_LOG_LEVEL": "info",
    }
    return service_environment(inherited, own)
