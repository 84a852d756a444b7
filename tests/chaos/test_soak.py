"""A steady load for a long time: neither memory nor descriptors grow. `make soak MINUTES=30`."""

from __future__ import annotations

import os
import statistics
import time
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest
from delivery import Delivery, committed, dead_letters, part_of_today, small_part
from fleet import descriptors_of, fleet
from killed import chosen_dice

from playlake.local_aws.environments import transformer_environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fleet import Fleet

    from playlake.local_aws import LocalAws

PAUSE_SECONDS = 0.5
# The first minutes fill caches and pools of memory.
WARM_SHARE = 0.2
# Fewer minutes measure the noise of the allocator.
ENOUGH_MINUTES = 20
MOST_BYTES_IN_TEN_MINUTES = 1_000_000
MOST_MORE_DESCRIPTORS = 3


@pytest.mark.slow
@pytest.mark.timeout(4 * 3600)
def test_neither_memory_nor_descriptors_grow(
    aws: LocalAws, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    dice = chosen_dice(request)
    minutes = request.config.getoption("--minutes")
    delivery = Delivery(aws, dice, most_copies=2)
    delivery.silence()
    own = transformer_environment(os.environ, aws, http_port=0, crawler_quiet=timedelta(seconds=30))
    seen: list[tuple[float, int, int]] = []
    with fleet(own, tmp_path, 1) as transformers:
        [one] = transformers.transformers
        started = time.monotonic()
        for number in count():
            minute = (time.monotonic() - started) / 60
            if minute > minutes:
                break
            key = part_of_today(number)
            delivery.land(key, small_part(key, dice))
            delivery.send()
            if one.ready is None:
                one.look()
            else:
                seen.append((minute, transformers.memory(), descriptors(transformers)))
            time.sleep(PAUSE_SECONDS)
        while not delivery.is_done():
            time.sleep(PAUSE_SECONDS)
    warm = seen[round(len(seen) * WARM_SHARE) :]
    slope = slope_of([each[0] for each in warm], [each[1] for each in warm]) * 10
    opened = [each[2] for each in warm]
    print(
        f"{len(delivery.landed):,} parts in {minutes} min: memory {warm[0][1] / 1e6:.0f} MB after "
        f"the start, {warm[-1][1] / 1e6:.0f} MB at the end, slope {slope / 1e6:+.2f} MB in 10 min; "
        f"descriptors {opened[0]} and {opened[-1]}, at most {max(opened)}"
    )
    assert len(committed(aws)) == len(delivery.landed)
    assert dead_letters(aws) == []
    assert transformers.replaced == 0
    if minutes >= ENOUGH_MINUTES:
        assert slope < MOST_BYTES_IN_TEN_MINUTES
        third = len(opened) // 3
        assert max(opened[-third:]) <= max(opened[:third]) + MOST_MORE_DESCRIPTORS


def descriptors(transformers: Fleet) -> int:
    """How many descriptors the service and its pool have open."""
    [one] = transformers.transformers
    return sum(map(descriptors_of, [one.process.pid, *one.pool]))


def slope_of(minutes: Sequence[float], values: Sequence[float]) -> float:
    """How much a value grows in a minute, by the line that fits best."""
    return statistics.linear_regression(minutes, values).slope
