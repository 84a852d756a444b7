"""Measure how reading grows with a lake's age, and write bench/history.md: `make bench-history`.

The lakes are synthetic and compacted. Every command runs in each of them in turn, in processes of
its own and in this one. Figures are ratios of CPU time to the first lake.
"""

from __future__ import annotations

import argparse
import statistics
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill
from typing import TYPE_CHECKING, Final

from growing_lakes import Growth
from tests.bench.grown_lakes import grown
from tests.bench.growth_calls import calls
from tests.bench.machine import describe
from tests.bench.measuring import CHECKOUT, Ratios

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tests.bench.grown_lakes import Grown
    from tests.bench.growth_calls import Call

_MEBIBYTE: Final = 2**20
_COLUMNS: Final = 88
Seconds = dict["Call", list[dict[str, float]]]


def main() -> None:
    """Make the lakes, measure, and write the results."""
    options = _options()
    machine = describe()
    with ExitStack() as using:
        parent = options.lakes or Path(using.enter_context(TemporaryDirectory()))
        lakes = [grown(parent, growth) for growth in _growths(options)]
        days, rounds = options.days[0], options.rounds
        inner = _measure(calls(), lakes, rounds, lambda call: call.inner_seconds)
        same = _measure(calls(days), lakes, rounds, lambda call: call.inner_seconds)
        whole = _measure(calls(), lakes, rounds, lambda call: call.process_seconds)
    text = report(machine, lakes, whole, inner, same)
    options.out.write_text(text, encoding="utf-8")
    print(text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, nargs="+", default=[30, 365, 1_095], help="daily lakes")
    parser.add_argument("--hourly", type=int, nargs="*", default=[90], help="days of hourly lakes")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--lakes", type=Path, help="where lakes are kept for the next time")
    parser.add_argument("--out", type=Path, default=CHECKOUT / "bench" / "history.md")
    return parser.parse_args()


def _growths(options: argparse.Namespace) -> list[Growth]:
    hour = timedelta(hours=1)
    return [
        *(Growth(days) for days in options.days),
        *(Growth(days, hour) for days in options.hourly),
    ]


def _measure(
    measured: Iterable[Call],
    lakes: Sequence[Grown],
    rounds: int,
    clock: Callable[[Call], Callable[[Path], float]],
) -> Seconds:
    """The CPU seconds of each call by round and lake."""
    found: Seconds = {}
    for call in measured:
        seconds = clock(call)
        seconds(lakes[0].root)  # loads modules
        found[call] = [{lake.name: seconds(lake.root) for lake in lakes} for _ in range(rounds)]
        print(f"{call.name:32} {' '.join(map(str, _ratios(found[call], lakes)))}", flush=True)
    return found


def _ratios(rounds: Sequence[dict[str, float]], lakes: Sequence[Grown]) -> list[Ratios]:
    """The ratios of the other lakes to the first."""
    first, *others = (lake.name for lake in lakes)
    return [Ratios([[each[name] / each[first] for each in rounds]]) for name in others]


def report(
    machine: str, lakes: Sequence[Grown], whole: Seconds, inner: Seconds, same: Seconds
) -> str:
    """The results as a page."""
    return "\n".join(
        [
            "# How reading grows with the age of a lake",
            "",
            "Made by `make bench-history`. All lakes are synthetic: 50 playlists of 100 entries.",
            "Two thirds of them change daily, the others every ten days, by two entries that come",
            "and two that go. A run finds the others unchanged. The last day is not compacted yet.",
            "Figures are ratios of CPU time, all threads counted, to the first lake: the median,",
            "and in brackets the smallest and the largest of all rounds. `90 d` are the days that",
            "a query reads by default. The last column is the most for the lake of the most days.",
            "",
            fill(f"{datetime.now(UTC):%Y-%m-%d}: {machine}.", _COLUMNS),
            "",
            "## A whole process",
            "From its start to its end, as a person runs it.",
            *_table(lakes, whole),
            "",
            "## The command alone",
            "In a process that has loaded all modules before. Start-up is not in it, so a query of",
            "more days than the first lake has takes longer: 365 days are twelve times 30 days.",
            *_table(lakes, inner),
            "",
            "## The command alone, over the same days",
            "Each query reads as many of the last days of each lake as the first one has.",
            *_table(lakes, same),
            "",
            "## Files and compaction",
            *_sizes(lakes),
            "",
        ]
    )


def _table(lakes: Sequence[Grown], found: Seconds) -> list[str]:
    names = [f"{lakes[0].name}, ms", *(lake.name for lake in lakes[1:])]
    return [
        "",
        f"| call | {' | '.join(names)} | most |",
        "|---" * (len(names) + 2) + "|",
        *(
            f"| {call.name} | {_milliseconds(rounds, lakes[0])} | "
            f"{' | '.join(map(str, _ratios(rounds, lakes)))} | {_most(call, rounds, lakes)} |"
            for call, rounds in found.items()
        ),
    ]


def _most(call: Call, rounds: Sequence[dict[str, float]], lakes: Sequence[Grown]) -> str:
    """The most that a call may take in the lake with the most days, and whether it takes more."""
    if call.most is None:
        return ""
    names = [lake.name for lake in lakes[1:]]
    ratios = dict(zip(names, _ratios(rounds, lakes), strict=True))
    oldest = max(lakes, key=lambda lake: lake.figures.days).name
    is_more = oldest in ratios and ratios[oldest].median > call.most
    return f"over {call.most:g}" if is_more else f"{call.most:g}"


def _milliseconds(rounds: Sequence[dict[str, float]], lake: Grown) -> str:
    return f"{statistics.median(each[lake.name] for each in rounds) * 1000:.0f}"


def _sizes(lakes: Sequence[Grown]) -> list[str]:
    first = lakes[0].figures
    return [
        "CPU time of compaction is in times of the first lake's: that of the first compaction for",
        "each of its days, and that of a later one, when one more day has closed.",
        "",
        "| lake | files of parts | MiB | compacted files | MiB | a day | one more day |",
        "|---" * 7 + "|",
        *(
            f"| {lake.name} | {_size(lake.figures.parts)} | {_size(lake.figures.compacted)} | "
            f"{_of_a_day(lake) / _of_a_day(lakes[0]):.2f} | "
            f"{lake.figures.daily_seconds / first.daily_seconds:.2f} |"
            for lake in lakes
        ),
    ]


def _size(files: tuple[int, int]) -> str:
    count, size = files
    return f"{count:,} | {size / _MEBIBYTE:.1f}"


def _of_a_day(lake: Grown) -> float:
    return lake.figures.first_seconds / lake.figures.days


if __name__ == "__main__":
    main()
