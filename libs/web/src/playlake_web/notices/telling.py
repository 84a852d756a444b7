"""Tells the runs of a lake that are complete and were not told yet, each once by every channel."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from playlake_contracts.backlog import missing_parts, raw_keys, undone
from playlake_contracts.keys import (
    RAW_PREFIX,
    REJECTED_PREFIX,
    RawKey,
    day_prefix,
    partition_prefix,
    rejected_prefix,
    run_prefix,
    source_of,
)
from playlake_contracts.manifest import decode_manifest
from playlake_contracts.rejects import decode_reject
from playlake_web.notices.channels import NotSentError
from playlake_web.notices.findings import EndedRun, RejectedPart, Stopped, whose_run
from playlake_web.notices.ledger import LOOK_BACK, Ledger
from playlake_web.notices.notice import scheduled_at
from playlake_web.notices.writing import notice_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from playlake_web.notices.channels import Channel
    from playlake_web.notices.ledger import Objects, RunTold, Told
    from playlake_web.notices.notice import Notice
    from playlake_web.reader import Rows

_UNKNOWN: Final = "unknown"


@dataclass(slots=True)
class Telling:
    """What was told.

    Attributes:
        sent: the notices that were sent by every channel.
        failures: why others were not, a sentence each.
    """

    sent: list[Notice] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def this_process() -> str:
    """What distinguishes this process from all others."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells the runs of a lake.

    Attributes:
        lake: its committed rows.
        objects: its objects.
        channels: how notices are sent; their names differ.
        process: what distinguishes this process from others that tell the same lake.
        clock: the present time, UTC.

    Every method may raise a `LakeError`.
    """

    lake: Rows
    objects: Objects
    channels: Sequence[Channel]
    process: str = field(default_factory=this_process)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def tell(self, run_id: str, stopped: Stopped | None = None) -> Telling:
        """Tell a run, and those before it that were not told yet.

        Args:
            run_id: the run; nothing of it is left to transform.
            stopped: why it ended without a manifest, if it did.
        """
        now = self.clock()
        self._ledger.begun(scheduled_at(run_id))
        if stopped is not None:
            self._ledger.note_stopped(run_id, stopped, now)
        return self.tell_new()

    def tell_new(self) -> Telling:
        """Tell the runs that are complete and were not told yet, the oldest first.

        Where nothing was ever told it begins with the runs from now on.
        """
        telling = Telling()
        told = self._ledger.begun(self.clock())
        for run in self._due(told):
            self._tell(run, telling)
        return telling

    @property
    def _ledger(self) -> Ledger:
        return Ledger(self.objects, self.process)

    def _due(self, told: Told) -> list[EndedRun]:
        first = max(told.since, self.clock() - LOOK_BACK)
        found = {run.run_id: run for run in self._complete(first, told)}
        for run_id, of_run in told.runs.items():
            is_left = not of_run.is_done and scheduled_at(run_id) >= first
            if of_run.stopped is not None and is_left and run_id not in found:
                noted = of_run.stopped
                stopped = Stopped(noted.code, noted.reason, noted.whose)
                found[run_id] = EndedRun(run_id, noted.whose, stopped=stopped)
        return [found[run_id] for run_id in sorted(found)]

    def _complete(self, first: datetime, told: Told) -> Iterator[EndedRun]:
        """The runs since a time that are not told, and of which nothing is left to transform."""
        for name in self.objects.folders(RAW_PREFIX):
            source = source_of(f"{RAW_PREFIX}{name}/")
            days = [] if source is None else self.objects.folders(f"{RAW_PREFIX}{name}/")
            for day in days:
                date = day.rpartition("=")[2]
                if source is not None and date >= first.date().isoformat():
                    yield from self._complete_of_day(source, date, first, told)

    def _complete_of_day(
        self, source: str, date: str, first: datetime, told: Told
    ) -> Iterator[EndedRun]:
        raw = list(self.objects.keys(day_prefix(source, date)))
        # Raw objects first: what is committed meanwhile has its mark when the marks are listed.
        marks = list(self.objects.keys(partition_prefix("loads", date)))
        rejects = list(self.objects.keys(rejected_prefix(source, date)))
        known = {*raw, *marks}
        waiting = {key.run_id for key in undone(raw, [*marks, *rejects])}
        for key in _manifests(raw):
            is_left = key.run_id.scheduled_at >= first and not told.of(str(key.run_id)).is_done
            if is_left and key.run_id not in waiting:
                manifest = self.objects.read(str(key)) or b""
                parts = tuple(RawKey.parse(each).part for each in missing_parts(manifest, known))
                whose = whose_run(source, _account(manifest))
                yield EndedRun(str(key.run_id), whose, self._rejected(key, rejects, marks), parts)

    def _rejected(
        self, manifest: RawKey, rejects: Sequence[str], marks: Sequence[str]
    ) -> tuple[RejectedPart, ...]:
        """The raw objects of a run that were rejected, and not committed after all."""
        run = run_prefix(manifest.source, manifest.run_id).removeprefix(RAW_PREFIX)
        of_run = [key for key in rejects if key.startswith(f"{REJECTED_PREFIX}{run}")]
        found = (self._reject(key) for key in of_run)
        return tuple(part for key, part in found if key is None or key not in marks)

    def _reject(self, record: str) -> tuple[str | None, RejectedPart]:
        """The commit mark that would make a reject obsolete, and what was rejected."""
        part = record.rpartition("/")[2].removesuffix(".json")
        try:
            reject = decode_reject(self.objects.read(record) or b"")
            key = RawKey.parse(reject.raw_key or "")
        except ValueError:
            reason = "its record cannot be read: `playlake dlq` says more"
            return None, RejectedPart(part, _UNKNOWN, reason)
        return key.curated("loads"), RejectedPart(part, reject.code, reject.reason)

    def _tell(self, run: EndedRun, telling: Telling) -> None:
        claimed = self._ledger.claim(run.run_id, self.clock())
        if claimed is None:
            return
        is_done = False
        try:
            is_done = self._send(run, claimed, telling)
        finally:
            if not is_done:
                self._ledger.release(run.run_id, self.clock())

    def _send(self, run: EndedRun, claimed: RunTold, telling: Telling) -> bool:
        """Send the notice of a run by the channels that are left; whether that was all."""
        notice = None if self._is_known(run) else notice_of(self.lake, run)
        if notice is not None:
            failures = self._send_by(notice, claimed.sent)
            telling.failures += failures
            if failures:
                return False
            telling.sent.append(notice)
        self._ledger.mark_done(run, self.clock())
        return True

    def _send_by(self, notice: Notice, sent: Sequence[str]) -> list[str]:
        """Send a notice by the channels that are left: why it was not sent, a sentence each."""
        failures = []
        for channel in self.channels:
            if channel.name in sent:
                continue
            try:
                channel.send(notice)
            except NotSentError as error:
                failures.append(f"the notice of run {notice.identity} was not sent: {error}")
            else:
                self._ledger.mark_sent(notice.identity, channel.name, self.clock())
        return failures

    def _is_known(self, run: EndedRun) -> bool:
        """Whether earlier runs of the account stopped for the same reason, and that was told."""
        if run.stopped is None:
            return False
        return self._ledger.begun(self.clock()).troubles.get(run.whose) == run.stopped.code


def _account(manifest: bytes) -> str | None:
    try:
        return decode_manifest(manifest).account
    except ValueError:  # transforming it rejects it
        return None


def _manifests(raw: Sequence[str]) -> list[RawKey]:
    return [key for key in raw_keys(raw) if key.is_manifest]
