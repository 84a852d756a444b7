"""Transformers of an earlier commit and of this one work side by side: `make rolling-upgrade`.

Three transformers are replaced one after the other while parts are landed, as a deployment does it,
and then rolled back in the same way. In the end the tables are what `transform` makes of the raw
objects, whichever version has written them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from delivery import (
    Delivery,
    codes,
    committed,
    compare_with_raw,
    dead_letters,
    depth,
    keys_in,
    part_of_today,
    small_part,
)
from fleet import Action, Fleet, fleet
from installed import ROOT, Installed
from killed import chosen_dice

from playlake.local_aws.environments import transformer_environment
from playlake.services.processes import service_command
from playlake_contracts.keys import REJECTED_PREFIX

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from playlake.local_aws import LocalAws
    from playlake_contracts.keys import RawKey

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

TRANSFORMERS = 3
STEPS = 2 * TRANSFORMERS
LOOK_EVERY_SECONDS = 0.1
STUCK_AFTER_SECONDS = 180


@pytest.fixture
def base(request: pytest.FixtureRequest) -> str:
    """The commit that is upgraded from, in full."""
    wanted = str(request.config.getoption("--base"))
    found = _git("rev-parse", "--verify", "--quiet", f"{wanted}^{{commit}}")
    if not found:
        pytest.fail(f"there is no commit {wanted} in this clone: fetch it, or name another by BASE")
    return found


@pytest.fixture
def former(base: str, tmp_path: Path) -> Sequence[str]:
    """The command of a transformer of that commit, installed in an environment of its own."""
    packed = tmp_path / "former.tar"
    _git("archive", "--output", str(packed), base)
    with tarfile.open(packed) as archive:
        archive.extractall(tmp_path / "former", filter="data")
    installed = Installed.install(tmp_path, tmp_path / "former")
    return [str(installed.python), *service_command("transformer")[1:]]


@dataclass
class Upgrade:
    """Parts that are landed while transformers are replaced."""

    aws: LocalAws
    fleet: Fleet
    delivery: Delivery
    dice: random.Random
    parts: Sequence[RawKey]

    def land(self, step: int) -> None:
        """Land the parts of a step, and send their events, some of them later."""
        per_step = len(self.parts) // STEPS
        for key in self.parts[step * per_step : (step + 1) * per_step]:
            self.delivery.land(key, small_part(key, self.dice))
        self.delivery.send(keep=self.dice.randint(0, 5))

    def wait_until_ready(self) -> None:
        """Wait until every transformer takes messages."""
        self._wait(
            lambda: all(each.ready is not None for each in self.fleet.transformers),
            "a transformer does not become ready",
        )

    def replace(self, place: int) -> None:
        """Have a transformer end, and wait until the one in its place takes messages."""
        before = self.fleet.replaced
        self.fleet.act(Action.END_SERVICE, place)
        self._wait(lambda: self.fleet.replaced > before, "a transformer does not end")
        self.wait_until_ready()

    def settle(self) -> None:
        """Wait until the queue is empty, as long as something moves."""
        self.delivery.send()
        seen, since = None, time.monotonic()
        while not self.delivery.is_done():
            self.fleet.tend()
            now = (len(committed(self.aws)), sum(depth(self.aws, self.aws.queue_url)))
            if now != seen:
                seen, since = now, time.monotonic()
            assert time.monotonic() - since < STUCK_AFTER_SECONDS, f"nothing moves: {now}"
            time.sleep(LOOK_EVERY_SECONDS)

    def _wait(self, is_so: Callable[[], bool], otherwise: str) -> None:
        since = time.monotonic()
        while not is_so():
            self.fleet.tend()
            assert time.monotonic() - since < STUCK_AFTER_SECONDS, otherwise
            time.sleep(LOOK_EVERY_SECONDS)


def test_an_upgrade_and_a_rollback_lose_and_repeat_nothing(
    aws: LocalAws, former: Sequence[str], base: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    dice = chosen_dice(request)
    parts = [part_of_today(number) for number in range(request.config.getoption("--parts"))]
    delivery = Delivery(aws, dice)
    delivery.silence()
    with fleet(environment(aws), tmp_path / "logs", TRANSFORMERS, former) as transformers:
        upgrade = Upgrade(aws, transformers, delivery, dice, parts)
        upgrade.wait_until_ready()
        for step in range(STEPS):
            transformers.command = service_command("transformer") if step < TRANSFORMERS else former
            upgrade.land(step)
            upgrade.replace(step % TRANSFORMERS)
        upgrade.settle()
    rows = compare_with_raw(aws, delivery.landed, by_rows=True)
    letters = dead_letters(aws)
    assert (len(letters), keys_in(aws, aws.resources.curated_bucket, REJECTED_PREFIX)) == (0, [])
    assert set(transformers.ended) == {0}, codes(letters)
    print(
        f"{len(delivery.landed):,} parts while {TRANSFORMERS} transformers were upgraded from "
        f"{base[:8]} and rolled back, one after the other\n"
        f"rows as from raw: {sum(rows.values()):,}; lost 0, twice 0, dead letters 0"
    )


def environment(aws: LocalAws) -> dict[str, str]:
    """The environment of a transformer whose messages come back soon."""
    quiet = timedelta(seconds=30)
    own = transformer_environment(os.environ, aws, http_port=0, crawler_quiet=quiet)
    return {**own, "PLAYLAKE_VISIBILITY_TIMEOUT_SECONDS": "5"}


def _git(*arguments: str) -> str:
    git = shutil.which("git")
    if git is None:
        pytest.fail("there is no git here, which has the version that is upgraded from")
    done = subprocess.run([git, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
