"""Which rule applies to which request: counted, and drawn by dice that repeat."""

from collections.abc import Iterable
from dataclasses import dataclass

from playlake_sandbox.faults.kinds import FaultRule
from playlake_sandbox.world.dice import Dice

_SIDES = 1_000_000


@dataclass(slots=True)
class Armed:
    """A rule in force: how many requests it matched, and to how many it was applied."""

    rule: FaultRule
    dice: Dice
    matched: int = 0
    applied: int = 0

    def is_due(self) -> bool:
        """Tells whether the rule applies to the request that it matched last."""
        used_up = self.rule.times is not None and self.applied >= self.rule.times
        if used_up or self.matched < self.rule.first:
            return False
        return self.dice.below(_SIDES) < self.rule.probability * _SIDES


class Faults:
    """The rules in force, in order: the first that matches and is due applies, and no other."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.armed: list[Armed] = []

    def arm(self, rules: Iterable[FaultRule]) -> None:
        """Puts rules in force, and no others; counting and drawing begin anew."""
        numbered = enumerate(rules)
        self.armed = [Armed(rule, Dice(self._seed, "fault", index)) for index, rule in numbered]

    def take(self, method: str, path: str) -> Armed | None:
        """Counts a request, and returns the rule that applies to it, if any."""
        matching = [armed for armed in self.armed if armed.rule.matches(method, path)]
        for armed in matching:
            armed.matched += 1
        taken = next((armed for armed in matching if armed.is_due()), None)
        if taken is not None:
            taken.applied += 1
        return taken
