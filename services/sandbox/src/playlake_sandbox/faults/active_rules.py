"""The rules in force: counts the requests that match each, and decides which rule applies."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Annotated, TypeAlias

from pydantic import Field

from playlake_sandbox.faults.answer_rules import AnswerFault, QuotaUsedUp
from playlake_sandbox.faults.content_rules import ContentFault
from playlake_sandbox.faults.delivery_rules import DeliveryFault, Reset
from playlake_sandbox.faults.page_rules import PageFault
from playlake_sandbox.faults.state_rules import StateFault
from playlake_sandbox.world.dice import Dice

_SIDES = 1_000_000

FaultRule: TypeAlias = Annotated[
    AnswerFault | DeliveryFault | Reset | PageFault | ContentFault | StateFault,
    Field(discriminator="kind"),
]
"""A rule of any kind."""


@dataclass(slots=True)
class ActiveRule:
    """A rule in force: how many requests it matched, and how many it was applied to.

    `closed_until` is when a quota that the rule has used up opens again.
    """

    rule: FaultRule
    dice: Dice
    matched: int = 0
    applied: int = 0
    closed_until: datetime | None = None

    def is_due(self) -> bool:
        """Returns whether the rule applies to the request that it matched last."""
        used_up = self.rule.times is not None and self.applied >= self.rule.times
        if used_up or self.matched < self.rule.first:
            return False
        return self.dice.below(_SIDES) < self.rule.probability * _SIDES

    def is_closed(self, now: datetime) -> bool:
        """Returns whether a quota that the rule has used up is still closed."""
        return self.closed_until is not None and now < self.closed_until

    def apply(self, now: datetime) -> None:
        """Counts an application of the rule; a quota is used up from now on."""
        self.applied += 1
        if isinstance(self.rule, QuotaUsedUp):
            self.closed_until = now + timedelta(seconds=self.rule.seconds)


class ActiveRules:
    """The rules in force, in order; only the first one that matches and is due applies."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.rules: list[ActiveRule] = []

    def replace(self, rules: Iterable[FaultRule]) -> None:
        """Replaces all rules; their counters start at 0 and their draws start again."""
        dice = (Dice(self._seed, "fault", index) for index in count())
        self.rules = list(map(ActiveRule, rules, dice))

    def take(self, method: str, path: str, now: datetime) -> ActiveRule | None:
        """Counts a request and returns the rule that applies to it, if there is one."""
        matching = [active for active in self.rules if active.rule.matches(method, path)]
        for active in matching:
            active.matched += 1
        for active in matching:
            if active.is_closed(now):
                return active
            if active.is_due():
                active.apply(now)
                return active
        return None
