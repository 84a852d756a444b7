"""Run ids, such as `20261121T060000Z-wrjkwl`: the scheduled time and a suffix derived from it.

The suffix is a digest. A task that starts again for the same time has the same run id and continues
the run.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

_FORMAT = "%Y%m%dT%H%M%SZ"
_PATTERN = re.compile(r"(?P<time>[0-9]{8}T[0-9]{6}Z)-(?P<suffix>[a-z2-7]{6})", re.ASCII)
_SUFFIX_LENGTH = 6


@dataclass(frozen=True, slots=True, order=True)
class RunId:
    """The id of a run: its scheduled time (UTC, whole seconds) and its suffix."""

    scheduled_at: datetime
    suffix: str

    def __post_init__(self) -> None:
        whole = str(self.scheduled_at) == str(_whole_seconds(self.scheduled_at))
        if not whole or _PATTERN.fullmatch(str(self)) is None:
            raise ValueError(f"{str(self)!r} is not a run id like 20261121T060000Z-wrjkwl")

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
            raise ValueError(f"{text[:80]!r} is not a run id like 20261121T060000Z-wrjkwl")
        moment = datetime.strptime(match["time"], _FORMAT).replace(tzinfo=UTC)
        return cls(moment, match["suffix"])


def _whole_seconds(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC).replace(microsecond=0)
