"""Time the named queries on a lake of a year: `make bench-query`.

The lake is synthetic: 50 playlists of 100 entries, all landed on each of 365 days, 1.8 million
entries. Every query runs in a process of its own, in turn with one that only counts playlists.
Printed are ratios to that count.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.bench.synthetic_parts import synthetic_part

from playlake.lakes.queries import named_queries
from playlake_contracts.keys import RawKey
from playlake_contracts.raw import compress_frame, read_frames
from playlake_contracts.runs import RunId
from playlake_contracts.version import VERSION
from playlake_lake.folder import etag
from playlake_lake.identity import make_lake
from playlake_transformer.domain.commit_mark import Commit, commit_mark_file
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from playlake_lake.folder import Folder

CHECKOUT = Path(__file__).resolve().parents[2]
QUERIES = named_queries(CHECKOUT / "queries")
GIVEN = {
    "playlist": "playlist=playlist-0",
    "other": "other=playlist-1",
    "at": "at=2026-11-01",
}
COUNT = ("SELECT count(*) FROM playlists",)
FIRST_DAY = datetime(2025, 11, 29, 6, tzinfo=UTC)
KEY = RawKey.of_part("spotify", RunId.derive("spotify", FIRST_DAY), 0)


def main() -> None:
    """Make the lake and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with TemporaryDirectory() as parent:
        root = Path(parent) / "year"
        folder, _ = make_lake(root, synthetic=True)
        frames = list(read_frames(b"".join(synthetic_part(KEY, FIRST_DAY, "classic", 50, 100))))
        for number in range(options.days):
            _land(folder, frames, FIRST_DAY + timedelta(days=number))
        ratios: dict[str, list[float]] = {name: [] for name in QUERIES}
        for _ in range(options.rounds):
            for name in QUERIES:
                counted = _seconds(root, *COUNT)
                ratios[name].append(_seconds(root, *_named(name)) / counted)
    for name, found in ratios.items():
        spread = f"{min(found):.2f} to {max(found):.2f}"
        print(f"{name:18} {statistics.median(found):.2f} times a count ({spread})")


def _named(name: str) -> list[str]:
    """The arguments that run a named query; parameters without a default get `GIVEN`."""
    needed = [one.name for one in QUERIES[name].parameters if one.default is None]
    return ["--name", name, *(text for one in needed for text in ("--param", GIVEN[one]))]


def _land(folder: Folder, frames: list[bytes], at: datetime) -> None:
    """Put a day into the lake: the raw part of the first day at another time, and its tables."""
    key = RawKey.of_part("spotify", RunId.derive("spotify", at), 0)
    changed = {str(KEY.run_id): str(key.run_id), _written(FIRST_DAY): _written(at)}
    body = b""
    for frame in frames:
        moved = frame
        for first, now in changed.items():
            moved = moved.replace(first.encode(), now.encode())
        body += b"".join(compress_frame([moved]))
    made = transform(body, key)
    commit = Commit(etag(body), len(body), at, timedelta(seconds=1), VERSION)
    folder.put_new(str(key), body)
    for file in (*made.files, commit_mark_file(key, made, commit)):
        folder.put_new(file.key, file.body)


def _written(at: datetime) -> str:
    """A time as a part has it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _seconds(lake: Path, *query: str) -> float:
    """How long a query takes, with the process around it, until its first 100 rows are printed."""
    command = [sys.executable, "-m", "playlake", "query", "--lake", str(lake), "--limit", "100"]
    started = time.perf_counter()
    subprocess.run([*command, *query], check=True, capture_output=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
