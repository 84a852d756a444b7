"""What `playlake status` sees: what the page says of the lake, and its last runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from playlake.errors import CommandError
from playlake.serving.looking import Look, site_over
from playlake_contracts.outcomes import Outcome
from playlake_lake.errors import LakeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake.lakes.lake import Lake
    from playlake_lake.results import Result
    from playlake_web.site import Site

SUCCESSES: Final = ", ".join(f"'{outcome}'" for outcome in Outcome if outcome.is_success)
# A run is known by its loads, the commit marks; what became of its playlists comes with the last.
RUNS_SQL: Final = f"""
SELECT loaded.run_id, outcomes.playlists, outcomes.landed, outcomes.unchanged, outcomes.unread,
       loaded.parts, loaded.items, loaded.quarantined, loaded.committed_at
FROM (
    SELECT run_id, sum(CASE WHEN part = 'manifest' THEN 0 ELSE 1 END) AS parts,
           sum(rows_playlist_items) AS items, sum(rows_quarantined) AS quarantined,
           max(committed_at) AS committed_at
    FROM loads GROUP BY run_id
) AS loaded
LEFT JOIN (
    SELECT run_id, count(*) AS playlists,
           sum(CASE WHEN outcome = 'landed' THEN 1 ELSE 0 END) AS landed,
           sum(CASE WHEN outcome = 'unchanged' THEN 1 ELSE 0 END) AS unchanged,
           sum(CASE WHEN outcome IN ({SUCCESSES}) THEN 0 ELSE 1 END) AS unread
    FROM run_outcomes GROUP BY run_id
) AS outcomes ON outcomes.run_id = loaded.run_id
ORDER BY loaded.run_id DESC LIMIT 10
"""  # noqa: S608  the outcomes are the contract's


@dataclass(frozen=True, slots=True)
class Seen:
    """A lake as it was seen.

    Attributes:
        place: where it is.
        is_synthetic: whether it holds invented music.
        look: how it is doing.
        runs: its last runs, as `RUNS_SQL` finds them.
    """

    place: str
    is_synthetic: bool
    look: Look
    runs: Result

    @property
    def key(self) -> str:
        """A text that changes when something has changed; the time of the look is none of it."""
        states = [line.state for line in self.look.health.lines]
        status = self.look.status.model_dump_json(exclude={"at"})
        return "\0".join([status, repr(states), repr(self.runs.rows)])


@dataclass(slots=True)
class Watched:
    """A lake that is looked at.

    Attributes:
        lake: the lake.
        site: what the page would be served from.
    """

    lake: Lake
    site: Site
    _runs: Result | None = None
    _version: str = field(default="")

    @classmethod
    def of(cls, lake: Lake, say: Callable[[str], None]) -> Watched:
        """Look at a lake; `say` tells the person at the terminal something."""
        return cls(lake, site_over(lake, say))

    def look(self) -> Seen:
        """Look at it; the runs are only read when something was committed.

        Raises:
            CommandError: it cannot be read.
        """
        look = Look.at(self.site.status())
        try:
            version = self.site.version()
        except LakeError as error:
            raise CommandError(str(error)) from error
        if self._runs is None or version != self._version:
            self._runs, self._version = self.lake.query(RUNS_SQL), version
        return Seen(self.lake.place, self.lake.is_synthetic, look, self._runs)
