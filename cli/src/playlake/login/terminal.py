"""Reads a line that a person types, or a program writes to standard input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake.errors import CommandError

if TYPE_CHECKING:
    from playlake.invocation import Invocation


def ask(here: Invocation, question: str, *, hidden: bool = False) -> str:
    """Ask for a line; a hidden one is not shown while it is typed.

    Raises:
        CommandError: there is none.
    """
    here.say(question)
    try:
        return here.notices.input(password=hidden)
    except EOFError:
        raise CommandError("there was no answer: run `playlake login` again") from None
