"""Three real transformers behind a proxy that fails are killed all the time: `make chaos`.

Parts are landed while processes die. Their events come one to three times, in any order, and some
never. In the end the tables are exactly what `transform` makes of the raw objects.
"""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

import pytest
from delivery import (
    Delivery,
    codes,
    committed,
    compare_with_raw,
    dead_letters,
    depth,
    keys_in,
    part_of_today,
    small_part,
)
from fault_proxy import Action as Fails
from fault_proxy import Fault, fault_proxy
from fleet import Action, Fleet, Transformer, fleet
from killed import chosen_dice

from playlake.local_aws.backlog import uncommitted
from playlake.local_aws.environments import transformer_environment
from playlake_contracts.keys import REJECTED_PREFIX

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping
    from pathlib import Path

    from fault_proxy import FaultProxy

    from playlake.local_aws import LocalAws
    from playlake_contracts.keys import RawKey

TRANSFORMERS = 3
# Of the short form, which `make test` runs.
DROPPED = 0.02
FAILING = 0.1
LONGEST_LIFE_SECONDS = 4.0
WORKING = 0.85
# Most of the work that is new when a process is killed takes longer.
LONGEST_WORK_SECONDS = 0.6
LOOK_EVERY_SECONDS = 0.1
STUCK_AFTER_SECONDS = 180
QUIET = timedelta(seconds=30)
RECONCILE_SECONDS = "15"
CHANCES = {
    Action.KILL_SERVICE: 40,
    Action.KILL_POOL: 30,
    Action.FREEZE_SERVICE: 10,
    Action.FREEZE_POOL: 10,
    Action.END_SERVICE: 10,
}


def faults() -> list[Fault]:
    """Every kind of failure, together with one call in ten."""
    kinds = [
        Fault("", Fails.DELAY, seconds=1.0),
        Fault("", Fails.RESET),
        Fault("", Fails.STATUS, status=500),
        Fault("", Fails.STATUS, status=503),
        Fault("", Fails.TRUNCATE),
        Fault("", Fails.DROP_REPLY),
        Fault("", Fails.DUPLICATE),
    ]
    left = [1 - FAILING * number / len(kinds) for number in range(len(kinds))]
    # A later one sees only the calls that no earlier one has hit.
    return [
        replace(kind, probability=FAILING / len(kinds) / share)
        for kind, share in zip(kinds, left, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Life:
    """How long a process is left alone.

    Attributes:
        seconds: the time.
        is_working: whether it counts from when the process takes messages, not from its start.
    """

    seconds: float
    is_working: bool


@dataclass
class Chaos:
    """Transformers that get work and are killed."""

    aws: LocalAws
    fleet: Fleet
    delivery: Delivery
    dice: random.Random
    kills: int
    lives: dict[int, Life] = field(default_factory=dict)
    first: list[Action] = field(default_factory=lambda: list(Action))

    def run(self, parts: list[RawKey]) -> None:
        """Kill so many processes, each a moment after there is new work, until all is landed."""
        while self.fleet.kills < self.kills:
            self.fleet.tend()
            for place, each in enumerate(self.fleet.transformers):
                if self._is_due(each):
                    due = len(parts) * (self.fleet.kills + 1) // (self.kills + 1)
                    self._land(parts[len(self.delivery.landed) : due])
                    time.sleep(self.dice.uniform(0, LONGEST_WORK_SECONDS))
                    self._strike(place)
            time.sleep(LOOK_EVERY_SECONDS)
        self._land(parts[len(self.delivery.landed) :])

    def _land(self, parts: list[RawKey]) -> None:
        for key in parts:
            self.delivery.land(key, small_part(key, self.dice))
        self.delivery.send(keep=self.dice.randint(0, 5))

    def settle(self) -> None:
        """Wait until the queue is empty, as long as something moves."""
        self.delivery.send()
        seen, since = None, time.monotonic()
        while not self.delivery.is_done():
            self.fleet.tend()
            now = (len(committed(self.aws)), sum(depth(self.aws, self.aws.queue_url)))
            if now != seen:
                seen, since = now, time.monotonic()
            assert time.monotonic() - since < STUCK_AFTER_SECONDS, f"nothing moves: {now}"
            time.sleep(LOOK_EVERY_SECONDS)

    def _strike(self, place: int) -> None:
        """Do each thing once, in any order, and then what the dice say."""
        if self.first:
            action = self.first.pop(self.dice.randrange(len(self.first)))
        else:
            [action] = self.dice.choices(list(CHANCES), list(CHANCES.values()))
        if not self.fleet.act(action, place, seconds=self.dice.uniform(0.5, 6)):
            self.first.append(action)

        struck = self.fleet.transformers[place]
        age = time.monotonic() - struck.started
        more = self.dice.uniform(0.2, LONGEST_LIFE_SECONDS)
        self.lives[struck.process.pid] = Life(age + more, is_working=False)

    def _is_due(self, each: Transformer) -> bool:
        """Whether a process has lived long enough; most of them live until they work."""
        new = Life(
            self.dice.uniform(0.1, LONGEST_LIFE_SECONDS), is_working=self.dice.random() < WORKING
        )
        life = self.lives.setdefault(each.process.pid, new)
        if life.is_working and each.ready is None:
            return False
        since = each.ready if life.is_working and each.ready is not None else each.started
        return time.monotonic() - since > life.seconds


@pytest.mark.timeout(3600)
def test_nothing_is_lost_or_twice_whatever_dies(
    aws: LocalAws, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    dice = chosen_dice(request)
    parts = [part_of_today(number) for number in range(request.config.getoption("--parts"))]
    delivery = Delivery(aws, dice, dropped=set(dice.sample(parts, ceil(len(parts) * DROPPED))))
    delivery.silence()
    started = time.monotonic()
    with (
        fault_proxy(aws.port, faults(), seed=dice.randrange(2**32)) as proxy,
        fleet(environment(aws, proxy), tmp_path, TRANSFORMERS) as transformers,
    ):
        chaos = Chaos(aws, transformers, delivery, dice, request.config.getoption("--strikes"))
        chaos.run(parts)
        chaos.settle()
        found_again = reconcile(chaos)
    # Every process has ended, so nothing is written any more.
    rows = compare_with_raw(aws, delivery.landed)
    letters = dead_letters(aws)
    records = keys_in(aws, aws.resources.curated_bucket, REJECTED_PREFIX)
    print(report(chaos, proxy, rows, timedelta(seconds=time.monotonic() - started)))
    assert (len(letters), records) == (0, []), codes(letters)
    assert found_again == len(delivery.dropped)
    assert set(transformers.ended) <= {0, -signal.SIGKILL}, "asked to end, one ends with 0"


def reconcile(chaos: Chaos) -> int:
    """Wait until the transformers have found the parts whose events were dropped: how many."""
    since = time.monotonic()
    while uncommitted(chaos.aws):
        chaos.fleet.tend()
        assert time.monotonic() - since < STUCK_AFTER_SECONDS, "the reconciler does not find them"
        time.sleep(LOOK_EVERY_SECONDS)
    chaos.settle()
    # A process that is killed may leave half a line.
    lines = (chaos.fleet.logs / "transformers.log").read_text().splitlines()
    again = {line for line in lines if "object_reannounced" in line}
    return sum(any(str(key) in line for line in again) for key in chaos.delivery.dropped)


def report(chaos: Chaos, proxy: FaultProxy, rows: Mapping[str, int], took: timedelta) -> str:
    """What was done, in a few lines."""
    landed, dropped = len(chaos.delivery.landed), len(chaos.delivery.dropped)
    calls, failed = proxy.calls.total(), proxy.hits.total()
    done = ", ".join(f"{count} {action}" for action, count in chaos.fleet.done.items())
    hit = ", ".join(f"{count} {action}" for action, count in proxy.hits.items())
    return (
        f"{landed:,} parts, {dropped} of them without an event; {chaos.fleet.kills} kills in "
        f"{took.total_seconds():.0f} s\n"
        f"{done}\n"
        f"{failed:,} of {calls:,} calls failed ({failed / calls:.1%}): {hit}\n"
        f"rows as from raw: {sum(rows.values()):,}; lost 0, phantom 0, dead letters 0"
    )


def environment(aws: LocalAws, proxy: FaultProxy) -> dict[str, str]:
    """The environment of a transformer whose messages come back soon, behind the proxy."""
    own = transformer_environment(os.environ, aws, http_port=0, crawler_quiet=QUIET)
    return {
        **own,
        "AWS_ENDPOINT_URL": proxy.url,
        "PLAYLAKE_VISIBILITY_TIMEOUT_SECONDS": "3",
        "PLAYLAKE_TRANSFORM_DEADLINE_SECONDS": "30",
        "PLAYLAKE_RECONCILE_SECONDS": RECONCILE_SECONDS,
        "PLAYLAKE_RECONCILE_GRACE_SECONDS": "5",
    }
