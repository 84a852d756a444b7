"""When files were saved: as the user says, and as the files say only if the user asks for that."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from playlake.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playlake.importing.files import SavedFile

# Spotify was founded then. A file with an earlier time lost its real time, for example in a copy.
_EARLIEST: Final = datetime(2006, 1, 1, tzinfo=UTC)
BY_CHANGE: Final = "mtime"
BY_NAME: Final = "name"
# Files that were changed one after the other, each within this time, were saved together.
_TOGETHER: Final = timedelta(hours=1)
_DATE: Final = re.compile(
    r"(?<![0-9])(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8})"
    r"(?:[T_ -]?(?P<time>[0-9]{2}[:.-][0-9]{2}(?:[:.-][0-9]{2})?|[0-9]{4}|[0-9]{6})Z?)?(?![0-9])",
    re.ASCII,
)
_NO_DIGITS: Final = re.compile("[^0-9]")


@dataclass(slots=True)
class Moments:
    """Files by the moment at which they were saved.

    Attributes:
        groups: the moments in order, in UTC and whole seconds, each with its files.
        refusals: a sentence for each file whose moment is not known.
    """

    groups: dict[datetime, list[SavedFile]] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)


def moments_of(
    files: Sequence[SavedFile],
    at: str | None,
    *,
    now: datetime,
    say: Callable[[str], None],
) -> Moments:
    """When files were saved.

    Args:
        files: the files.
        at: an ISO 8601 date or time; `mtime`, for when the files were last changed; `name`, for
            the dates in their names; None, for now.
        now: the present time; no file is from after it.
        say: takes a sentence about an assumption.

    Raises:
        CommandError: `at` is neither, or its time is too early or in the future.
    """
    if at == BY_NAME:
        return _by_name(files, now)
    if at == BY_CHANGE:
        return _by_change(files, now)
    if not files:
        return Moments()
    moment = _now(files, now, say) if at is None else _parse(at, say)
    return Moments({checked(moment, now): list(files)})


def checked(moment: datetime, now: datetime) -> datetime:
    """A moment in UTC and whole seconds.

    Raises:
        CommandError: it is too early or in the future.
    """
    if moment > now:
        raise CommandError(f"{shown(moment)} is in the future: give the right time with --at")
    if moment < _EARLIEST:
        raise CommandError(f"{shown(moment)} is before Spotify: give the right time with --at")
    return moment.astimezone(UTC).replace(microsecond=0)


def shown(moment: datetime) -> str:
    """A moment for a person."""
    return f"{moment:%Y-%m-%d %H:%M:%S} {moment.tzname()}"


def _now(files: Sequence[SavedFile], now: datetime, say: Callable[[str], None]) -> datetime:
    newest = _changed(max(files, key=lambda file: file.modified_at))
    say(
        f"The files count as saved now, at {shown(now)}: --at TIME gives another time, --at mtime "
        f"their last change ({shown(newest)}), --at name the dates in their names"
    )
    return now


def _by_change(files: Sequence[SavedFile], now: datetime) -> Moments:
    found = Moments()
    together: list[SavedFile] = []
    for file in sorted(files, key=lambda file: file.modified_at):
        if together and _changed(file) - _changed(together[-1]) > _TOGETHER:
            _add(found, _changed(together[-1]), together, now)
            together = []
        together.append(file)
    if together:
        _add(found, _changed(together[-1]), together, now)
    return found


def _by_name(files: Sequence[SavedFile], now: datetime) -> Moments:
    found = Moments()
    for file in sorted(files, key=lambda file: file.name):
        try:
            _add(found, _dated(file), [file], now)
        except CommandError as error:
            found.refusals.append(str(error))
    found.groups = dict(sorted(found.groups.items()))
    return found


def _add(found: Moments, moment: datetime, files: list[SavedFile], now: datetime) -> None:
    try:
        found.groups.setdefault(checked(moment, now), []).extend(files)
    except CommandError as error:
        found.refusals += [f"{file.name}: {error}" for file in files]


def _dated(file: SavedFile) -> datetime:
    """The date in the name of a file, or in that of the nearest folder that has one."""
    for part in reversed(PurePath(file.name).parts):
        dates = {date for match in _DATE.finditer(part) if (date := _date(match)) is not None}
        if len(dates) > 1:
            raise CommandError(f"{file.name} has several dates in its name: give --at TIME")
        if dates:
            return dates.pop()
    raise CommandError(f"{file.name} has no date in its name, such as 2026-11-21: give --at TIME")


def _date(match: re.Match[str]) -> datetime | None:
    day, time = (_NO_DIGITS.sub("", match[name] or "") for name in ("day", "time"))
    try:
        return datetime.strptime(f"{day}{time:0<6}", "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:  # digits that are no date, such as a number
        return None


def _changed(file: SavedFile) -> datetime:
    return datetime.fromtimestamp(file.modified_at, UTC)


def _parse(text: str, say: Callable[[str], None]) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            f"--at {text!r} is not a time: write 2026-11-21 or 2026-11-21T06:00:00+01:00, or mtime "
            "or name for what the files say"
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
        say(f"--at {text} has no time zone, so it counts as {shown(moment)}")
    return moment
