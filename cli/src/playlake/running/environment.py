"""The environment of the extractor in `playlake run`: the user's settings, and a lake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake.local_aws.environments import service_environment
from playlake_contracts.settings import PREFIX
from playlake_extractor.public import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

# The lake and the credentials are given, whatever the environment holds for other commands.
_NOT_PASSED = {
    "lake",
    "raw_bucket",
    "spotify_client_id",
    "spotify_client_secret",
    "spotify_refresh_token",
}
_PASSED = {f"{PREFIX}{name}".upper() for name in Settings.model_fields.keys() - _NOT_PASSED}


def run_environment(
    inherited: Mapping[str, str],
    lake: Mapping[str, str],
    *,
    playlists: str,
    credentials: str,
    scheduled_at: datetime,
) -> dict[str, str]:
    """The environment of one run.

    Args:
        inherited: the environment to start from, `os.environ`; its settings of the extractor hold.
        lake: the settings that send the extractor to a lake.
        playlists: which playlists, as the extractor's setting has it.
        credentials: where they are stored.
        scheduled_at: the time that the run's id is made of.
    """
    own = {
        **{name: text for name, text in inherited.items() if name in _PASSED},
        **lake,
        "PLAYLAKE_PLAYLISTS": playlists,
        "PLAYLAKE_SPOTIFY_CREDENTIALS": credentials,
        "PLAYLAKE_SCHEDULED_AT": scheduled_at.isoformat(),
        "PLAYLAKE_LOG_LEVEL": "info",
    }
    return service_environment(inherited, own)
