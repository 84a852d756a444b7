"""The synthetic parts that are measured, in folders as `job.Job` reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from tests.bench.job import RAW_KEY
from tests.bench.synthetic_parts import synthetic_part

from playlake_contracts.keys import RawKey
from playlake_contracts.raw import read_frames

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playlake_contracts.sources.spotify import Api

FETCHED_AT: Final = datetime(2026, 11, 21, 6, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Size:
    """A part: so many snapshots, of so many entries each."""

    api: Api
    snapshots: int
    entries: int

    def __str__(self) -> str:
        return f"{self.api} {self.snapshots:,} x {self.entries:,}"

    @property
    def name(self) -> str:
        """The name of its folder."""
        return f"{self.api}-{self.snapshots}x{self.entries}"

    def make(self, parent: Path) -> Path:
        """Write the part; return its folder."""
        folder = parent / self.name
        (folder / "frames").mkdir(parents=True)
        key = RawKey.parse(RAW_KEY)
        made = synthetic_part(key, FETCHED_AT, self.api, self.snapshots, self.entries)
        raw = b"".join(made)
        (folder / "part").write_bytes(raw)
        for number, frame in enumerate(read_frames(raw)):
            (folder / "frames" / f"{number:04}.json").write_bytes(frame)
        return folder


SIZES: Final = [
    Size(api, snapshots, entries)
    for snapshots, entries in ((100, 100), (1, 10_000), (100, 5), (1, 1))
    for api in ("classic", "items")
]
# The parts whose memory is measured.
LONG: Final = [size for size in SIZES if size.entries == 10_000]


def chosen(names: Sequence[str] | None) -> list[Size]:
    """The parts of these names, or all."""
    return [size for size in SIZES if names is None or size.name in names]
