"""Poison of every kind among good parts: one dead letter each, in bounded memory, until mended.

`make chaos-poison` does this with 2,000 parts and 100 poisons.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from aws_lakes import aws_lake
from delivery import (
    Delivery,
    codes,
    compare_with_raw,
    dead_letters,
    keys_in,
    part_of_today,
    send_all,
    small_part,
)
from fleet import fleet
from killed import chosen_dice
from poison import poison

from playlake.local_aws.environments import transformer_environment
from playlake_aws.delivery import AwsDelivery
from playlake_contracts.keys import REJECTED_PREFIX
from playlake_contracts.selection import Selection
from playlake_lake.delivery import Chosen
from playlake_lake.side_by_side import unseen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from random import Random

    from fleet import Fleet
    from poison import Poison

    from playlake.local_aws import LocalAws

MOST_MEMORY_BYTES = 512 * 1024 * 1024
SAMPLE_EVERY_SECONDS = 0.02
LOOK_EVERY_SECONDS = 0.1
# Numbers from here on name poison.
FIRST_POISON = 5_000


@dataclass
class Peak:
    """The most memory that was seen."""

    size: int = 0


@contextmanager
def watched(transformers: Fleet) -> Iterator[Peak]:
    """Sample the memory of the transformers while a block lasts."""
    peak, over = Peak(), threading.Event()

    def sample() -> None:
        while not over.wait(SAMPLE_EVERY_SECONDS):
            peak.size = max(peak.size, transformers.memory())

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_poison_becomes_one_dead_letter_each_and_stops_only_itself(
    aws: LocalAws, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    dice = chosen_dice(request)
    delivery = Delivery(aws, dice, most_copies=1)
    delivery.silence()
    good = [part_of_today(number) for number in range(request.config.getoption("--parts"))]
    bad = poison(
        [part_of_today(FIRST_POISON + n) for n in range(request.config.getoption("--poison"))],
        aws.resources.raw_bucket,
        lambda key: small_part(key, dice),
    )
    for key in good:
        delivery.land(key, small_part(key, dice))
    for each in bad:
        if each.key is not None and each.body is not None:
            aws.s3.put_object(Bucket=aws.resources.raw_bucket, Key=str(each.key), Body=each.body)
    messages = [each.message for each in bad]
    started = time.monotonic()
    with fleet(environment(aws), tmp_path, 1) as transformers, watched(transformers) as peak:
        send_each(aws, messages)
        delivery.send()
        wait_until_done(delivery, transformers)
        send_each(aws, messages)  # late copies, once all is done
        wait_until_done(delivery, transformers)
        crashes = transformers.replaced
    letters = dead_letters(aws)
    records = keys_in(aws, aws.resources.curated_bucket, REJECTED_PREFIX)
    rows = compare_with_raw(aws, delivery.landed)
    with fleet(environment(aws), tmp_path, 1) as transformers:
        redriven = mend(aws, delivery, bad, dice)
        wait_until_done(delivery, transformers)
    mended = compare_with_raw(aws, delivery.landed)
    letters_after = dead_letters(aws)
    print(
        f"{len(good):,} parts and {len(bad)} poisons of {len({each.name for each in bad})} kinds "
        f"in {time.monotonic() - started:.0f} s: {len(letters)} dead letters, "
        f"{sum(rows.values()):,} rows; at most {peak.size / 2**20:.0f} MiB of memory; after the "
        f"mending {redriven} of {len(bad)} redriven, {sum(mended.values()):,} rows"
    )
    assert codes(letters) == Counter(each.code.value for each in bad)
    assert len(records) == len(bad)
    assert crashes == 0
    assert 0 < peak.size < MOST_MEMORY_BYTES
    assert redriven == len(bad)
    assert mended["loads"] == len(good) + len(bad)
    # A message that was bad in itself cannot be mended: it is a dead letter again, once.
    assert codes(letters_after) == Counter(each.code.value for each in bad if each.key is None)


def mend(aws: LocalAws, delivery: Delivery, bad: Sequence[Poison], dice: Random) -> int:
    """Put a good part in the place of each poison and redrive all; return how many that were.

    Of a part whose message was bad, only a replay tells.
    """
    lake = AwsDelivery(aws_lake(aws), unseen)
    for each in bad:
        delivery.put(each.part, small_part(each.part, dice))
    redriven = lake.redrive(Chosen())
    for each in bad:
        if each.key is None:
            lake.replay(Selection(each.part), overwrite=False)
    return redriven


def send_each(aws: LocalAws, messages: list[str]) -> None:
    """Send messages one by one: two of the largest are too much for a batch."""
    for message in messages:
        send_all(aws, [message])


def wait_until_done(delivery: Delivery, transformers: Fleet) -> None:
    while not delivery.is_done():
        transformers.tend()
        time.sleep(LOOK_EVERY_SECONDS)


def environment(aws: LocalAws) -> dict[str, str]:
    return transformer_environment(
        os.environ, aws, http_port=0, crawler_quiet=timedelta(seconds=30)
    )
