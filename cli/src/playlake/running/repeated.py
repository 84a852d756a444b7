"""Runs again and again at an interval, for as long as a command lasts.

What counts is when a run of the lake was last scheduled, so that a restart repeats none, and one
that is overdue is made up for.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NoReturn

from playlake.errors import CommandError
from playlake.lakes.manifests import last_scheduled
from playlake.output.text import safe
from playlake.running.snapshot import take_snapshot
from playlake_contracts.errors import ErrorCode
from playlake_extractor.public import parse_interval
from playlake_web.facts.pipeline import Schedule
from playlake_web.pipeline import public_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake.invocation import Invocation
    from playlake.lakes.lake import Lake
    from playlake.running.snapshot import Wanted

SHORTEST: Final = timedelta(minutes=5)
LONGEST: Final = timedelta(days=31)
# A run that this machine or Spotify interrupted is made up for so much later.
SOON: Final = timedelta(hours=1)
_LOOK_EVERY_SECONDS: Final = 1.0
_NOT_AGAIN: Final = {
    0,
    ErrorCode.AUTHORISATION_NEEDED.info.exit_status,
    ErrorCode.INVALID_CONFIGURATION.info.exit_status,
}


def parse_every(text: str) -> timedelta:
    """Read the option `--every`.

    Raises:
        CommandError: it is no interval, or one that is too short or too long.
    """
    try:
        every = parse_interval(text)
    except ValueError as error:
        raise CommandError(f"--every: {error}") from None
    if not SHORTEST <= every <= LONGEST:
        raise CommandError(f"--every {text} is not possible: choose from 5m to 31d")
    return every


@dataclass(slots=True)
class Repeated:
    """Runs at an interval.

    Attributes:
        here: the invocation.
        lake: the lake that they land in.
        wanted: what each is to do.
        every: the interval.
        due_at: when the next one is due, UTC.
        is_running: whether one is under way.
        failed: why the last one failed, in one sentence; None if it did not.
        clock: the present time, UTC.
        sleep: pauses for seconds.
    """

    here: Invocation
    lake: Lake
    wanted: Wanted
    every: timedelta
    due_at: datetime
    is_running: bool = False
    failed: str | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep

    @classmethod
    def of(cls, here: Invocation, lake: Lake, wanted: Wanted, every: timedelta) -> Repeated:
        """Runs that go on from the account's last one; without one, the first is due now."""
        last, now = last_scheduled(lake, wanted.source, wanted.account), datetime.now(UTC)
        # A clock that was put back must not hold runs up for ever.
        due_at = now if last is None else min(last.scheduled_at, now) + every
        return cls(here, lake, wanted, every, due_at)

    def schedule(self) -> Schedule:
        """When the next run is due, and how the last one ended; other threads may ask."""
        return Schedule(
            every_seconds=int(self.every.total_seconds()),
            next_run_at=None if self.is_running else self.due_at.replace(microsecond=0),
            failed=None if self.failed is None else public_text(self.failed),
        )

    def go_on(self) -> NoReturn:
        """Run whenever that is due, until the command is stopped."""
        while True:
            self._say_when()
            while self.clock() < self.due_at:
                self.sleep(_LOOK_EVERY_SECONDS)
            self.run()

    def run(self) -> None:
        """Run now; whatever fails is said, and the next run is due as always or sooner."""
        began_at = self.clock().replace(microsecond=0)
        self.is_running, is_passing = True, True
        try:
            self.failed, is_passing = self._outcome(began_at)
        except Exception as error:
            if self.here.debug:
                raise
            self.failed = str(error) or type(error).__name__
        finally:
            self.due_at = self._next(began_at, is_soon=self.failed is not None and is_passing)
            self.is_running = False
        if self.failed is not None:
            self.here.say(f"playlake: the run failed: {safe(self.failed)}")

    def _outcome(self, began_at: datetime) -> tuple[str | None, bool]:
        """Why a run failed, and whether another one soon may not."""
        ended = take_snapshot(self.here, self.lake, self.wanted, began_at)
        if not ended.status:
            return None, False
        sentence = ended.sentence or f"the extractor ended with status {ended.status}"
        return sentence, ended.status not in _NOT_AGAIN

    def _next(self, began_at: datetime, *, is_soon: bool) -> datetime:
        # One that was made up for begins a new series; one on time stays in the old one.
        is_late = began_at - self.due_at > self.every / 2
        usual = (began_at if is_late else self.due_at) + self.every
        return min(usual, began_at + SOON) if is_soon else usual

    def _say_when(self) -> None:
        if self.due_at <= self.clock():
            self.here.say("A run is due, and begins now.")
        else:
            local = self.due_at.astimezone()
            self.here.say(f"The next run is due on {local:%Y-%m-%d at %H:%M %Z}.")
