"""Popularity, which drifts from day to day."""

from dataclasses import dataclass

from playlake_sandbox.world.dice import Dice


@dataclass(frozen=True, slots=True)
class Popularity:
    """What popularity swings around, and when it swings."""

    base: int
    phase: int

    def on(self, day: int) -> int:
        """Returns the popularity, 0 to 100, on an ordinal day: it moves a step every four days."""
        swing = abs((day + self.phase) % 48 - 24) // 4
        return max(0, min(100, self.base + swing - 3))


def draw_popularity(dice: Dice) -> Popularity:
    """Draws a popularity: low ones are more common than high ones."""
    return Popularity(base=min(dice.below(96), dice.below(140)), phase=dice.below(48))
