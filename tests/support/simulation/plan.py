"""The plan of a history, drawn from a seed: what is landed when, and everything that goes wrong."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

from landed import RAW_BUCKET

from simulation.faults import PROBABILITY, Schedule, draw_schedule
from simulation.raw_objects import Landing, manifests, parts, poison, replacement

_RECORD: Final = (
    '{"Records": [{"eventVersion": "%s", "eventName": "ObjectCreated:Put", '
    '"s3": {"bucket": {"name": "%s"}, "object": {"key": "synthetic"}}}]}'
)
# Messages that S3 would not send.
JUNK: Final = (
    ("<synthetic/>", "event_unreadable"),
    ('{"Records": [{"synthetic": 1}]}', "event_unreadable"),
    ('{"TopicArn": "synthetic", "Message": "{}"}', "event_unreadable"),
    (_RECORD % ("3.0", RAW_BUCKET), "event_version"),
    (_RECORD % ("2.1", "foreign"), "foreign_bucket"),
)
TEST_EVENT: Final = '{"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "synthetic"}'


@dataclass(frozen=True, slots=True)
class Arrival:
    """An object that is landed, and after how many seconds each of its events arrives.

    Attributes:
        delays: of its events; none if its only event is dropped.
        shares_message: whether its first event comes in one message with that of the next object.
    """

    landing: Landing
    at: float
    delays: tuple[float, ...]
    shares_message: bool = False


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which every call to some services fails."""

    services: tuple[str, ...]
    begins: float
    seconds: float

    def hits(self, service: str, at: float) -> bool:
        """Whether a call at a time fails."""
        return service in self.services and self.begins <= at < self.begins + self.seconds


@dataclass(frozen=True, slots=True)
class Plan:
    """A history to be.

    Attributes:
        lives: how many transformers run at a time.
        calm_at: from when on nothing goes wrong any more.
    """

    seed: int
    arrivals: tuple[Arrival, ...]
    junk: tuple[tuple[float, str, str], ...]
    schedule: Schedule
    outage: Outage | None
    lives: int
    is_versioned: bool
    in_flight: int
    visibility: int
    calm_at: float

    @property
    def reconcile_seconds(self) -> int:
        """How often the reconciler looks: as seldom as by default if it is not needed."""
        return 300 if any(not arrival.delays for arrival in self.arrivals) else 3600


def draw(seed: int) -> Plan:
    """Draw a plan: the same one for the same seed."""
    dice = random.Random(seed)
    outage = _draw_outage(dice)
    landings = _draw_landings(dice, outage)
    arrivals = tuple(_draw_arrival(dice, landing, outage) for landing in landings)
    if dice.random() < PROBABILITY:
        arrivals = _drop_event(dice, arrivals)
    junk = tuple((dice.uniform(0, 60), *each) for each in dice.sample(JUNK, _few(dice)))
    ends = [arrival.at + max(arrival.delays, default=0) for arrival in arrivals]
    ends += [outage.begins + outage.seconds] if outage is not None else []
    return Plan(
        seed=seed,
        arrivals=arrivals,
        junk=junk,
        schedule=draw_schedule(dice, len(arrivals)),
        outage=outage,
        lives=dice.choice((1, 2, 2, 3)),
        is_versioned=dice.random() < 0.6,
        in_flight=dice.choice((1, 2, 4, 8)),
        visibility=dice.choice((60, 120)),
        calm_at=max(ends) + dice.uniform(5, 60),
    )


def _draw_landings(dice: random.Random, outage: Outage | None) -> list[Landing]:
    """Draw what is landed: enough in an outage for messages to wait for each other."""
    several = outage is not None
    chosen = dice.sample(parts(), 3 if several else dice.choice((1, 1, 2, 3)))
    landings = chosen + dice.sample(manifests(), 2 if several else dice.choice((0, 0, 1, 2)))
    if dice.random() < 0.5:
        landings += dice.sample(poison(), dice.choice((1, 1, 2)))
    if dice.random() < PROBABILITY:
        landings.append(replacement_of(chosen[0]))
    return landings


def replacement_of(landing: Landing) -> Landing:
    """Another content under the same key."""
    return replacement(parts().index(landing))


def _draw_arrival(dice: random.Random, landing: Landing, outage: Outage | None) -> Arrival:
    delays = [dice.uniform(0.1, 5)]
    if dice.random() < 0.12:
        delays[0] = dice.uniform(30, 400)
    while dice.random() < 0.08:
        delays.append(dice.choice((0.1, delays[0], dice.uniform(0.1, 200))))
    at = outage.begins + dice.uniform(-20, 10) if outage is not None else dice.uniform(0, 60)
    return Arrival(landing, max(at, 0), tuple(delays), dice.random() < 0.08)


def _drop_event(dice: random.Random, arrivals: tuple[Arrival, ...]) -> tuple[Arrival, ...]:
    """Drop the events of an object, but of none whose key is landed twice or is no raw object's."""
    keys = Counter(arrival.landing.key for arrival in arrivals)
    can = [each for each in arrivals if keys[each.landing.key] == 1 and "run=" in each.landing.key]
    if not can:
        return arrivals
    dropped = dice.choice(can)
    return tuple(replace(each, delays=()) if each is dropped else each for each in arrivals)


def _draw_outage(dice: random.Random) -> Outage | None:
    if dice.random() >= PROBABILITY:
        return None
    services = dice.choice((("s3",), ("s3",), ("sqs",), ("glue",), ("s3", "sqs", "glue")))
    seconds = 1800.0 if dice.random() < 0.1 else dice.uniform(30, 300)
    return Outage(services, dice.uniform(0, 40), seconds)


def _few(dice: random.Random) -> int:
    return dice.choice((0, 0, 0, 1, 2))
