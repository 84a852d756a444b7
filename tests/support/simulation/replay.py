"""Replays one seed, and prints its plan, its faults, and the log lines of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from twins.aws.answers import seconds

from simulation.history import run
from simulation.invariants import violations
from simulation.plan import draw

if TYPE_CHECKING:
    from collections.abc import MutableMapping


def replay(seed: int) -> int:
    """Replay a seed; return 1 if it breaks a promise."""
    plan = draw(seed)
    print(f"seed {seed}: {plan.lives} transformers, {plan.in_flight} messages at a time each,")
    print(f"visibility {plan.visibility} s, versions {plan.is_versioned}, {plan.outage}")
    for arrival in plan.arrivals:
        delays = ", ".join(f"{delay:.1f}" for delay in arrival.delays)
        kind = arrival.landing.code or "whole"
        print(f"{arrival.at:9.3f} {arrival.landing.key} ({kind}), events after {delays} s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _stamp,
            structlog.processors.KeyValueRenderer(key_order=["at", "event"]),
        ]
    )
    history = run(plan)
    print("Faults:", *history.chaos.trace, sep="\n")
    broken = list(violations(history))
    for violation in broken:
        print(f"{violation.kind}: {violation.what}")
    print(f"{len(broken)} promises broken; all was done at {history.settled_at} s")
    print(f"digest {history.digest}")
    return 1 if broken else 0


def _stamp(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    error = event.pop("exc_info", None)
    return {"at": f"{seconds():9.3f}", **event, **({"error": True} if error else {})}
