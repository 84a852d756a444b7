"""Compare the CPU time of `transform` with that of another commit: `make bench-transform BASE=…`.

Both run in processes of their own on the same synthetic parts, in turn, so that a machine that
slows down slows both. Printed are ratios of this tree to the other commit: time and Parquet bytes.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import subprocess
import sys
import tarfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

from tests.bench.synthetic_parts import synthetic_part

from playlake_contracts.keys import RawKey
from playlake_contracts.runs import RunId

if TYPE_CHECKING:
    from playlake_contracts.sources.spotify import Api

CHECKOUT = Path(__file__).resolve().parents[2]
SOURCES = ("libs/contracts/src", "services/transformer/src")
KEY = RawKey.of_part("spotify", RunId.parse("20261121T060000Z-wrjkwl"), 0)
FETCHED_AT = datetime(2026, 11, 21, 6, tzinfo=UTC)

# Name, generation of keys, snapshots, entries of each.
PARTS: tuple[tuple[str, Api, int, int], ...] = (
    ("classic, 100 x 100", "classic", 100, 100),
    ("classic, 1 x 10,000", "classic", 1, 10_000),
    ("newer apps, 100 x 100", "items", 100, 100),
    ("newer apps, 1 x 10,000", "items", 1, 10_000),
    ("classic, 1 x 100", "classic", 1, 100),
)

WORKER = """
import gc, sys, time
from pathlib import Path
from playlake_contracts.keys import RawKey
from playlake_transformer.domain.transform import transform
key = RawKey.parse(sys.argv[1])
for line in sys.stdin:
    raw = Path(line.strip()).read_bytes()
    gc.collect()
    started = time.process_time()
    files = transform(raw, key).files
    print(time.process_time() - started, sum(len(file.body) for file in files), flush=True)
"""


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", help="the commit to compare with")
    parser.add_argument("--rounds", type=int, default=21)
    options = parser.parse_args()
    with TemporaryDirectory() as folder, ExitStack() as running:
        other = Path(folder) / "base"
        _check_out(options.base, other)
        ours, theirs = (running.enter_context(_Worker(tree)) for tree in (CHECKOUT, other))
        for name, api, snapshots, entries in PARTS:
            part = Path(folder) / "part"
            part.write_bytes(b"".join(synthetic_part(KEY, FETCHED_AT, api, snapshots, entries)))
            _compare(name, part, ours, theirs, options.rounds)


def _compare(name: str, part: Path, ours: _Worker, theirs: _Worker, rounds: int) -> None:
    ours.run(part), theirs.run(part)
    ratios, sizes = [], 0.0
    for number in range(rounds):
        first, second = (ours, theirs) if number % 2 else (theirs, ours)
        measured = {first: first.run(part), second: second.run(part)}
        ratios.append(measured[ours][0] / measured[theirs][0])
        sizes = measured[ours][1] / measured[theirs][1]
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    print(f"{name:24} time {statistics.median(ratios):.3f} ({spread}), Parquet bytes {sizes:.3f}")


class _Worker:
    """A process that transforms parts with the code of a tree."""

    def __init__(self, tree: Path) -> None:
        paths = os.pathsep.join(str(tree / source) for source in SOURCES)
        self._process = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(KEY)],
            env={**os.environ, "PYTHONPATH": paths},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def run(self, part: Path) -> tuple[float, int]:
        """CPU seconds, and bytes of Parquet."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the worker has no pipes")
        self._process.stdin.write(f"{part}\n")
        self._process.stdin.flush()
        seconds, size = self._process.stdout.readline().split()
        return float(seconds), int(size)


def _check_out(commit: str, folder: Path) -> None:
    archive = subprocess.run(
        ["git", "archive", commit, *SOURCES],  # noqa: S607 - git is on the PATH
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
    )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")


if __name__ == "__main__":
    main()
