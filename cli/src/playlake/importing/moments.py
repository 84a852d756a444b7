"""When files were saved: the time that the user gives, or that of the newest file's last change."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from playlake.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from playlake.importing.files import SavedFile

# Spotify was founded then. A file with an earlier time lost its real time, for example in a copy.
_EARLIEST = datetime(2006, 1, 1, tzinfo=UTC)


def moment_of(
    files: Iterable[SavedFile],
    at: str | None,
    *,
    now: datetime,
    say: Callable[[str], None],
) -> datetime:
    """When files were saved, in UTC and whole seconds.

    Args:
        files: one or more.
        at: an ISO 8601 date or time; with None, the newest file's last change counts.
        now: the present time; no file is from after it.
        say: takes a sentence about an assumption.

    Raises:
        CommandError: `at` is not a time, or the time is too early or in the future.
    """
    moment = _newest(files, say) if at is None else _parse(at, say)
    if moment > now:
        raise CommandError(f"{_shown(moment)} is in the future: give the right time with --at")
    if moment < _EARLIEST:
        raise CommandError(f"{_shown(moment)} is before Spotify: give the right time with --at")
    return moment.astimezone(UTC).replace(microsecond=0)


def _newest(files: Iterable[SavedFile], say: Callable[[str], None]) -> datetime:
    moment = datetime.fromtimestamp(max(file.modified_at for file in files), UTC)
    say(
        f"The files count as saved at {_shown(moment)}, the newest file's last change; "
        "--at sets another time"
    )
    return moment


def _parse(text: str, say: Callable[[str], None]) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            f"--at {text!r} is not a time: write 2026-11-21 or 2026-11-21T06:00:00+01:00"
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
        say(f"--at {text} has no time zone, so it counts as {_shown(moment)}")
    return moment


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} {moment.tzname()}"
