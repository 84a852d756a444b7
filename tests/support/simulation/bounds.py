"""The bounds of a history: how long things take after the last fault, and how often work is done.

Some safeguards protect nothing but these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulation.ledger import LONGEST_BACKOFF
from simulation.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulation.history import History

# A message that failed comes back after one pause, and a breaker lets one through after another.
PAUSES: Final = 3 * LONGEST_BACKOFF
# A crawl waits for a quiet time, for the end of a running one, and for its turn of the day.
CRAWL_SECONDS: Final = 30 + 60 + 600 + 60
# A breaker that is open lets one message through after each pause, of 22 s on average.
RECEIVES_A_SECOND: Final = 1 / 18
# A poll without messages that took no time is followed by a pause.
EMPTY_POLLS: Final = 80


def broken_bounds(history: History) -> Iterator[Violation]:
    """Every bound that a history broke."""
    yield from _settled(history)
    yield from _work(history)
    yield from _hidden(history)
    yield from _outage(history)
    for message_id in history.chaos.ledger.not_given_back:
        yield Violation("not given back", f"{message_id} failed, and came when its timeout ended")
    for name, polls in history.chaos.ledger.empty_polls.items():
        if polls > EMPTY_POLLS:
            yield Violation("busy polling", f"{name} made {polls} polls that answered at once")


def _settled(history: History) -> Iterator[Violation]:
    """Everything is done, and crawled, soon after the last fault."""
    ledger, chaos = history.chaos.ledger, history.chaos
    if history.settled_at is None:
        left = [held.body for held in history.aws.queue.messages.values()]
        yield Violation("never done", f"{len(left)} messages are left: {left[:1]}")
        return
    took = history.settled_at - max(chaos.disturbed_at, history.plan.calm_at)
    allowed = PAUSES + (history.plan.visibility if ledger.is_hidden_excused else 0)
    if took > allowed:
        yield Violation("late", f"done {took:.0f} s after the last fault, not {allowed:.0f}")
    if not history.marks.is_crawled:
        yield Violation("not crawled", "no crawl was started after the last commit")


def _work(history: History) -> Iterator[Violation]:
    """A message is transformed again only if a fault hit it."""
    ledger = history.chaos.ledger
    for message_id, transforms in ledger.transforms.items():
        if message_id not in history.transforms:
            continue  # the reconciler announced the object again
        allowed = history.transforms[message_id] * (1 + ledger.excuses[message_id])
        if transforms > allowed:
            what = f"{message_id} led to {transforms} transforms, not to {allowed} at most"
            yield Violation("work done twice", what)


def _hidden(history: History) -> Iterator[Violation]:
    """A process that leaves in order leaves no message hidden for longer than a pause."""
    for name, message_id, left in history.hidden_at_exit:
        is_excused = history.chaos.ledger.excuses[message_id] > 0
        if left > LONGEST_BACKOFF and not is_excused:
            yield Violation("hidden", f"{message_id} for {left:.0f} s after {name} had left")


def _outage(history: History) -> Iterator[Violation]:
    """While S3 is down, few messages are received: each receive counts against a message."""
    outage = history.plan.outage
    if outage is None or "s3" not in outage.services:
        return
    during = [at for at in history.chaos.ledger.receives_at if outage.hits("s3", at)]
    messages = len(history.transforms)
    allowed = history.plan.lives * (outage.seconds * RECEIVES_A_SECOND + 3) + 2 * messages
    if len(during) > allowed:
        what = f"{len(during)} receives in an outage of {outage.seconds:.0f} s, not {allowed:.0f}"
        yield Violation("charged", what)
