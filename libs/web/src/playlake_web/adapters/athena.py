"""Reads a lake on AWS, through Athena."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from playlake_aws.covers import AwsCovers
from playlake_aws.records import AthenaRecords, in_days
from playlake_contracts.deployed_settings import RECONCILE_DAYS
from playlake_contracts.keys import IN_FORCE_KEY, partition_prefix, table_prefix
from playlake_lake.days import EVERY_DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from playlake_aws.lake import AwsLake, Stored
    from playlake_lake.days import SomeDays

# Three years of hourly runs have 27,000 marks or more: 27 requests, which take a few seconds.
LOOK_AT_ALL_EVERY: Final = timedelta(minutes=10)

# So many are listed each time.
FEW: Final = 2_000


class _Seen(NamedTuple):
    """Objects: their names and ETags in short, when the last was written, and their number."""

    digest: str
    at: datetime | None
    number: int


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The marks before a day, as they were seen at a time."""

    before: str
    looked_at: datetime
    seen: _Seen

    def is_of(self, before: str, now: datetime) -> bool:
        """Whether they are the marks before a key, and were seen as lately as they have to be."""
        is_recent = self.looked_at <= now < self.looked_at + LOOK_AT_ALL_EVERY
        return self.before == before and is_recent and self.seen.number > FEW


class AthenaReader:
    """The committed rows of a lake on AWS; implements `reader.Reader`.

    Looking for new commit marks costs two requests to S3, however old the lake is: the marks of the
    last three days are listed, and what says which compacted files are in force. If there are more
    than 2,000 marks of earlier days, these are listed every ten minutes, a thousand by a request.
    So what was committed anew of them, as by a replay or an import, is seen that late.

    Args:
        lake: the lake.
        clock: the present time, UTC.
    """

    def __init__(
        self, lake: AwsLake, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._lake = lake
        self._clock = clock
        self._earlier: _Earlier | None = None
        self._last_commit_at: datetime | None = None

    @property
    def covers(self) -> AwsCovers:
        """The kept covers."""
        return AwsCovers(self._lake)

    @property
    def records(self) -> AthenaRecords:
        """The rows about a playlist."""
        return AthenaRecords(self._lake)

    def version(self) -> str:
        """The names and ETags of the commit marks and of what is in force, in short."""
        now = self._clock()
        first = (now - timedelta(days=RECONCILE_DAYS - 1)).date().isoformat()
        earlier = self._before(partition_prefix("loads", first), now)
        recent = self._listed(table_prefix("loads"), after=earlier.before)
        in_force = self._listed(IN_FORCE_KEY)
        self._last_commit_at = max(filter(None, (earlier.seen.at, recent.at)), default=None)
        return _digest([earlier.seen.digest, recent.digest, in_force.digest])

    def last_commit_at(self) -> datetime | None:
        """When the newest of the marks was written that were seen with the version, UTC."""
        return self._last_commit_at

    def rows(
        self, sql: str, days: SomeDays = EVERY_DAY, **parameters: str
    ) -> list[tuple[Any, ...]]:
        """The rows of a query; the files of other days are not read."""
        return self.records.rows(sql.format(in_days=in_days(days)), **parameters)

    def _before(self, key: str, now: datetime) -> _Earlier:
        """The marks before a key, as of ten minutes ago at most."""
        last = self._earlier
        if last is None or not last.is_of(key, now):
            seen = self._listed(table_prefix("loads"), until=key)
            self._earlier = last = _Earlier(key, now, seen)
        return last

    def _listed(self, prefix: str, after: str = "", until: str = "\U0010ffff") -> _Seen:
        bucket = self._lake.deployment.curated_bucket
        found = self._lake.stored(bucket, prefix, after)
        return _seen(takewhile(lambda each: each.key <= until, found))


def _seen(objects: Iterable[Stored]) -> _Seen:
    listed = list(objects)
    texts = (f"{each.key} {each.etag}" for each in listed)
    return _Seen(_digest(texts), max((each.at for each in listed), default=None), len(listed))


def _digest(texts: Iterable[str]) -> str:
    return sha256("\n".join(texts).encode()).hexdigest()
