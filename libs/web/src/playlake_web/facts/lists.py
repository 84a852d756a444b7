"""Lists that are given a page at a time."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final, TypeVar

from playlake_web.facts.artists import Artist
from playlake_web.facts.fact import Fact
from playlake_web.facts.history import Change, Stay
from playlake_web.facts.playlists import Playlist
from playlake_web.facts.runs import Run
from playlake_web.facts.songs import StayIn
from playlake_web.problems import ProblemCode, ProblemError

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST: Final = 500


class Runs(Fact):
    """Runs, the newest first."""

    runs: tuple[Run, ...]
    """The runs."""
    next: str | None
    """The cursor of the next page; null on the last one."""


class Playlists(Fact):
    """Playlists, by their last change, the latest first."""

    playlists: tuple[Playlist, ...]
    """The playlists."""
    next: str | None
    """The cursor of the next page; null on the last one."""


class Changes(Fact):
    """Changes of a playlist, the newest first."""

    changes: tuple[Change, ...]
    """The changes."""
    next: str | None
    """The cursor of the next page; null on the last one."""


class Memberships(Fact):
    """Stays of entries in a playlist, the earliest first."""

    memberships: tuple[Stay, ...]
    """The stays."""
    next: str | None
    """The cursor of the next page; null on the last one."""


class Artists(Fact):
    """Artists of whom a playlist ever held a song."""

    artists: tuple[Artist, ...]
    """The artists."""
    next: str | None
    """The cursor of the next page; null on the last one."""


class SongStays(Fact):
    """Stays of songs in playlists."""

    stays: tuple[StayIn, ...]
    """The stays."""
    next: str | None
    """The cursor of the next page; null on the last one."""


_Item = TypeVar("_Item")


def slice_of(
    items: Sequence[_Item], cursor: str | None, limit: int
) -> tuple[tuple[_Item, ...], str | None]:
    """A page of a list, and the cursor of the next one.

    Raises:
        ProblemError: the cursor is not one of this API.
    """
    first = 0 if cursor is None else _position(cursor)
    rest = first + limit
    return tuple(items[first:rest]), _cursor(rest) if rest < len(items) else None


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(f"from {position}".encode()).decode().rstrip("=")


def _position(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise _no_cursor() from error
    word, _, number = text.partition(" ")
    if word != "from" or not (number.isascii() and number.isdigit() and len(number) < 12):  # noqa: PLR2004
        raise _no_cursor()
    return int(number)


def _no_cursor() -> ProblemError:
    return ProblemError(
        ProblemCode.BAD_CURSOR, "take the cursor from `next` of the page before, as it is"
    )
