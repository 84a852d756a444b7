"""SIGTERM at any moment, under load and idle, ends with 0 and hides nothing: `make chaos-stop`."""

from __future__ import annotations

import os
import signal
import statistics
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from delivery import Delivery, committed, depth, part_of_today, small_part
from fleet import fleet
from killed import chosen_dice

from playlake.local_aws.environments import transformer_environment
from playlake_contracts.deployed_settings import POLL_WAIT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from fleet import Fleet

    from playlake.local_aws import LocalAws

PARTS_OF_A_LOAD = 12
# A message that is not given back is hidden for longer than any test looks.
HIDDEN_SECONDS = 600
LOOK_FOR_SECONDS = 60
LOOK_EVERY_SECONDS = 0.05
# Fewer say nothing of a hundredth, and how long one takes depends on the machine.
ENOUGH = 100
LONGEST_STOP_SECONDS = 10
LONGEST_HIDDEN_SECONDS = 5


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_a_stop_ends_with_0_and_hides_no_message(
    aws: LocalAws, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    dice = chosen_dice(request)
    delivery = Delivery(aws, dice, most_copies=1)
    delivery.silence()
    stops = request.config.getoption("--stops")
    took: dict[str, list[float]] = {"under load": [], "idle": []}
    hidden_for: list[float] = []
    with fleet(environment(aws), tmp_path, 1) as transformers:
        for number in range(stops):
            until_ready(transformers)
            load = "under load" if number % 2 else "idle"
            if load == "under load":
                for part in range(PARTS_OF_A_LOAD):
                    key = part_of_today(number * PARTS_OF_A_LOAD + part)
                    delivery.land(key, small_part(key, dice))
                delivery.send()
            time.sleep(dice.uniform(0, 1.5))
            took[load].append(stop(transformers))
            hidden_for.append(until_nothing_is_hidden(aws))
            transformers.tend()
        until_ready(transformers)
        while not delivery.is_done():
            time.sleep(LOOK_EVERY_SECONDS)
    print(report(took, hidden_for))
    assert {mark.curated("loads") for mark in delivery.landed} == committed(aws)
    if stops >= ENOUGH:
        assert percentile([*took["under load"], *took["idle"]]) < LONGEST_STOP_SECONDS
        assert max(hidden_for) < LONGEST_HIDDEN_SECONDS


def environment(aws: LocalAws) -> dict[str, str]:
    """The environment of a transformer that polls as long as it does on AWS."""
    own = transformer_environment(os.environ, aws, http_port=0, crawler_quiet=timedelta(seconds=30))
    return {
        **own,
        "PLAYLAKE_POLL_WAIT_SECONDS": str(POLL_WAIT_SECONDS),
        "PLAYLAKE_VISIBILITY_TIMEOUT_SECONDS": str(HIDDEN_SECONDS),
    }


def until_ready(transformers: Fleet) -> None:
    while transformers.transformers[0].ready is None:
        transformers.transformers[0].look()
        time.sleep(LOOK_EVERY_SECONDS)


def stop(transformers: Fleet) -> float:
    """Ask the transformer to stop: how many seconds it took to end with 0."""
    process = transformers.transformers[0].process
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(LOOK_FOR_SECONDS * 2) == 0
    return time.monotonic() - asked


def until_nothing_is_hidden(aws: LocalAws) -> float:
    """How many seconds it takes until no message is hidden any more."""
    ended = time.monotonic()
    while depth(aws, aws.queue_url)[1]:
        assert time.monotonic() - ended < LOOK_FOR_SECONDS, "a message was not given back"
        time.sleep(LOOK_EVERY_SECONDS)
    return time.monotonic() - ended


def percentile(seconds: Iterable[float]) -> float:
    """The time in which 99 of 100 were done."""
    ordered = sorted(seconds)
    return ordered[max(round(len(ordered) * 0.99) - 1, 0)]


def report(took: dict[str, list[float]], hidden_for: list[float]) -> str:
    lines = [
        f"{len(seconds)} stops {load}: exit 0 each, median {statistics.median(seconds):.2f} s, "
        f"p99 {percentile(seconds):.2f} s, longest {max(seconds):.2f} s"
        for load, seconds in took.items()
    ]
    return "\n".join([*lines, f"messages were hidden for {max(hidden_for):.2f} s at most"])
