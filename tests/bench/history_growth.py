"""Compare a lake of 30 days with one of a year, before and after compaction: `make bench-history`.

The lakes are synthetic: some playlists of 100 entries, one landed run a day, of which two entries
of each change. Printed are ratios of CPU time to the youngest lake before compaction, and what is
opened.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from compacting import compact
from historical_lakes import commit_run, read
from landed import entry

from playlake_lake.compaction.in_force import read_in_force
from playlake_lake.history import fold
from playlake_lake.history.folder_records import FolderRecords
from playlake_lake.history.reading import contents_at, observations
from playlake_lake.history.records import Playlist
from playlake_lake.identity import make_lake
from playlake_lake.tables import query

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playlake_lake.folder import Folder

FIRST_DAY: Final = datetime(2025, 1, 1, 6, tzinfo=UTC)
ENTRIES: Final = 100
ONE: Final = Playlist("spotify", "playlist0")


def main() -> None:
    """Make the lakes and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, nargs="+", default=[30, 365])
    parser.add_argument("--playlists", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    first: Mapping[str, float] | None = None
    with TemporaryDirectory() as parent:
        for days in options.days:
            folder = _lake(Path(parent, str(days)), days, options.playlists)
            for state in ("before", "after"):
                if state == "after":
                    compact(folder)
                found = _measure(folder, days, options.rounds)
                first = first or found
                _print(f"{days} days, {state} compaction", found, first)
            _print_sizes(folder)


def _lake(root: Path, days: int, playlists: int) -> Folder:
    folder, _ = make_lake(root, synthetic=True)
    for day in range(days):
        reads = [
            read(f"playlist{at}", [entry(at * 1000 + 2 * day + place) for place in range(ENTRIES)])
            for at in range(playlists)
        ]
        commit_run(folder, FIRST_DAY + timedelta(days=day), reads)
    return folder


def _measure(folder: Folder, days: int, rounds: int) -> dict[str, float]:
    records, middle = FolderRecords(folder), FIRST_DAY + timedelta(days=days / 2)
    measured: dict[str, Callable[[], object]] = {
        "look back": lambda: contents_at(records, ONE, middle),
        "fold": lambda: fold(observations(records, ONE)),
        "count": lambda: query(folder, "SELECT count(*), max(name) FROM tracks"),
    }
    return {
        name: statistics.median(_cpu_seconds(call) for _ in range(rounds))
        for name, call in measured.items()
    }


def _cpu_seconds(call: Callable[[], object]) -> float:
    before = time.process_time()
    call()
    return time.process_time() - before


def _print(what: str, found: Mapping[str, float], first: Mapping[str, float]) -> None:
    ratios = ", ".join(f"{name} {found[name] / first[name]:.2f}" for name in found)
    print(f"{what:28} {ratios}")


def _print_sizes(folder: Folder) -> None:
    parts = [folder.size(key) or 0 for key in folder.keys("curated/")]
    files = [file.size for file in read_in_force(folder).files()]
    print(
        f"{'':28} files {len(parts):,} of parts, {len(files):,} compacted; "
        f"bytes {sum(parts):,} and {sum(files):,}"
    )


if __name__ == "__main__":
    main()
