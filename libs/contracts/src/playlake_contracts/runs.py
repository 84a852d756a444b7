"""Run ids, such as `20261121T060000Z-wrjkwl`: the scheduled time and a suffix derived from it.

The suffix is a digest. A task that starts again for the same time has the same run id and continues
the run.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_FORMAT = "%Y%m%dT%H%M%SZ"
_SUFFIX_LENGTH = 6
_SUFFIX = re.compile(f"[a-z2-7]{{{_SUFFIX_LENGTH}}}")
# Newer versions of Python read 24:00 as the start of the next day, so the hours are limited here.
_PATTERN = re.compile(f"([0-9]{{8}}T(?:[01][0-9]|2[0-3])[0-9]{{4}}Z)-({_SUFFIX.pattern})")
# Some systems write earlier years with fewer digits.
_FIRST_YEAR = 1000
_UTC_OFFSET = timedelta(0)
_MAX_SHOWN = 80


@dataclass(frozen=True, slots=True, order=True)
class RunId:
    """The id of a run: its scheduled time (UTC, whole seconds) and its suffix."""

    scheduled_at: datetime
    suffix: str

    def __post_init__(self) -> None:
        moment = self.scheduled_at
        if not (
            _offset(moment) == _UTC_OFFSET
            and moment.microsecond == 0
            and moment.year >= _FIRST_YEAR
            and _SUFFIX.fullmatch(self.suffix)
        ):
            raise _not_a_run_id(str(self))

    def __str__(self) -> str:
        return f"{self.scheduled_at.strftime(_FORMAT)}-{self.suffix}"

    @property
    def snapshot_date(self) -> str:
        """The UTC date that partitions all objects of this run, such as `2026-11-21`."""
        return self.scheduled_at.date().isoformat()

    @classmethod
    def derive(cls, source: str, scheduled_at: datetime, *content: str) -> RunId:
        """Derive the id of the run of `source` scheduled at a time.

        Args:
            source: where the playlists come from, such as `spotify`.
            scheduled_at: a time with a time zone; fractions of a second are dropped.
            content: texts that distinguish runs of the same second, such as digests of files.

        Raises:
            ValueError: the time has no time zone, or a year before 1000.
        """
        moment = _whole_seconds(scheduled_at)
        digest = hashlib.sha256("\n".join([source, moment.isoformat(), *content]).encode()).digest()
        return cls(moment, base64.b32encode(digest).decode().lower()[:_SUFFIX_LENGTH])

    @classmethod
    def parse(cls, text: str) -> RunId:
        """Parse the text of a run id.

        Raises:
            ValueError: the text is not a run id.
        """
        match = _PATTERN.fullmatch(text)
        if match is None:
            raise _not_a_run_id(text[:_MAX_SHOWN])
        moment, suffix = match.groups()
        try:
            # Many times faster than strptime, and a state has a run id for every playlist.
            return cls(datetime.fromisoformat(moment), suffix)
        except ValueError as error:
            raise _not_a_run_id(text) from error


def _whole_seconds(moment: datetime) -> datetime:
    _offset(moment)
    return moment.astimezone(UTC).replace(microsecond=0)


def _offset(moment: datetime) -> timedelta:
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return offset


def _not_a_run_id(text: str) -> ValueError:
    return ValueError(f"{text!r} is not a run id like 20261121T060000Z-wrjkwl")
