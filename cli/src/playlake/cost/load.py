"""How much work a month is: runs, requests, parts, objects and bytes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from playlake.cost.prices import HOURS_PER_MONTH
from playlake.sources.registry import DEFAULT, SOURCES
from playlake_contracts.limits import PART_BYTES, PART_SNAPSHOTS

if TYPE_CHECKING:
    from playlake.sources.registered import Requests

_MONTH = timedelta(hours=HOURS_PER_MONTH)

# Of a response in the shape that new apps get, measured on the sandbox's playlists.
RAW_BYTES_PER_ENTRY = 220
CURATED_BYTES_PER_ENTRY = 400
JSON_BYTES_PER_ENTRY = 3_100

LOG_BYTES_PER_PLAYLIST = 400
LOG_BYTES_PER_OBJECT = 700


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of a deployment.

    Attributes:
        playlists: playlists configured.
        every: time between two runs.
        entries: entries of a playlist, on average.
        changed: share of playlists that is read in a run; the others are known to be
            unchanged by their version in a list.
        requests_per_second: the extractor's pace.
        sources: sources that are read, each as often and as much.
        source: how many requests the source takes.
    """

    playlists: int
    every: timedelta
    entries: int = 100
    changed: float = 1.0
    requests_per_second: float = 1.0
    sources: int = 1
    source: Requests = SOURCES[DEFAULT].requests

    @property
    def runs(self) -> float:
        """Runs a month, of all sources together."""
        return self.runs_of_a_source * self.sources

    @property
    def runs_of_a_source(self) -> float:
        """Runs a month of one source."""
        return _MONTH / self.every

    @property
    def snapshots(self) -> float:
        """Snapshots a run."""
        return self.playlists * self.changed

    @property
    def requests(self) -> float:
        """Requests to the source a run."""
        first = self.entries if self.source.first_entries is None else self.source.first_entries
        each = 1 + math.ceil(max(0, self.entries - first) / self.source.page_entries)
        listing = math.ceil(self.playlists / self.source.listed) if self.changed < 1 else 0
        return listing + self.snapshots * each

    @property
    def fetching(self) -> timedelta:
        """Time that a run spends asking the source."""
        return timedelta(seconds=self.requests / self.requests_per_second)

    @property
    def parts(self) -> int:
        """Parts a run."""
        json_bytes = self.snapshots * self.entries * JSON_BYTES_PER_ENTRY
        return max(
            1,
            math.ceil(self.snapshots / PART_SNAPSHOTS),
            math.ceil(json_bytes / PART_BYTES),
        )

    @property
    def raw_objects(self) -> int:
        """Raw objects a run: its parts and its manifest."""
        return self.parts + 1

    @property
    def stored_bytes(self) -> float:
        """Bytes that a month adds to the buckets."""
        entries = self.runs * self.snapshots * self.entries
        return entries * (RAW_BYTES_PER_ENTRY + CURATED_BYTES_PER_ENTRY)

    @property
    def logged_bytes(self) -> float:
        """Bytes of logs a month."""
        per_run = self.playlists * LOG_BYTES_PER_PLAYLIST + self.raw_objects * LOG_BYTES_PER_OBJECT
        return self.runs * per_run
