"""What is wrong with a command line that cannot be understood, as one sentence."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Collection


class UnknownCommandError(typer.TyperException):
    """There is no command of this name."""

    exit_code = 2


def unknown_command(name: str, commands: Collection[str]) -> UnknownCommandError:
    """The error of a command that there is not; its message names the nearest."""
    matches = get_close_matches(name, commands, n=1)
    hint = f"did you mean {matches[0]}?" if matches else "`playlake --help` lists them"
    return UnknownCommandError(f"there is no command {name}: {hint}")


def usage_sentence(error: typer.TyperException) -> str:
    """One sentence on what is wrong with a command line, and what to do."""
    context = getattr(error, "ctx", None)
    if context is None:
        return error.format_message()
    where = f"`{context.command_path} --help`"
    # Only the error of an unknown option has possibilities; typer exports no class of it.
    if not hasattr(error, "possibilities"):
        message = " ".join(error.format_message().split()).rstrip(".")
        return f"{message[:1].lower()}{message[1:]}; {where} shows what it takes"
    nearest = error.possibilities[0] if error.possibilities else None
    hint = f"did you mean {nearest}?" if nearest else f"{where} lists them"
    return f"there is no option {getattr(error, 'option_name', '')}: {hint}"
