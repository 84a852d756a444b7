"""What the page and the API show of this process: what it has done since it started.

They ask from other threads than that of the worker. Each value is copied by one call that runs no
Python code, so it is never seen half changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from playlake_contracts.keys import RawKey
from playlake_transformer.process_metrics import samples
from playlake_transformer.status import LATEST_LOADS
from playlake_web.facts.process import Load, NewField, ProcessState, Watchdog
from playlake_web.pipeline import public_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from playlake_contracts.samples import Sample
    from playlake_transformer.api.checks import Check, Checks
    from playlake_transformer.domain import commit_mark

_MINUTE: Final = timedelta(minutes=1)
_SHORTEST: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class OwnProcess:
    """This process; implements `playlake_web.process.Process`."""

    checks: Checks

    def alive(self) -> Watchdog:
        """Whether it gets on."""
        return _watchdog("alive", self.checks.alive())

    def ready(self) -> Watchdog:
        """Whether it takes messages."""
        return _watchdog("ready", self.checks.ready())

    def samples(self) -> Iterable[Sample]:
        """What it measures of itself."""
        return samples(self.checks.status)

    def state(self) -> ProcessState:
        """What it has done since it started."""
        status, now = self.checks.status, self.checks.clock.now()
        loads = list(status.loads)
        since = status.aws_failing_since
        return ProcessState(
            started_at=status.started_at,
            uptime_seconds=(now - status.started_at).total_seconds(),
            draining=status.is_draining,
            breaker="closed" if since is None else f"open since {since:%Y-%m-%dT%H:%M:%SZ}",
            watchdogs=tuple(_watchdog(*each) for each in self.checks.all().items()),
            polled_at=status.polled_at,
            last_error=None if status.last_error is None else public_text(status.last_error),
            messages_received=status.received,
            messages_in_flight=status.in_flight,
            messages_retried=status.retried,
            objects_committed=status.committed,
            objects_per_minute=_per_minute(loads, now),
            objects_repeated=status.repeated,
            objects_rejected=status.rejected,
            objects_vanished=status.vanished,
            records_ignored=status.ignored,
            rows=dict(status.rows),
            rows_quarantined=status.rows_quarantined,
            runs_completed=tuple(sorted(status.runs_completed.copy())),
            crawls=status.crawls,
            crawled_at=status.crawled_at,
            reconciled_at=status.reconciled_at,
            objects_reannounced=status.reannounced,
            parts_missing=status.parts_missing,
            new_fields=tuple(
                NewField(
                    source=each.source,
                    path=each.path,
                    count=each.count,
                    first_run=each.first_run,
                    last_run=each.last_run,
                    sentence=each.sentence,
                )
                for each in list(status.new_fields)
            ),
            latest_loads=tuple(map(_load, reversed(loads))),
        )


def _watchdog(name: str, check: Check) -> Watchdog:
    return Watchdog(name=name, ok=check.ok, detail=check.detail)


def _load(load: commit_mark.Load) -> Load:
    return Load(
        run_id=load.run_id,
        part=RawKey.parse(load.key).part,
        committed_at=load.committed_at,
        raw_bytes=load.raw_bytes,
        snapshots=load.snapshots,
        rows=load.rows,
        rows_quarantined=load.rows_quarantined,
        transform_seconds=load.transform_time.total_seconds(),
    )


def _per_minute(loads: Sequence[commit_mark.Load], now: datetime) -> float:
    """Commits in a minute: those of the last minute, or of as much of it as is known."""
    recent = [each for each in loads if now - each.committed_at <= _MINUTE]
    is_cut = len(recent) == LATEST_LOADS
    span = max(now - recent[0].committed_at, _SHORTEST) if is_cut else _MINUTE
    return round(len(recent) * (_MINUTE / span), 1)
