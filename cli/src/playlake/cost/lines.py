"""A line of the bill, and what several lines share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from playlake.cost import prices

if TYPE_CHECKING:
    from playlake.cost.deployment import TaskSize
    from playlake.cost.prices import Price

# From the start of a Fargate task to its first request, and from its last to its end.
TASK_OVERHEAD = timedelta(seconds=45)
# Storage is billed for what has gathered: this is the bill of the twelfth month.
MONTHS_GATHERED = 12


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the bill: what for, how many units of a price, US dollars a month."""

    what: str
    quantity: float
    price: Price

    @property
    def usd(self) -> float:
        """US dollars a month."""
        return self.quantity * self.price.usd


def fargate(name: str, size: TaskSize, hours: float) -> list[Line]:
    """The lines of tasks of a size."""
    return [
        Line(f"{name}, CPU", size.vcpus * hours, prices.FARGATE_VCPU),
        Line(f"{name}, memory", size.memory_gb * hours, prices.FARGATE_MEMORY),
    ]
