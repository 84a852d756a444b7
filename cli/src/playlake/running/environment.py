"""The extractor's environment in `playlake run`: the user's settings, playlists, and a lake."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import SecretStr, TypeAdapter, ValidationError

from playlake.errors import CommandError
from playlake.schedule.job import ACCOUNT_VARIABLE
from playlake.services.processes import service_environment
from playlake.sources.registry import DEFAULT
from playlake_contracts.deployed_settings import REFRESH_AFTER_DAYS, RefreshAfterDays
from playlake_contracts.environment import PREFIX
from playlake_contracts.sources.account_names import check_account
from playlake_extractor.public import MINE, Settings, StopError, parse_playlists, pseudonyms_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from playlake.project import Project
    from playlake_contracts.pseudonyms import Pseudonyms

_PLAYLISTS_FILE = "playlists.yaml"
_PSEUDONYM_KEY: Final = f"{PREFIX}PSEUDONYM_KEY"
_PSEUDONYM_KEY_FILE: Final = f"{PREFIX}PSEUDONYM_KEY_FILE"
_REFRESH_AFTER_DAYS: Final[TypeAdapter[float]] = TypeAdapter(RefreshAfterDays)

# The lake and the credentials are given, whatever the environment holds for other commands. Metrics
# are for CloudWatch, which reads no log of this machine.
_NOT_PASSED = {
    "account",
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
    source: str,
    playlists: str,
    settings: Mapping[str, str],
    scheduled_at: datetime,
) -> dict[str, str]:
    """The environment of one run.

    Args:
        inherited: the environment to start from, `os.environ`, with the user's settings.
        lake: the settings that send the extractor to a lake.
        source: the name of the source.
        playlists: the extractor's setting of the playlists; see `playlists_setting`.
        settings: the extractor's settings of the source that this run decides.
        scheduled_at: the time from which the run's id is made.
    """
    own = {
        **{name: text for name, text in inherited.items() if name in _PASSED},
        **lake,
        **settings,
        "PLAYLAKE_SOURCE": source,
        "PLAYLAKE_PLAYLISTS": playlists,
        "PLAYLAKE_SCHEDULED_AT": scheduled_at.isoformat(),
        "PLAYLAKE_LOG_LEVEL": "info",
    }
    return service_environment(inherited, own)


def account_of(environment: Mapping[str, str]) -> str | None:
    """The account that an environment names; None if it names none.

    Raises:
        CommandError: it is no name of an account.
    """
    name = environment.get(ACCOUNT_VARIABLE)
    try:
        return check_account(name) if name else None
    except ValueError as error:
        raise CommandError(f"correct {ACCOUNT_VARIABLE}: {error}") from None


def pseudonyms(source: str) -> Pseudonyms | None:
    """The pseudonyms of the users of a source, by the environment; None if it has no key.

    Raises:
        CommandError: the key cannot be read or is too short, or there are two.
    """
    key, file = os.environ.get(_PSEUDONYM_KEY), os.environ.get(_PSEUDONYM_KEY_FILE)
    if key and file:
        raise CommandError(
            f"{_PSEUDONYM_KEY} and {_PSEUDONYM_KEY_FILE} are both set: leave one out"
        )
    try:
        return pseudonyms_of(source, SecretStr(key) if key else None, Path(file) if file else None)
    except StopError as error:
        raise CommandError(str(error)) from None


def refresh_after_days() -> float:
    """The days after which a run of this environment lands an unchanged playlist again.

    Raises:
        CommandError: the variable has no such number.
    """
    name = f"{PREFIX}refresh_after_days".upper()
    text = os.environ.get(name) or REFRESH_AFTER_DAYS
    try:
        return _REFRESH_AFTER_DAYS.validate_python(text)
    except ValidationError as error:
        raise CommandError(f"correct {name}: {error.errors()[0]['msg']}") from None


def playlists_file(project: Project, source: str, account: str | None = None) -> Path:
    """The user's file of playlists of an account, or of a source; that of the default has no name.

    No account has the name of a source.
    """
    whose = account or (None if source == DEFAULT else source)
    return project.home / (_PLAYLISTS_FILE if whose is None else f"{whose}.{_PLAYLISTS_FILE}")


def playlists_setting(
    named: Sequence[str], project: Project, source: str = DEFAULT, account: str | None = None
) -> str:
    """The playlists to read: the named ones, or those of the user's file, or all of the user's own.

    Raises:
        CommandError: an argument is not a playlist.
    """
    if not named:
        file = playlists_file(project, source, account)
        return str(file) if file.exists() else MINE
    text = ",".join(named) if len(named) > 1 else named[0]
    try:
        parse_playlists(text, source)
    except ValueError as error:
        raise CommandError(f"invalid playlist argument: {error}") from None
    return text
