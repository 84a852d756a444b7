"""How much work a month is: runs, requests, parts, objects and bytes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

from playlake.cost.prices import HOURS_PER_MONTH
from playlake_contracts.limits import PART_BYTES, PART_SNAPSHOTS

_MONTH = timedelta(hours=HOURS_PER_MONTH)

# Of a response in the shape that new apps get, measured on the sandbox's playlists.
RAW_BYTES_PER_ENTRY = 220
CURATED_BYTES_PER_ENTRY = 400
JSON_BYTES_PER_ENTRY = 3_100

# https://developer.spotify.com/documentation/web-api/reference
ENTRIES_PER_FIRST_REQUEST = 100
ENTRIES_PER_PAGE = 50
PLAYLISTS_PER_LISTING = 50

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
            unchanged by their snapshot id, 50 a request.
        requests_per_second: the extractor's pace.
        sources: sources that are read, each as often and as much.
    """

    playlists: int
    every: timedelta
    entries: int = 100
    changed: float = 1.0
    requests_per_second: float = 1.0
    sources: int = 1

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
        """Requests to Spotify a run."""
        further = max(0, self.entries - ENTRIES_PER_FIRST_REQUEST)
        each = 1 + math.ceil(further / ENTRIES_PER_PAGE)
        listing = math.ceil(self.playlists / PLAYLISTS_PER_LISTING) if self.changed < 1 else 0
        return listing + self.snapshots * each

    @property
    def fetching(self) -> timedelta:
        """Time that a run spends asking Spotify."""
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
