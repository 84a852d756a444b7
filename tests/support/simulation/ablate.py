"""`python -m simulation.ablate` takes each safeguard out of a copy of the source, and simulates it.

A safeguard without which the simulation finds nothing is one that the simulation does not test.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from simulation.ablations import ABLATIONS, Ablation

SUPPORT = Path(__file__).parents[1]
SOURCE = SUPPORT.parents[1] / "services/transformer/src"
SEEDS = 100
CONTROL = Ablation("nothing", "__init__.py", ())
_FOUND = re.compile(r"^seed (\d+): ([^:]+): (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Found:
    """What the simulation found without a safeguard: the first seed, and the promise it broke."""

    seed: int
    promise: str
    what: str


class WrongAblationError(Exception):
    """An ablation does not fit the source any more."""


def ablate(ablation: Ablation, seeds: int = SEEDS) -> Found | None:
    """Simulate the transformer without a safeguard until a promise is broken.

    Raises:
        WrongAblationError: its text is not in the source once, or the copy was not what ran.
    """
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "src")
        shutil.copytree(SOURCE, source, ignore=shutil.ignore_patterns("__pycache__"))
        edit(source / "playlake_transformer" / ablation.file, ablation)
        output = _simulate(source, seeds)
    if f"histories of {source}" not in output:
        raise WrongAblationError(f"{ablation.safeguard}: the simulation did not end:\n{output}")
    found = _FOUND.search(output)
    return None if found is None else Found(int(found[1]), found[2], found[3])


def edit(file: Path, ablation: Ablation) -> None:
    """Edit a safeguard out of a file."""
    text = file.read_text()
    for old, new in ablation.edits:
        if text.count(old) != 1:
            raise WrongAblationError(
                f"{ablation.safeguard}: {old!r} is {text.count(old)} times in {ablation.file}"
            )
        text = text.replace(old, new)
    file.write_text(text)


def _simulate(source: Path, seeds: int) -> str:
    path = os.pathsep.join([str(source), str(SUPPORT)])
    ran = subprocess.run(
        [sys.executable, "-m", "simulation", "--stop", f"--seeds={seeds}"],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout + ran.stderr


def main() -> int:
    """Take away one safeguard after another; return 1 if one was not missed."""
    parser = argparse.ArgumentParser(prog="simulation.ablate", description=__doc__)
    parser.add_argument("--only", help="only the safeguard of this name")
    only = parser.parse_args().only
    chosen = [each for each in ABLATIONS if only in {None, each.safeguard}]
    if only is None and (broken := ablate(CONTROL)) is not None:
        print(f"Nothing was taken away, and seed {broken.seed} broke something: {broken.what}")
        return 1
    print("| without | what broke | at seed |\n|---|---|---|")
    missed = 0
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for ablation, found in zip(chosen, pool.map(ablate, chosen), strict=True):
            missed += found is None
            broke = ("nothing", "-") if found is None else (found.promise, found.seed)
            print(f"| {ablation.safeguard} | {broke[0]} | {broke[1]} |", flush=True)
    print(f"\n{len(chosen) - missed} of {len(chosen)} safeguards were missed within {SEEDS} seeds")
    return 1 if missed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
