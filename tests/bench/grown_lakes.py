"""Makes the lakes whose growth is measured, and keeps them with what their compaction took."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec
from compacting import compact
from growing_lakes import END, Growth, grow

from playlake_contracts.keys import CURATED_PREFIX
from playlake_lake.compaction.in_force import read_in_force

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from playlake_lake.folder import Folder

FIGURES: Final = "figures.json"
# Late enough for all days but the last.
_COMPACTED_AT: Final = END + timedelta(hours=5)


class Figures(msgspec.Struct, frozen=True):
    """What the compaction of a lake took, and what it left.

    Attributes:
        parts: the number of files of parts, and their bytes.
        compacted: the number of compacted files in force, and their bytes.
        days: the number of compacted days.
        first_seconds: the CPU seconds of the first compaction, of all days but the last two.
        daily_seconds: those of a compaction of one more day.
    """

    parts: tuple[int, int]
    compacted: tuple[int, int]
    days: int
    first_seconds: float
    daily_seconds: float


@dataclass(frozen=True, slots=True)
class Grown:
    """A compacted lake.

    Attributes:
        name: what it is, for a person.
        root: its folder.
        figures: what its compaction took.
    """

    name: str
    root: Path
    figures: Figures


def grown(parent: Path, growth: Growth) -> Grown:
    """The lake of a growth below a folder, made if it is not there."""
    hours = growth.every // timedelta(hours=1)
    name = f"{growth.days:,} days" + (" hourly" if hours == 1 else "")
    root = parent / f"{growth.days}-days-{hours}-hours-{growth.playlists}-{growth.entries}"
    figures = root.with_suffix(".json")
    if not figures.exists():
        print(f"making a lake of {name}", flush=True)
        figures.write_bytes(msgspec.json.encode(_make(root, growth)))
    return Grown(name, root, msgspec.json.decode(figures.read_bytes(), type=Figures))


def _make(root: Path, growth: Growth) -> Figures:
    folder = grow(root, growth)
    first = _compaction_seconds(folder, _COMPACTED_AT - timedelta(days=1))
    daily = _compaction_seconds(folder, _COMPACTED_AT)
    parts = [folder.size(key) or 0 for key in folder.keys(CURATED_PREFIX)]
    in_force = read_in_force(folder)
    files = [file.size for file in in_force.files()]
    days = sum(len(month.days) for month in in_force.months.values())
    return Figures((len(parts), sum(parts)), (len(files), sum(files)), days, first, daily)


def _compaction_seconds(folder: Folder, now: datetime) -> float:
    before = time.process_time()
    compact(folder, now)
    return time.process_time() - before
