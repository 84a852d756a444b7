"""The options of the commands that copy lakes, and what they mean."""

from typing import Annotated

import typer

from playlake.errors import CommandError
from playlake_lake.days import EVERY_DAY, Days

Lake = Annotated[
    str | None,
    typer.Option(
        "--lake",
        envvar="PLAYLAKE_LAKE",
        metavar="PLACE",
        help="The lake in a folder: its path or its name. Default: the lake `default`.",
    ),
]
DaysText = Annotated[
    str | None,
    typer.Option(
        "--days",
        "--day",
        metavar="A..B",
        help="Only these days: one, such as 2026-11-21, or A..B, A.. or ..B.",
    ),
]


def days_of(text: str | None) -> Days:
    """The days that an option names; all if it is not given.

    Raises:
        CommandError: it names no days.
    """
    if text is None:
        return EVERY_DAY
    try:
        return Days.parse(text)
    except ValueError as error:
        raise CommandError(str(error)) from error
