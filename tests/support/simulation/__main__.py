"""`python -m simulation` runs histories; see `make simulate`."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import playlake_transformer
from simulation.batch import Batch, run_batch
from simulation.replay import replay
from simulation.report import report, too_seldom

_SEEDS_A_TASK = 25


def main() -> int:
    """Run what the arguments say; return the exit status: 1 if a promise was broken."""
    arguments = _arguments()
    if arguments.seed is not None:
        return replay(arguments.seed)
    first = secrets.randbelow(10**9) if arguments.fresh else arguments.first
    seeds = range(first, first + arguments.seeds)
    started = time.monotonic()
    batch = run_batch(seeds, stops=True) if arguments.stop else _run_all(seeds, arguments.processes)
    took = time.monotonic() - started
    print(f"{batch.histories:,} histories of {playlake_transformer.__file__}")
    print(f"Seeds {seeds[0]} to {seeds[-1]}, {took:.0f} s")
    print(*report(batch), sep="\n")
    return 1 if batch.broken or too_seldom(batch) else 0


def _run_all(seeds: range, processes: int) -> Batch:
    """Run the histories in processes side by side."""
    tasks = [seeds[at : at + _SEEDS_A_TASK] for at in range(0, len(seeds), _SEEDS_A_TASK)]
    total = Batch()
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        for batch in pool.map(run_batch, tasks):
            total.add(batch)
    return total


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="number of histories")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--fresh", action="store_true", help="begin with a seed of chance")
    parser.add_argument("--seed", type=int, help="replay this one, and print all of it")
    parser.add_argument("--stop", action="store_true", help="stop at the first broken promise")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
