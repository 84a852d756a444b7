"""Fail if `transform` takes over 10 % more CPU time than at a commit: `make bench-check BASE=…`.

Both run in processes of their own on the same synthetic parts, in turn. What seems slower is
measured once more before it counts.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tests.bench.measuring import CHECKOUT, Contestant, Ratios, measure, ratios
from tests.bench.parts import SIZES, chosen

if TYPE_CHECKING:
    from collections.abc import Iterable

SOURCES: Final = ("libs/contracts/src", "services/transformer/src")
TOLERATED: Final = 1.10


def main() -> int:
    """Print the ratios; return 1 if a part takes too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", help="the commit to compare with")
    parser.add_argument("--processes", type=int, default=3, help="fresh processes of each")
    parser.add_argument("--rounds", type=int, default=7, help="rounds in each process")
    parser.add_argument("--only", nargs="*", choices=[size.name for size in SIZES], help="parts")
    options = parser.parse_args()
    slower = []
    with TemporaryDirectory() as parent:
        trees = _contestants(options.base, Path(parent) / "base")
        for size in chosen(options.only):
            part = size.make(Path(parent))
            found = _attempts(trees, part, options.processes, options.rounds)
            kept, ratio = is_slower(found)
            print(
                f"{size!s:22} {ratio} times {options.base}{', SLOWER' if kept else ''}", flush=True
            )
            slower += [str(size)] * kept
    if slower:
        print(
            f"transform takes over {TOLERATED - 1:.0%} more CPU time than at {options.base} on "
            f"{', '.join(slower)}: make it faster, or name another commit",
            file=sys.stderr,
        )
    return 1 if slower else 0


def is_slower(attempts: Iterable[Ratios]) -> tuple[bool, Ratios]:
    """Whether every attempt shows a loss, and the ratios of the last one that was needed.

    Raises:
        ValueError: there is no attempt.
    """
    last = None
    for last in attempts:
        if last.median <= TOLERATED:
            return False, last
    if last is None:
        raise ValueError("nothing was measured")
    return True, last


def _attempts(
    trees: dict[str, Contestant], part: Path, processes: int, rounds: int
) -> Iterable[Ratios]:
    for _ in range(2):
        measured = measure(trees, part, processes=processes, rounds=rounds)
        yield ratios(measured, "this tree", to="base")


def _contestants(commit: str, folder: Path) -> dict[str, Contestant]:
    """This tree, and the sources of the commit in a folder."""
    archive = subprocess.run(
        ["git", "archive", commit, *SOURCES],  # noqa: S607 - git is on the PATH
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
    )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    return {
        name: Contestant("transform", sources=tuple(root / source for source in SOURCES))
        for name, root in (("this tree", CHECKOUT), ("base", folder))
    }


if __name__ == "__main__":
    sys.exit(main())
