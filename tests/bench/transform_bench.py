"""Measure everything that is to be fast, and write bench/results.md: `make bench`.

`transform` is compared with a typed decode of the same bytes, and with other ways. Everything is a
ratio of CPU times, taken in turn and in fresh processes. All parts are synthetic. The extractor and
the service are measured by programs of their own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tests.bench.machine import describe, versions
from tests.bench.measuring import CHECKOUT, Contestant, measure, ratios
from tests.bench.parts import LONG, SIZES, Size, chosen
from tests.bench.processes_alone import EMPTY, Start, peak_bytes_per_json_byte, starts

if TYPE_CHECKING:
    from collections.abc import Sequence

OTHER_ENVIRONMENT: Final = CHECKOUT / ".venv-bench" / "bin" / "python"
YARDSTICK: Final = "typed decode"
OURS: Final = "transform"
CONTESTANTS: Final = {
    YARDSTICK: Contestant("typed_decode"),
    OURS: Contestant("transform"),
    "orjson.loads": Contestant("orjson_loads", OTHER_ENVIRONMENT),
    "tutorials": Contestant("tutorial"),
    "json_normalize": Contestant("json_normalize"),
    "dlt": Contestant("dlt_pipeline", OTHER_ENVIRONMENT),
    "polars": Contestant("polars_frames"),
    "duckdb": Contestant("duckdb_sql"),
}
OTHERS: Final = {
    "The extractor": "tests.bench.extractor_ratio",
    "The service": "tests.bench.service_ratio",
}
PACKAGES: Final = {
    Path(sys.executable): ("msgspec", "pandas", "pyarrow", "polars", "duckdb"),
    OTHER_ENVIRONMENT: ("orjson", "dlt"),
}
MEANINGS: Final = """\
- transform: Playlake. It decompresses the part, checks and cleans it, keeps bad JSON in
  quarantine, and makes the Parquet files of all tables in memory.
- typed decode: msgspec decodes the fields of the tables into structs, and makes nothing of them.
- orjson.loads: parses everything and makes nothing. Its time varies with the state of the memory.
- tutorials: json, loops, pandas, CSV of albums, artists and songs.
- json_normalize: two Parquet files.
- dlt, polars, duckdb: seven Parquet files, with fewer columns than Playlake's."""

Measured = dict[Size, list[list[dict[str, float]]]]


def main() -> None:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=3, help="fresh processes of each")
    parser.add_argument("--rounds", type=int, default=3, help="rounds in each process")
    parser.add_argument("--only", nargs="*", choices=[size.name for size in SIZES], help="parts")
    parser.add_argument("--out", type=Path, default=CHECKOUT / "bench" / "results.md")
    options = parser.parse_args()
    machine, measured = describe(), {}
    with TemporaryDirectory() as parent:
        for size in chosen(options.only):
            part, rounds = size.make(Path(parent)), options.rounds
            measured[size] = measure(CONTESTANTS, part, processes=options.processes, rounds=rounds)
            print(f"{size}: {ratios(measured[size], OURS, YARDSTICK)} x typed decode", flush=True)
        memory = _memory(Path(parent), options.processes)
    started = starts(options.processes)
    others = {} if options.only else {title: _said_by(module) for title, module in OTHERS.items()}
    text = report(machine, measured, memory, started, others)
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text(text, encoding="utf-8")
    print(text)


def report(
    machine: str,
    measured: Measured,
    memory: dict[Size, float],
    started: dict[str, Start],
    others: dict[str, str],
) -> str:
    """The results as a page."""
    used = ", ".join(
        f"{name} {version}"
        for python, names in PACKAGES.items()
        for name, version in versions(python, names).items()
    )
    ways = [name for name in CONTESTANTS if name not in {YARDSTICK, OURS}]
    return "\n".join(
        [
            "# Benchmark of transform",
            "",
            "Made by `make bench`. All parts are synthetic: so many snapshots x so many entries,",
            "`classic` with the keys `tracks` and `track`, `items` with those of newer apps.",
            "Figures are ratios of CPU time, all threads counted: the median, and in brackets the",
            "smallest and the largest of all rounds.",
            "",
            f"{datetime.now(UTC):%Y-%m-%d}: {machine}; {used}.",
            "",
            MEANINGS,
            "",
            "## Times a typed decode of the same bytes",
            *_table(measured, [OURS, *ways], to=YARDSTICK),
            "",
            "## Times transform",
            *_table(measured, ways, to=OURS),
            "",
            "## Memory of one snapshot of 10,000 entries",
            "Peak above the process after a small part, in bytes a byte of JSON:",
            *(f"- {size.api}: {ratio:.1f}" for size, ratio in memory.items()),
            "",
            "## Imports before the first part",
            *_starts(started),
            *(f"\n## {title}\n\n```\n{said}\n```" for title, said in others.items()),
            "",
        ]
    )


def _said_by(module: str) -> str:
    """What another program of the benchmark prints."""
    print(f"{module}:", flush=True)
    paths = os.pathsep.join([str(CHECKOUT), str(CHECKOUT / "tests" / "support")])
    command = [sys.executable, "-m", module]
    environment = {**os.environ, "PYTHONPATH": paths}
    said = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, text=True)
    return said.stdout.strip()


def _memory(parent: Path, processes: int) -> dict[Size, float]:
    small = Size("classic", 1, 2).make(parent)
    folders = {size: parent / size.name for size in LONG}
    return {
        size: peak_bytes_per_json_byte(
            small, folder if folder.exists() else size.make(parent), processes
        )
        for size, folder in folders.items()
    }


def _table(measured: Measured, names: Sequence[str], to: str) -> list[str]:
    return [
        "",
        f"| part | {' | '.join(names)} |",
        "|---" * (len(names) + 1) + "|",
        *(
            f"| {size} | {' | '.join(str(ratios(found, name, to)) for name in names)} |"
            for size, found in measured.items()
        ),
    ]


def _starts(started: dict[str, Start]) -> list[str]:
    bare = started[EMPTY].seconds if started else 1
    return [
        "",
        "| process | CPU seconds | times an empty interpreter | MiB |",
        "|---|---|---|---|",
        *(
            f"| {name} | {one.seconds:.2f} | {one.seconds / bare:.0f} | {one.mebibytes:.0f} |"
            for name, one in started.items()
        ),
    ]


if __name__ == "__main__":
    main()
