"""Which playlists a run covers: those named, else those of a file, else the user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake_extractor.public import MINE, parse_playlists

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake.project import Project

FILE = "playlists.yaml"


def wanted(named: Sequence[str], project: Project) -> str:
    """The value of the extractor's setting of playlists.

    Raises:
        CommandError: an argument names no playlist.
    """
    if not named:
        file = project.home / FILE
        return str(file) if file.exists() else MINE
    text = ",".join(named) if len(named) > 1 else named[0]
    try:
        parse_playlists(text)
    except ValueError as error:
        raise CommandError(f"invalid playlist argument: {error}") from None
    return text
