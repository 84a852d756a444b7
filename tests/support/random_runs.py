"""Random runs of a few playlists with all that can become of them, as files of lakes in folders.

All are landed and committed in one lake; other lakes get their files in another order. Synthetic.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from historical_lakes import Read, commit_run, failed, read, unchanged
from landed import bad_entry, entry

from playlake_contracts.outcomes import Outcome
from playlake_lake.identity import LAKE_FILE, make_lake

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from random import Random

    from playlake_contracts.manifest import PlaylistOutcome
    from playlake_lake.folder import Folder

PLAYLISTS: Final = ("one", "two", "three")
BEGIN: Final = datetime(2026, 1, 1, 23, 59, 30, tzinfo=UTC)
_FAILURES: Final = (Outcome.GONE, Outcome.RATE_LIMITED, Outcome.TORN, Outcome.FAILED)


@dataclass(slots=True)
class RandomRuns:
    """A lake of random runs, and the keys of the objects of each run.

    Attributes:
        random: the dice.
        folder: the lake.
        runs: the keys of the raw objects and files of each run, the marks last.
    """

    random: Random
    folder: Folder
    runs: dict[str, list[str]] = field(default_factory=dict)
    _entries: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _landed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def make(cls, root: Path, random: Random, count: int, every: timedelta) -> RandomRuns:
        """Make a lake with a number of runs."""
        made = cls(random, make_lake(root, synthetic=True)[0])
        for number in range(count):
            made._run(BEGIN + number * every)
        made._sort_objects()
        return made

    def bring(self, folder: Folder, runs: Iterable[str]) -> None:
        """Bring runs to another lake, as if they were committed there."""
        for run in runs:
            for key in self.runs[run]:
                target = folder.path(key)
                target.parent.mkdir(parents=True, exist_ok=True)
                if not target.exists():
                    os.link(self.folder.path(key), target)

    def _run(self, scheduled_at: datetime) -> None:
        reads: list[Read] = []
        outcomes: list[PlaylistOutcome] = []
        for playlist in PLAYLISTS:
            became = self._observe(playlist)
            if isinstance(became, Read):
                reads.append(became)
            else:
                outcomes.append(became)
        has_manifest = not reads or self.random.random() < 0.95
        run_id = commit_run(self.folder, scheduled_at, reads, outcomes, has_manifest=has_manifest)
        for each in reads:
            self._landed[each.playlist_id].append(run_id)
        self.runs[run_id] = []

    def _observe(self, playlist: str) -> Read | PlaylistOutcome:
        chance, landed = self.random.random(), self._landed[playlist]
        if chance < 0.3:
            self._edit(playlist)
        if chance < 0.45 or not landed:
            return self._read(playlist)
        if chance < 0.75:
            return unchanged(playlist, landed[-1])
        if chance < 0.85:  # a run came in between
            return unchanged(playlist, self.random.choice(landed))
        return failed(playlist, self.random.choice(_FAILURES))

    def _edit(self, playlist: str) -> None:
        entries = self._entries.setdefault(playlist, [])
        for _ in range(self.random.randrange(4)):
            at = self.random.randrange(len(entries) + 1)
            if entries[at:] and self.random.random() < 0.5:
                entries.pop(at)
            else:
                entries.insert(at, entry(self.random.randrange(8)))

    def _read(self, playlist: str) -> Read:
        shown = list(self._entries.get(playlist, []))
        if self.random.random() < 0.1:
            shown.append(bad_entry())
        # Saved files are imported as of the time at which they were saved.
        months = self.random.choice([-1, 1]) if self.random.random() < 0.1 else 0
        after = timedelta(seconds=self.random.randrange(1, 60), days=31 * months)
        return read(playlist, shown, after=after, complete=self.random.random() < 0.95)

    def _sort_objects(self) -> None:
        for key in self.folder.keys(""):
            for run in self.runs if key != LAKE_FILE else ():
                if run in key:
                    self.runs[run].append(key)
        for keys in self.runs.values():
            keys.sort(key=lambda key: key.startswith("curated/loads/"))
