"""What stands still for minutes: S3, and a process that transforms. `make chaos-outage`."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from delivery import (
    Delivery,
    committed,
    compare_with_raw,
    dead_letters,
    part_of_today,
    small_part,
)
from fault_proxy import Action as Fails
from fault_proxy import Fault, fault_proxy
from fleet import Action, fleet
from killed import chosen_dice

from playlake.local_aws.environments import transformer_environment
from playlake.services.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fleet import Fleet

    from playlake.local_aws import LocalAws

PARTS = 60
NO_S3 = Fault(r"^s3\.", Fails.STATUS, status=503)
LOOK_EVERY_SECONDS = 0.1
GIVE_UP_AFTER_SECONDS = 600
# An outage that lasts minutes is long enough to say how soon all is well again.
LONG_OUTAGE_SECONDS = 180
HEALED_WITHIN_SECONDS = 60
DEADLINE_SECONDS = 40


def environment(aws: LocalAws, **settings: str) -> dict[str, str]:
    own = transformer_environment(os.environ, aws, http_port=0, crawler_quiet=timedelta(seconds=30))
    return {**own, **settings}


def until(is_so: Callable[[], bool], transformers: Fleet) -> float:
    """Wait for something: how many seconds it took."""
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() - started < GIVE_UP_AFTER_SECONDS, "it never is so"
        transformers.tend()
        time.sleep(LOOK_EVERY_SECONDS)
    return time.monotonic() - started


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_an_outage_of_s3_costs_no_message(
    aws: LocalAws, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    dice = chosen_dice(request)
    seconds = request.config.getoption("--outage")
    delivery = Delivery(aws, dice, most_copies=2)
    delivery.silence()
    parts = [part_of_today(number) for number in range(PARTS)]
    with (
        fault_proxy(aws.port, [], seed=1) as proxy,
        fleet(environment(aws, AWS_ENDPOINT_URL=proxy.url), tmp_path, 2) as transformers,
    ):
        until(lambda: all(each.ready for each in transformers.transformers), transformers)
        proxy.faults = [NO_S3]
        for number, key in enumerate(parts):
            delivery.land(key, small_part(key, dice))
            delivery.send()
            time.sleep(seconds / len(parts) if number else 0)
        assert committed(aws) == set()
        proxy.faults = []
        healed = until(lambda: len(committed(aws)) == PARTS, transformers)
        until(delivery.is_done, transformers)
    compare_with_raw(aws, delivery.landed)
    print(
        f"S3 answered 503 to {proxy.hits[Fails.STATUS]:,} calls in {seconds} s: dead letters "
        f"{len(dead_letters(aws))}, all {PARTS} parts committed {healed:.0f} s after"
    )
    assert dead_letters(aws) == []
    assert transformers.replaced == 0
    if seconds >= LONG_OUTAGE_SECONDS:
        assert healed < HEALED_WITHIN_SECONDS


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_process_that_hangs_is_told_and_replaced(
    aws: LocalAws, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    dice = chosen_dice(request)
    delivery = Delivery(aws, dice, most_copies=1)
    delivery.silence()
    own = environment(aws, PLAYLAKE_TRANSFORM_DEADLINE_SECONDS=str(DEADLINE_SECONDS))
    with fleet(own, tmp_path, 1) as transformers:
        [one] = transformers.transformers
        until(lambda: one.ready is not None, transformers)
        [frozen] = one.pool
        transformers.act(Action.FREEZE_POOL, 0, seconds=GIVE_UP_AFTER_SECONDS)
        key = part_of_today(0)
        delivery.land(key, small_part(key, dice))
        delivery.send()
        told = until(
            lambda: livez(one.port).status_code == httpx.codes.SERVICE_UNAVAILABLE, transformers
        )
        detail = livez(one.port).json()["detail"]
        done = until(lambda: bool(committed(aws)), transformers)
        until(delivery.is_done, transformers)
        alive = livez(one.port).status_code
        replaced = one.pool
    compare_with_raw(aws, delivery.landed)
    print(
        f"a process hung with a deadline of {DEADLINE_SECONDS} s: /livez said so after {told:.0f} "
        f"s ({detail}), the part was committed {told + done:.0f} s after it was sent"
    )
    assert "a part is being transformed for" in detail
    assert (alive, dead_letters(aws)) == (httpx.codes.OK, [])
    assert frozen not in replaced
    assert transformers.replaced == 0


def livez(port: int) -> Any:  # noqa: ANN401 - httpx's answer
    return httpx.get(f"http://{HOST}:{port}/livez", trust_env=False, timeout=30)
