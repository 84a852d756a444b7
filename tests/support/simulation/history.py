"""Runs a history: lands what is planned, keeps transformers alive, and waits for the end."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from landed import RAW_BUCKET
from twins.aws.answers import seconds
from twins.aws.s3_events import event
from virtual_time import VirtualTimeLoop

from playlake_contracts.keys import RawKey
from playlake_transformer.processor import FAILURES_TO_REJECT
from simulation.aws import SimulatedAws
from simulation.chaos import Chaos
from simulation.faults import DROPPED
from simulation.ledger import Ledger
from simulation.life import GRACE_SECONDS, Life, begin
from simulation.marks import MarkWatch
from simulation.plan import TEST_EVENT, Plan

if TYPE_CHECKING:
    from twins.aws.s3_bucket import StoredObject

    from simulation.plan import Arrival

# From when on it counts as never, after the last disturbance.
NEVER = 2000.0


@dataclass(slots=True)
class History:
    """What happened, for the invariants to look at.

    Attributes:
        landed: every object that was landed, with its arrival.
        dropped: for each object whose events were dropped, the keys of which one says it is done.
        settled_at: when nothing was left to do; None if that never came.
        crawled_at: when the crawl after the last commit was seen; None if there was none.
    """

    plan: Plan
    aws: SimulatedAws
    chaos: Chaos
    marks: MarkWatch
    landed: list[tuple[StoredObject, Arrival]] = field(default_factory=list)
    dropped: list[set[str]] = field(default_factory=list)
    lives: list[Life] = field(default_factory=list)
    settled_at: float | None = None
    is_closing: bool = False
    errors: list[str] = field(default_factory=list)
    hidden_at_exit: list[tuple[str, str, float]] = field(default_factory=list)
    announced: Counter[str] = field(default_factory=Counter)
    transforms: Counter[str] = field(default_factory=Counter)
    _deliveries: list[tuple[float, int]] = field(default_factory=list)

    def announce(self, *written: StoredObject) -> None:
        """Send the event of some objects in one message."""
        message_id = self.aws.queue.put(event(self.aws.raw, *written), {})
        codes = {arrival.landing.code for held, arrival in self.landed if held in written}
        times = FAILURES_TO_REJECT if "crashes_transformer" in codes else 1
        self.transforms[message_id] += times * len(written)
        self.announced.update(f"{held.key} {held.etag}" for held in written)

    @property
    def digest(self) -> str:
        """The same for the same history."""
        what = (
            self.chaos.trace,
            self.settled_at,
            self.aws.crawler.started_at,
            self.chaos.ledger.receives_at,
            sorted(self.aws.curated.objects),
            [held.body for held in self.aws.dead_letters.messages.values()],
        )
        return sha256(repr(what).encode()).hexdigest()


def run(plan: Plan) -> History:
    """Run a history in virtual time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(_run(plan))


async def _run(plan: Plan) -> History:
    dice = random.Random(f"history {plan.seed}")
    aws = await SimulatedAws.make(dice, is_versioned=plan.is_versioned)
    chaos = Chaos(plan, dice, Ledger())
    history = History(plan, aws, chaos, MarkWatch(aws))
    slots = [asyncio.create_task(_keep_alive(history, slot)) for slot in range(plan.lives)]
    async with asyncio.TaskGroup() as landing:
        landing.create_task(_send_junk(history))
        for number, arrival in enumerate(plan.arrivals):
            landing.create_task(_land(history, number, arrival))
    await asyncio.sleep(max(0, plan.calm_at - seconds()))
    await _settle(history)
    history.is_closing = True
    for life in history.lives:
        life.stop()
    await asyncio.gather(*slots)
    return history


async def _keep_alive(history: History, slot: int) -> None:
    """Run one transformer after another, as an orchestrator does."""
    for number in range(100):
        if history.is_closing:
            return
        life = begin(f"{slot}.{number}", history.plan, history.aws, history.chaos)
        history.lives.append(life)
        life.process.task = asyncio.create_task(life.run())
        try:
            await life.process.task
        except asyncio.CancelledError:
            pass
        except Exception as error:  # noqa: BLE001  it is a violation, with its text
            history.errors.append(f"{life.process.name}: {type(error).__name__}: {error}")
        _note_exit(history, life)
        await asyncio.sleep(history.chaos.dice.uniform(0.5, 15))
        history.chaos.disturbed_at = max(history.chaos.disturbed_at, seconds())


def _note_exit(history: History, life: Life) -> None:
    """Note for how long messages stay hidden by a process that is gone, if it left in order."""
    if life.exited_at is None or life.is_overdue:
        history.chaos.ledger.note_death(life.process.name)
        return
    for message_id, handle in history.chaos.ledger.held[life.process.name].items():
        held = history.aws.queue.by_receipt("DeleteMessage", handle)
        if held is not None and held.hidden_until > seconds():
            left = held.hidden_until - seconds()
            history.hidden_at_exit.append((life.process.name, message_id, left))


async def _land(history: History, number: int, arrival: Arrival) -> None:
    await asyncio.sleep(arrival.at)
    landing, raw = arrival.landing, history.aws.raw
    if raw.current(landing.key) is not None:
        history.chaos.fired["replaced_object"] += 1
    await history.aws.s3.put_object(Bucket=RAW_BUCKET, Key=landing.key, Body=landing.body)
    written = raw.current(landing.key)
    assert written is not None
    history.landed.append((written, arrival))
    if not arrival.delays:
        history.chaos.note(DROPPED, landing.key)
        key = RawKey.parse(landing.key)
        history.dropped.append({key.curated("loads"), key.rejected})
        later = history.plan.reconcile_seconds + GRACE_SECONDS
        history.chaos.disturbed_at = max(history.chaos.disturbed_at, seconds() + later)
    async with asyncio.TaskGroup() as deliveries:
        for delay in arrival.delays:
            deliveries.create_task(_deliver(history, number, written, delay))


async def _deliver(history: History, number: int, written: StoredObject, delay: float) -> None:
    await asyncio.sleep(delay)
    _note_delivery(history, number, delay)
    shared = []
    if history.plan.arrivals[number].shares_message:
        shared = [held for held, _ in history.landed if held is not written][:2]
    history.announce(*shared, written)
    history.chaos.disturbed_at = max(history.chaos.disturbed_at, seconds())


def _note_delivery(history: History, number: int, delay: float) -> None:
    fired, earlier = history.chaos.fired, history._deliveries
    arrival = history.plan.arrivals[number]
    if any(other == number for _, other in earlier):
        fired["duplicate_event"] += 1
    if any(history.plan.arrivals[other].at > arrival.at for _, other in earlier):
        fired["reordered_events"] += 1
    if delay >= 30:
        fired["late_event"] += 1
    earlier.append((seconds(), number))


async def _send_junk(history: History) -> None:
    history.aws.queue.put(TEST_EVENT, {})
    for at, body, _ in sorted(history.plan.junk):
        await asyncio.sleep(max(0, at - seconds()))
        history.aws.queue.put(body, {})


def _is_all_done(history: History) -> bool:
    """Whether no message is left, and nothing whose event was dropped."""
    objects = history.aws.curated.versions
    return not history.aws.queue.messages and all(
        not done.isdisjoint(objects) for done in history.dropped
    )


async def _settle(history: History) -> None:
    """Wait until no message is left, and then until the crawl after the last commit."""
    until = max(seconds(), history.chaos.disturbed_at) + NEVER
    while not _is_all_done(history) and seconds() < until:  # noqa: ASYNC110  time is virtual
        await asyncio.sleep(1)
    if _is_all_done(history):
        history.settled_at = seconds()
    until = seconds() + NEVER
    while not history.marks.is_crawled and seconds() < until:  # noqa: ASYNC110  likewise
        await asyncio.sleep(5)
