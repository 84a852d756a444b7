"""Runs contestants in processes of their own, in turn, and takes the ratios of their CPU times.

A machine that slows down slows all of them, so ratios hold where seconds do not.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHECKOUT: Final = Path(__file__).resolve().parents[2]
# Runs are repeated until they take so long, because a short one says little.
MEASURED_SECONDS: Final = 0.2
MOST_RUNS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Contestant:
    """What is measured: a module of `contestants`, an interpreter, and the sources it imports."""

    module: str
    python: Path = Path(sys.executable)
    sources: tuple[Path, ...] = ()

    def start(self) -> Worker:
        """Start a fresh process."""
        return Worker(self)


@dataclass(frozen=True, slots=True)
class Ratios:
    """The CPU times of a contestant in turn with another, as ratios: one list a process."""

    by_process: list[list[float]]

    @property
    def median(self) -> float:
        """The median of the medians of the processes."""
        return statistics.median(map(statistics.median, self.by_process))

    @property
    def band(self) -> tuple[float, float]:
        """The smallest and the largest ratio."""
        every = [ratio for ratios in self.by_process for ratio in ratios]
        return min(every), max(every)

    def __str__(self) -> str:
        low, high = self.band
        return f"{_short(self.median)} ({_short(low)}-{_short(high)})"


class Worker:
    """A process that runs one contestant."""

    def __init__(self, contestant: Contestant) -> None:
        paths = os.pathsep.join(map(str, (*contestant.sources, CHECKOUT)))
        self._process = subprocess.Popen(
            [contestant.python, "-m", "tests.bench.worker", contestant.module],
            env={**os.environ, "PYTHONPATH": paths},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def run(self, part: Path, times: int = 1) -> tuple[float, int]:
        """CPU seconds of one run, measured over several, and the bytes that it made."""
        if self._process.stdin is None:
            raise RuntimeError("the process has no input")
        self._process.stdin.write(json.dumps([str(part), times]) + "\n")
        self._process.stdin.flush()
        seconds, made = self._answer()
        return seconds, made

    def runs_to_measure(self, part: Path) -> int:
        """Warm up, and find how often to run the part to measure it."""
        seconds, _ = self.run(part)
        if seconds < MEASURED_SECONDS:
            seconds, _ = self.run(part)
        return min(MOST_RUNS, math.ceil(MEASURED_SECONDS / max(seconds, 1e-9)))

    def _answer(self) -> Any:  # noqa: ANN401 - JSON
        if self._process.stdout is None or not (line := self._process.stdout.readline()):
            raise RuntimeError("a process of the benchmark ended; its error is above")
        return json.loads(line)


def measure(
    contestants: Mapping[str, Contestant], part: Path, *, processes: int, rounds: int
) -> list[list[dict[str, float]]]:
    """Run all contestants on a part; return the CPU seconds by process, round and name."""
    return [_in_fresh_processes(contestants, part, rounds) for _ in range(processes)]


def ratios(measured: Sequence[Sequence[Mapping[str, float]]], name: str, to: str) -> Ratios:
    """The ratios of one contestant to another, round by round."""
    return Ratios([[one[name] / one[to] for one in rounds] for rounds in measured])


def _in_fresh_processes(
    contestants: Mapping[str, Contestant], part: Path, rounds: int
) -> list[dict[str, float]]:
    with ExitStack() as running:
        workers = {name: running.enter_context(c.start()) for name, c in contestants.items()}
        times = {name: worker.runs_to_measure(part) for name, worker in workers.items()}
        names = list(workers)
        found = []
        for number in range(rounds):
            turn = number % len(names)
            order = names[turn:] + names[:turn]
            found.append({name: workers[name].run(part, times[name])[0] for name in order})
        return found


def _short(ratio: float) -> str:
    if ratio >= 100:
        return f"{ratio:,.0f}"
    return f"{ratio:.1f}" if ratio >= 10 else f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.2g}"
