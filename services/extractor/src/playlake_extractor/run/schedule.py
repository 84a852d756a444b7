"""The scheduled times of runs at an interval, so that a restart continues the same run."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_INTERVAL = re.compile(r"(?P<number>[1-9][0-9]{0,4})(?P<unit>[mhd])", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_interval(text: str) -> timedelta:
    """Parse an interval: minutes, hours or days, such as 30m, 24h or 2d.

    Raises:
        ValueError: the text is not an interval.
    """
    match = _INTERVAL.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not an interval: write 30m, 24h or 2d")
    return int(match["number"]) * _UNITS[match["unit"]]


def slot(now: datetime, every: timedelta) -> datetime:
    """The latest scheduled time up to `now`; times are whole multiples of the interval since 1970.

    Two starts within one interval get the same time, and so the same run.
    """
    return now - (now - _EPOCH) % every
