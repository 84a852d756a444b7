"""What is scheduled: `playlake run` of this installation, with its settings and its log."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.sources.registry import SOURCES, VARIABLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_HOME = "PLAYLAKE_HOME"
ACCOUNT_VARIABLE = "PLAYLAKE_ACCOUNT"
_PSEUDONYM_KEY = "PLAYLAKE_PSEUDONYM_KEY"
_PSEUDONYM_KEY_FILE = "PLAYLAKE_PSEUDONYM_KEY_FILE"
# Paths or addresses; a scheduler starts the run in another folder.
_PLACES = ("PLAYLAKE_LAKE", "PLAYLAKE_SPOTIFY_CREDENTIALS", _PSEUDONYM_KEY_FILE)
# Whether to compact, which source to read, with which account and for whom, and what a lake on AWS
# needs.
_PASSED = (
    "PLAYLAKE_COMPACT",
    VARIABLE,
    ACCOUNT_VARIABLE,
    *(name for source in SOURCES.values() for name in source.kept),
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
)
_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Job:
    """A command that a scheduler starts.

    Attributes:
        name: names the job to the scheduler; each home has its own.
        command: the program's absolute path, and its arguments.
        environment: the variables to set.
        log: the file to which output and errors are appended.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path

    def check(self) -> None:
        """Check that every scheduler's format can hold the job.

        Raises:
            CommandError: a text has a control character, such as a line break.
        """
        for text in (*self.command, *self.environment.values(), str(self.log)):
            if not text.isprintable():
                raise CommandError(
                    f"{text!r} has a character that a schedule cannot hold: rename the folder"
                )


def job_name(home: Path, account: str | None = None) -> str:
    """The name of the job of a home, or of an account in it."""
    of_home = f"playlake-{sha256(str(home).encode()).hexdigest()[:_DIGITS]}"
    return of_home if account is None else f"{of_home}-{account}"


def make_job(home: Path, log: Path, command: Sequence[str], settings: Mapping[str, str]) -> Job:
    """Make the job of a home.

    Args:
        home: the folder of local data.
        log: the file for the output.
        command: starts `playlake`; see `find_command`.
        settings: the environment whose settings the job keeps.

    Raises:
        CommandError: a schedule cannot hold one of the texts, or must not.
    """
    if settings.get(_PSEUDONYM_KEY):
        raise CommandError(
            f"{_PSEUDONYM_KEY} is a secret that no schedule keeps, and without it a run would land "
            f"ids of users: write it into a file, and set {_PSEUDONYM_KEY_FILE} to that instead"
        )
    places = {name: _absolute(settings[name]) for name in _PLACES if settings.get(name)}
    passed = {name: settings[name] for name in _PASSED if settings.get(name)}
    name = job_name(home, settings.get(ACCOUNT_VARIABLE) or None)
    job = Job(name, (*command, "run"), {_HOME: str(home), **places, **passed}, log)
    job.check()
    return job


def find_command(started_as: str, python: str) -> list[str]:
    """The command that starts `playlake` from any folder.

    Args:
        started_as: the program of this process, `sys.argv[0]`.
        python: this Python's path.
    """
    found = shutil.which(started_as)
    if found is not None and Path(found).stem == "playlake":
        return [str(Path(found).absolute())]
    return [python, "-m", "playlake"]


def _absolute(place: str) -> str:
    """A place that is right in any folder; addresses and secrets stay as they are."""
    has_scheme = place.startswith(("s3:", "file:", "secretsmanager:", "arn:"))
    return place if has_scheme else str(Path(place).expanduser().absolute())
