"""Finds what no event tells: raw objects of recent days that are neither committed nor rejected.

They are announced again, as S3 announces them. The listing grows with the days that are looked at,
never with the age of the lake. A part that a manifest names and that is not there is reported.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from playlake_contracts.backlog import lacks_events, missing_parts, raw_keys, undone
from playlake_contracts.keys import RawKey, day_prefix, partition_prefix, rejected_prefix
from playlake_contracts.s3_events import StoredObject, created_event
from playlake_transformer.errors import AwsUnavailableError
from playlake_transformer.part_processed import part_context

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from playlake_transformer.ports import Announcements, Clock, Listed, Listings
    from playlake_transformer.status import Status

_log = structlog.get_logger()

# No run has a larger one; transforming what is larger rejects it.
_LARGEST_MANIFEST: Final = 64 * 1024 * 1024
# What only the first pass finds, such as a crawl that is due, does not wait for a whole interval.
_PAUSE_AFTER_FAILURE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ReconcileRule:
    """How often raw objects are compared with what is committed, and which.

    Attributes:
        every: time between two passes.
        days: number of days, up to today in UTC.
        grace: time after its landing in which the event of an object may be on its way.
    """

    every: timedelta
    days: int
    grace: timedelta

    def dates(self, now: datetime) -> list[str]:
        """The days that a pass looks at, the newest first."""
        return [(now - timedelta(days=ago)).date().isoformat() for ago in range(self.days)]


@dataclass(frozen=True, slots=True)
class _Day:
    """The objects of a day in both buckets."""

    raw: list[Listed]
    marks: list[Listed]
    rejects: list[Listed]

    def undone(self) -> list[Listed]:
        done = (each.key for each in (*self.marks, *self.rejects))
        left = {str(key) for key in undone((each.key for each in self.raw), done)}
        return [each for each in self.raw if each.key in left]

    def manifests(self) -> list[RawKey]:
        readable = (each.key for each in self.raw if each.size <= _LARGEST_MANIFEST)
        return [key for key in raw_keys(readable) if key.is_manifest]

    def known_parts(self) -> set[str]:
        """The keys of the parts that are landed, and the marks of those that are committed."""
        return {each.key for each in (*self.raw, *self.marks)}


@dataclass(slots=True)
class Reconciler:
    """Compares raw objects with commit marks and reject records, and sends the events that lack.

    Attributes:
        note_commit: takes the time of the newest commit, which may be due for a crawl.
        note_pass: told after each pass: another process may have completed a run.
        raw_bucket: the name that events give to the raw bucket.
    """

    listings: Listings
    announcements: Announcements
    note_commit: Callable[[datetime], None]
    note_pass: Callable[[], None]
    status: Status
    clock: Clock
    rule: ReconcileRule
    raw_bucket: str
    _newest_commit: datetime | None = None
    _read_manifests: set[RawKey] = field(default_factory=set)

    async def run(self) -> None:
        """Make a pass at once and then at intervals, until cancelled; a failed one, soon again."""
        while True:
            pause = self.rule.every
            try:
                await self.reconcile()
            except AwsUnavailableError as error:
                _log.warning("reconcile_failed", reason=str(error))
                pause = min(pause, _PAUSE_AFTER_FAILURE)
            await asyncio.sleep(pause.total_seconds())

    async def reconcile(self) -> None:
        """Make a pass.

        Raises:
            AwsUnavailableError: an AWS call failed; the next pass begins anew.
        """
        now = self.clock.now()
        sources = await self.listings.sources()
        days = [await self._day(date, sources) for date in self.rule.dates(now)]
        self._tell_newest_commit(days)
        await self._announce([each for day in days for each in day.undone()], now)
        for day in days:
            await self._check_manifests(day)
        self.status.reconciled_at = now
        self.note_pass()

    async def _day(self, date: str, sources: list[str]) -> _Day:
        # Raw objects first: what is committed meanwhile has its mark when the marks are listed.
        raw = [each for source in sources for each in await self._raw(source, date)]
        marks = await self.listings.curated(partition_prefix("loads", date))
        prefixes = [rejected_prefix(source, date) for source in sources]
        rejects = [each for prefix in prefixes for each in await self.listings.curated(prefix)]
        return _Day(raw, marks, rejects)

    async def _raw(self, source: str, date: str) -> list[Listed]:
        return await self.listings.raw(day_prefix(source, date))

    def _tell_newest_commit(self, days: list[_Day]) -> None:
        newest = max((mark.put_at for day in days for mark in day.marks), default=None)
        if newest is not None and newest != self._newest_commit:
            self._newest_commit = newest
            self.note_commit(newest)

    async def _announce(self, left: list[Listed], now: datetime) -> None:
        """Announce what is older than the grace time, unless the queue may hold its events."""
        overdue = [each for each in left if each.put_at + self.rule.grace <= now]
        if not overdue or not lacks_events(len(left), await self.announcements.queued()):
            return
        events = [created_event(self.raw_bucket, _stored(each)) for each in overdue]
        await self.announcements.send(events)
        self.status.reannounced += len(overdue)
        for each in overdue:
            about = part_context(RawKey.parse(each.key))
            _log.warning("object_reannounced", object_key=each.key, **about)

    async def _check_manifests(self, day: _Day) -> None:
        """Report the parts that are missing, once for each manifest: nothing can mend it."""
        for key in day.manifests():
            if key in self._read_manifests:
                continue
            body = await self.listings.manifest(str(key))
            missing = [] if body is None else missing_parts(body, day.known_parts())
            self._read_manifests.add(key)
            if missing:
                self.status.parts_missing += len(missing)
                _log.error("parts_missing", object_key=str(key), parts=missing, **part_context(key))


def _stored(listed: Listed) -> StoredObject:
    return StoredObject(RawKey.parse(listed.key), listed.size, listed.etag, put_at=listed.put_at)
