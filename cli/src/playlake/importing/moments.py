"""The moment of saved files: the one that is given, or the newest time of change."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from playlake.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from playlake.importing.files import SavedFile

# Nothing of Spotify's is older. A file that says so lost its time on the way.
_EARLIEST = datetime(2006, 1, 1, tzinfo=UTC)


def moment_of(
    files: Iterable[SavedFile],
    at: str | None,
    *,
    now: datetime,
    say: Callable[[str], None],
) -> datetime:
    """The moment of files in UTC and whole seconds.

    Args:
        files: one or more.
        at: an ISO 8601 date or time; None takes the newest time that a file was changed.
        now: nothing was saved after it.
        say: takes a sentence about what was assumed.

    Raises:
        CommandError: the moment cannot be understood, is too early, or is in the future.
    """
    moment = _newest(files, say) if at is None else _parse(at, say)
    if moment > now:
        raise CommandError(f"{_shown(moment)} is in the future: give the right time with --at")
    if moment < _EARLIEST:
        raise CommandError(f"{_shown(moment)} is before Spotify: give the right time with --at")
    return moment.astimezone(UTC).replace(microsecond=0)


def _newest(files: Iterable[SavedFile], say: Callable[[str], None]) -> datetime:
    moment = datetime.fromtimestamp(max(file.modified_at for file in files), UTC)
    say(f"Taken as of {_shown(moment)}, when the newest file was last changed; --at says otherwise")
    return moment


def _parse(text: str, say: Callable[[str], None]) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            f"--at {text!r} is no time like 2026-11-21 or 2026-11-21T06:00:00+01:00"
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
        say(f"--at {text} names no time zone: taken as {_shown(moment)}")
    return moment


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} {moment.tzname()}"
