"""The health checks: what stands still, and since when?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from playlake_transformer.ports import Clock
    from playlake_transformer.status import Status

LONGEST_LOOP_DELAY_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Check:
    """A health check: whether it passes, and why."""

    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Patience:
    """How long something may take before its check fails.

    Attributes:
        poll: time without an answer of the queue, for a service without work.
        work: time in which a service with work ends nothing, or in which a part is transformed.
    """

    poll: timedelta
    work: timedelta


@dataclass(frozen=True, slots=True)
class Checks:
    """The checks of a service.

    Attributes:
        status: the status that the worker updates.
        clock: the current time.
        patience: how long something may take.
        transforming_for: how long the longest of the transforms in progress takes already.
    """

    status: Status
    clock: Clock
    patience: Patience
    transforming_for: Callable[[], timedelta]

    def alive(self) -> Check:
        """Whether anything moves; another process would fare better if not."""
        found = [self.polling(), self.transforming()]
        failing = [check for check in found if not check.ok]
        return failing[0] if failing else found[0]

    def polling(self) -> Check:
        """Whether the worker polls the queue, or is busy and gets on."""
        status = self.status
        if status.in_flight:
            age = self._age(status.progressed_at or status.started_at)
            return Check(
                ok=age <= self.patience.work,
                detail=f"{status.in_flight} messages are being processed; the queue answered or "
                f"one was done {age.total_seconds():.0f} s ago",
            )
        age = self._age(status.polled_at or status.started_at)
        return Check(
            ok=age <= self.patience.poll,
            detail=f"the queue last answered {age.total_seconds():.0f} s ago"
            if status.polled_at
            else "the queue has not answered yet",
        )

    def transforming(self) -> Check:
        """Whether a transforming process hangs; it is killed at its deadline."""
        age = self.transforming_for()
        if not age:
            return Check(ok=True, detail="no part is being transformed")
        return Check(
            ok=age <= self.patience.work,
            detail=f"a part is being transformed for {age.total_seconds():.0f} s",
        )

    def ready(self) -> Check:
        """Whether the worker takes messages."""
        if self.status.is_draining:
            return Check(ok=False, detail="the service is stopping")
        if self.status.polled_at is None:
            return Check(ok=False, detail="the queue has not answered yet")
        return self.polling()

    def aws(self) -> Check:
        """Whether AWS answers; if not, another process would fare no better."""
        since = self.status.aws_failing_since
        if since is None:
            return Check(ok=True, detail="AWS answers")
        return Check(ok=False, detail=f"AWS fails since {since:%Y-%m-%dT%H:%MZ}")

    def heartbeats(self) -> Check:
        """Whether messages stay hidden while they are processed."""
        failed = self.status.heartbeats_failed
        return Check(ok=not failed, detail=f"{failed} heartbeats failed since the last success")

    def event_loop(self) -> Check:
        """Whether the event loop is on time."""
        delay = self.status.loop_delay_seconds
        return Check(
            ok=delay <= LONGEST_LOOP_DELAY_SECONDS,
            detail=f"the event loop was up to {delay:.1f} s late in the last minute",
        )

    def all(self) -> dict[str, Check]:
        """Every check by its name."""
        return {
            "polling": self.polling(),
            "transforming": self.transforming(),
            "ready": self.ready(),
            "aws": self.aws(),
            "heartbeats": self.heartbeats(),
            "event_loop": self.event_loop(),
        }

    def _age(self, since: datetime) -> timedelta:
        return self.clock.now() - since
