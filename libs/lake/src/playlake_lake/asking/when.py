"""WHEN, the moment that a person names; all of it is UTC.

A date is the end of that day, so that it shows what the runs of the day saw.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from playlake_contracts.runs import RunId
from playlake_lake.errors import QuestionError

FORMS: Final = (
    "a date such as 2026-11-21, a time such as 2026-11-21T06:00 (UTC) or "
    "2026-11-21T06:00:00+01:00, `now`, `today`, `yesterday`, `7 days ago`, `2 weeks ago`, or the "
    "id of a run"
)
_AGO: Final = re.compile(r"(?P<count>[0-9]{1,5}) (?P<unit>day|week)s? ago", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIME: Final = re.compile(
    rf"{_DATE.pattern}[T ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:[.,][0-9]{{1,6}})?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.ASCII | re.IGNORECASE,
)
_RUN: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z-\w+", re.ASCII)
_WORDS: Final = {"today": 0, "yesterday": 1}
_DAYS: Final = {"day": 1, "week": 7}


def parse_when(text: str, now: datetime) -> datetime | RunId:
    """The moment that a text names, in UTC, or the run.

    Args:
        text: one of `FORMS`; small and capital letters are equal. A time without a zone is UTC.
        now: the present time, UTC. `today` and the date of today end now.

    Raises:
        QuestionError: it is none of these, or in the future.
    """
    wanted = " ".join(text.split())
    if _RUN.fullmatch(wanted):
        return _run(wanted)
    moment = _moment(wanted, now)
    if moment is None:
        raise QuestionError(f"{text[:80]!r} is no moment: give {FORMS}")
    if moment > now:
        raise QuestionError(f"{shown(moment)} is in the future: give a time until now")
    return moment


def day_of(text: str, now: datetime) -> date | None:
    """The day that a date or words such as `7 days ago` name; None if a text is neither.

    Raises:
        ValueError: the date is not in the calendar.
        OverflowError: the day is before year 1.
    """
    word = text.lower()
    if word in _WORDS:
        return now.date() - timedelta(days=_WORDS[word])
    if match := _AGO.fullmatch(word):
        return now.date() - timedelta(days=int(match["count"]) * _DAYS[match["unit"]])
    return date.fromisoformat(text) if _DATE.fullmatch(text) else None


def shown(moment: datetime) -> str:
    """A moment for a person, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _run(text: str) -> RunId:
    try:
        return RunId.parse(text)
    except ValueError as error:
        raise QuestionError(f"{error}: `playlake runs` lists them") from error


def _moment(text: str, now: datetime) -> datetime | None:
    if text.lower() == "now":
        return now
    try:
        if (day := day_of(text, now)) is not None:
            return _end(day, now)
        return _in_utc(datetime.fromisoformat(text)) if _TIME.fullmatch(text) else None
    except (ValueError, OverflowError) as error:
        raise QuestionError(
            f"{text} is not in the calendar: give a date such as 2026-11-21"
        ) from error


def _end(day: date, now: datetime) -> datetime:
    """The end of a day; that of today is now."""
    if day == now.date():
        return now
    return datetime.combine(day, time.max, UTC)


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
