"""The health checks: is the queue polled, is the service ready, does AWS answer?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel

if TYPE_CHECKING:
    from datetime import timedelta

    from playlake_transformer.ports import Clock
    from playlake_transformer.status import Status


class Check(BaseModel):
    """A health check: whether it passes, and why."""

    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Checks:
    """The checks of a worker.

    Attributes:
        status: the status that the worker updates.
        clock: the current time.
        poll_at_least_every: time without a poll after which an idle service is unhealthy.
    """

    status: Status
    clock: Clock
    poll_at_least_every: timedelta

    def polling(self) -> Check:
        """Whether the worker polls the queue, or is busy."""
        if self.status.in_flight:
            return Check(ok=True, detail=f"{self.status.in_flight} messages are being processed")
        age = self.clock.now() - (self.status.polled_at or self.status.started_at)
        return Check(
            ok=age <= self.poll_at_least_every,
            detail=f"the queue last answered {age.total_seconds():.0f} s ago"
            if self.status.polled_at
            else "the queue has not answered yet",
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
