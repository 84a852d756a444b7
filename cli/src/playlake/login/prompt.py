"""Asks the user for a line: an app's id and secret, or the address of Spotify's answer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.login.authorization import code_of

if TYPE_CHECKING:
    from playlake.invocation import Invocation

MAX_PASTES = 5

_PASTE = "Paste that address, or the code in it:"


def is_interactive() -> bool:
    """Whether a person types the input."""
    return sys.stdin.isatty()


def prompt(here: Invocation, question: str, *, hidden: bool = False) -> str:
    """Ask for a line; a hidden one is not shown while it is typed.

    Raises:
        CommandError: the input has ended.
    """
    here.say(question)
    try:
        return here.notices.input(password=hidden)
    except EOFError:
        raise CommandError("there was no answer: run the same command again") from None


def prompt_for_code(here: Invocation, state: str) -> str:
    """Ask for the address of Spotify's answer, and read the code in it.

    A person may try five times. A program that writes to standard input may try once.

    Raises:
        CommandError: the input has ended, or the last address has no code of this login.
    """
    for _ in range(MAX_PASTES - 1):
        pasted = prompt(here, _PASTE)
        try:
            return code_of(pasted, state)
        except CommandError as error:
            if not is_interactive():
                raise
            here.say(f"playlake: {error}")
    return code_of(prompt(here, _PASTE), state)
