"""The extractor's environment in `playlake run`: the user's settings, playlists, and a lake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.services.processes import service_environment
from playlake_contracts.environment import PREFIX
from playlake_extractor.public import MINE, Settings, parse_playlists

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from playlake.project import Project

PLAYLISTS_FILE = "playlists.yaml"

# The lake and the credentials are given, whatever the environment holds for other commands. Metrics
# are for CloudWatch, which reads no log of this machine.
_NOT_PASSED = {
    "lake",
    "metrics_namespace",
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
        inherited: the environment to start from, `os.environ`, with the user's settings.
        lake: the settings that send the extractor to a lake.
        playlists: the extractor's setting of the playlists; see `playlists_setting`.
        credentials: the file of the credentials.
        scheduled_at: the time from which the run's id is made.
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


def playlists_setting(named: Sequence[str], project: Project) -> str:
    """The playlists to read: the named ones, or those of the user's file, or all of the user's own.

    Raises:
        CommandError: an argument is not a playlist.
    """
    if not named:
        file = project.home / PLAYLISTS_FILE
        return str(file) if file.exists() else MINE
    text = ",".join(named) if len(named) > 1 else named[0]
    try:
        parse_playlists(text)
    except ValueError as error:
        raise CommandError(f"invalid playlist argument: {error}") from None
    return text
