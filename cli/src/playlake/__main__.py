"""Runs the `playlake` command: an error is one sentence on standard error and a status not 0."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import typer

from playlake.app import app
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.project import Project

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

FAILED = 1
UNEXPECTED = 70


def main() -> NoReturn:
    """Run the command with the arguments of this process and end it with the command's status."""
    # As by Ctrl-C, whatever was started is stopped on the way out; nohup's wish is respected.
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)
    sys.exit(run(sys.argv[1:], Invocation(Project.find(os.environ))))


def run(arguments: Sequence[str], invocation: Invocation) -> int:
    """Run the command: its exit status."""
    command = typer.main.get_command(app)
    try:
        status = command.main(
            arguments, prog_name="playlake", standalone_mode=False, obj=invocation
        )
    except typer.TyperException as error:
        return _fail(invocation, error, error.format_message(), error.exit_code)
    except CommandError as error:
        return _fail(invocation, error, str(error), FAILED)
    except Exception as error:  # noqa: BLE001 - the last line of defence; --debug shows everything
        sentence = f"unexpected {type(error).__name__}: {error} (playlake --debug shows where)"
        return _fail(invocation, error, sentence, UNEXPECTED)
    return status or 0


def _fail(invocation: Invocation, error: Exception, sentence: str, status: int) -> int:
    if invocation.debug:
        raise error
    invocation.say(f"playlake: {sentence}")
    return status


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
