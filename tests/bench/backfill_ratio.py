"""Compare a backfill on Spark with one in a pool of processes: `make bench-backfill`.

The lake is synthetic: each part has a playlist of 100 entries. Every backfill starts from the
landed parts alone, in turn with the others, and their rows are compared cell for cell. Figures are
ratios of the time from the start of the command to its end, the start of Spark included.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill
from typing import TYPE_CHECKING, Final

from commands import Command
from compared_lakes import cells_of, landed_only, objects_of
from landed import entry, part
from tests.bench.machine import describe

from playlake.project import Project
from playlake_contracts.keys import RawKey
from playlake_contracts.runs import RunId
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playlake_lake.folder import Folder

CHECKOUT: Final = Path(__file__).resolve().parents[2]
POOL: Final = "pool of processes"
ENGINES: Final[Mapping[str, Sequence[str]]] = {
    POOL: (),
    "Spark, one executor": ("--engine", "spark", "--master", "local-cluster[1,1,1024]"),
    "Spark, two executors": ("--engine", "spark", "--master", "local-cluster[2,1,1024]"),
}
_PARTS_A_RUN: Final = 100
_ENTRIES: Final = 100
_FIRST: Final = datetime(2026, 1, 1, 6, tzinfo=UTC)
_WIDTH: Final = 88


def main() -> None:
    """Measure, print the ratios and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=CHECKOUT / "bench" / "backfill.md")
    options = parser.parse_args()
    machine = describe()
    with TemporaryDirectory() as parent:
        landed = _land(Path(parent) / "landed", options.parts)
        seconds = [_round(Path(parent), landed, number) for number in range(options.rounds)]
    page = report(machine, options.parts, seconds)
    options.out.write_text(page, encoding="utf-8")
    print(page)


def _land(root: Path, parts: int) -> Folder:
    folder, _ = make_lake(root, synthetic=True)
    for number in range(parts):
        at = _FIRST + timedelta(days=number // _PARTS_A_RUN)
        key = RawKey.of_part("spotify", RunId.derive("spotify", at), number % _PARTS_A_RUN)
        first = number * _ENTRIES
        folder.put_new(
            str(key), part(key, [entry(each) for each in range(first, first + _ENTRIES)])
        )
    return folder


def _round(parent: Path, landed: Folder, number: int) -> dict[str, float]:
    """The seconds of each engine, each on a copy of the landed parts."""
    found, truth = {}, None
    for name, arguments in ENGINES.items():
        lake = landed_only(parent / f"{number}-{name}", landed)
        found[name] = _seconds(parent / "home", lake, arguments)
        cells = cells_of(lake)
        truth = cells if truth is None else truth
        if cells != truth:
            raise RuntimeError(f"{name}: its rows differ from those of the {POOL}")
        _again(parent / "home", lake, arguments)
        print(f"round {number + 1}: {name}: {found[name]:.1f} s", flush=True)
    return found


def _seconds(home: Path, lake: Folder, arguments: Sequence[str]) -> float:
    command = Command(replace(Project.find(os.environ), home=home))
    started = time.perf_counter()
    status = command("backfill", "--lake", str(lake.root), "--no-compact", *arguments)
    seconds = time.perf_counter() - started
    if status:
        raise RuntimeError(command.notices)
    return seconds


def _again(home: Path, lake: Folder, arguments: Sequence[str]) -> None:
    before = objects_of(lake)
    _seconds(home, lake, arguments)
    if objects_of(lake) != before:
        raise RuntimeError("a second backfill has written objects")


def report(machine: str, parts: int, rounds: Sequence[Mapping[str, float]]) -> str:
    """The results as a page."""
    first, *_ = ENGINES
    rows = [
        f"| {name} | {statistics.median(each[name] for each in rounds):.1f} | "
        f"{_ratio(rounds, name, first)} |"
        for name in ENGINES
    ]
    one, two = list(ENGINES)[1:]
    return "\n".join(
        [
            "# A backfill on Spark and in a pool of processes",
            "",
            fill(
                f"Made by `make bench-backfill`. The lake is synthetic: {parts:,} parts of "
                f"{_ENTRIES} entries, {parts * _ENTRIES:,} in all. Times are those of the whole "
                "command; every engine starts from the landed parts, in turn with the others, "
                f"{len(rounds)} times. The rows of all are equal, cell for cell, and a second "
                "backfill writes no object. Ratios are the median, and in brackets the smallest "
                "and the largest.",
                _WIDTH,
            ),
            "",
            fill(f"{datetime.now(UTC):%Y-%m-%d}: {machine}.", _WIDTH),
            "",
            f"| engine | seconds | times the {POOL} |",
            "|---|---|---|",
            *rows,
            "",
            f"Two executors to one: {_ratio(rounds, two, one)}.",
            "",
        ]
    )


def _ratio(rounds: Sequence[Mapping[str, float]], name: str, to: str) -> str:
    found = sorted(each[name] / each[to] for each in rounds)
    return f"{statistics.median(found):.2f} ({found[0]:.2f}-{found[-1]:.2f})"


if __name__ == "__main__":
    main()
