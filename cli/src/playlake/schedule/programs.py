"""Runs the programs of the operating system that keep schedules."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import Protocol

from playlake.errors import CommandError

# A scheduler answers at once; one that does not has a problem of its own.
_TIMEOUT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Completed:
    """The exit status and the output of a program."""

    status: int
    output: str
    errors: str

    @property
    def reason(self) -> str:
        """The program's own explanation of a failure, in one line."""
        said = self.errors.strip() or self.output.strip()
        return " ".join(said.split()) or f"exit status {self.status}"


class Programs(Protocol):
    """The installed programs."""

    def has(self, name: str) -> bool:
        """Whether a program is installed."""

    def run(self, *command: str, given: str = "") -> Completed:
        """Run a program; `given` is its standard input.

        Raises:
            CommandError: it cannot be started, or does not end.
        """


class InstalledPrograms:
    """The programs on the PATH. Their messages are in English."""

    def has(self, name: str) -> bool:
        """Whether a program is installed."""
        return shutil.which(name) is not None

    def run(self, *command: str, given: str = "") -> Completed:
        """Run a program; `given` is its standard input.

        Bytes that are no UTF-8 pass through output and input unchanged.

        Raises:
            CommandError: it cannot be started, or does not end.
        """
        try:
            ended = subprocess.run(  # noqa: S603 - the schedulers' own programs
                command,
                input=given.encode(errors="surrogateescape"),
                capture_output=True,
                env={**os.environ, "LC_ALL": "C"},
                timeout=_TIMEOUT_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CommandError(f"`{' '.join(command)}` cannot be run: {error}") from error
        output, errors = (
            text.decode(errors="surrogateescape") for text in (ended.stdout, ended.stderr)
        )
        return Completed(ended.returncode, output, errors)


def run_checked(programs: Programs, *command: str, given: str = "") -> str:
    """Run a program that has to succeed, and return its output.

    Raises:
        CommandError: it failed.
    """
    answer = programs.run(*command, given=given)
    if answer.status:
        raise CommandError(f"`{' '.join(command)}` failed: {answer.reason}")
    return answer.output
