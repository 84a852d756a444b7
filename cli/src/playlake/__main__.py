"""Runs the `playlake` command: an error is one sentence on standard error and a status not 0."""

from __future__ import annotations

import io
import os
import signal
import sys
from contextlib import redirect_stderr, suppress
from typing import TYPE_CHECKING, NoReturn

import typer

from playlake.app import app
from playlake.invocation import Invocation
from playlake.lazy_commands import Terminated
from playlake.project import Project
from playlake.usage import usage_sentence
from playlake_contracts.explained import ExplainedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

FAILED = 1
UNEXPECTED = 70
# A shell that completes a line sets this.
COMPLETING = "_PLAYLAKE_COMPLETE"


def main() -> NoReturn:
    """Run the command with the arguments of this process and end it with the command's status."""
    # As by Ctrl-C, whatever was started is stopped on the way out; nohup's wish is respected.
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)
    invocation = Invocation(Project.find(os.environ))
    if os.environ.get(COMPLETING):
        complete(invocation)
    sys.exit(run(sys.argv[1:], invocation))


def complete(invocation: Invocation) -> NoReturn:
    """Print what can come next in a line; an error would disturb the line, so none is shown."""
    # typer wraps descriptions at this width, and a shell takes every line for a value.
    os.environ["TERMINAL_WIDTH"] = "1000"
    with redirect_stderr(io.StringIO()), suppress(Exception, KeyboardInterrupt):
        typer.main.get_command(app).main([], prog_name="playlake", obj=invocation)
    sys.exit(FAILED)


def run(arguments: Sequence[str], invocation: Invocation) -> int:
    """Run the command: its exit status."""
    command = typer.main.get_command(app)
    try:
        status = command.main(
            arguments, prog_name="playlake", standalone_mode=False, obj=invocation
        )
    except typer.TyperException as error:
        return _fail(invocation, error, usage_sentence(error), error.exit_code)
    except ExplainedError as error:
        return _fail(invocation, error, str(error), FAILED)
    except OSError as error:
        if error.filename is None:  # such as a connection: no folder that a person can correct
            return _unexpected(invocation, error)
        sentence = f"{error.filename}: {error.strerror}; correct it, or set PLAYLAKE_HOME or --lake"
        return _fail(invocation, error, sentence, FAILED)
    except Exception as error:  # noqa: BLE001 - the last line of defence; --debug shows everything
        return _unexpected(invocation, error)
    return status or 0


def _unexpected(invocation: Invocation, error: Exception) -> int:
    sentence = f"unexpected {type(error).__name__}: {error} (playlake --debug shows where)"
    return _fail(invocation, error, sentence, UNEXPECTED)


def _fail(invocation: Invocation, error: Exception, sentence: str, status: int) -> int:
    if invocation.debug:
        raise error
    invocation.say(f"playlake: {sentence}")
    return status


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    # SIGHUP: the terminal is gone, so there is nobody to read what is kept.
    raise Terminated(128 + number) if number == signal.SIGTERM else SystemExit(128 + number)


if __name__ == "__main__":
    main()
