"""Runs: what became of every playlist, and of every raw object."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from playlake_contracts.keys import MANIFEST
from playlake_contracts.outcomes import Outcome
from playlake_contracts.runs import RunId
from playlake_lake.days import EVERY_DAY, Days
from playlake_web.facts.fact import Fact
from playlake_web.facts.rows import aware, outcome_of

if TYPE_CHECKING:
    from playlake_web.reader import Reader

_COUNTS: Final = """
select run_id, account, outcome, count(*) as playlists
from run_outcomes where {in_days} group by run_id, account, outcome order by run_id, outcome
"""
_PARTS: Final = """
select
    run_id, source, part, snapshots, raw_bytes, json_bytes, rows_quarantined, committed_at,
    transform_seconds, transformer_version,
    rows_playlists + rows_playlist_items + rows_tracks + rows_albums + rows_artists
        + rows_track_artists + rows_album_artists + rows_run_outcomes as row_count
from loads where {in_days} order by run_id, part
"""
_OUTCOMES: Final = """
select
    source, playlist_id, name, outcome, code, reason, entries, total, unchanged_since_run_id,
    fetched_at, items_changed
from run_outcomes where run_id = $run_id and {in_days}
order by source, playlist_id
"""


class CommittedPart(Fact):
    """A raw object whose rows are all in the tables."""

    run_id: str
    """The run that landed it."""
    source: str
    """The service that it comes from."""
    part: str
    """Its name in the run: part-0000 and so on, or manifest."""
    snapshots: int
    """The number of snapshots in it."""
    rows: int
    """The number of rows that it became."""
    rows_quarantined: int
    """The number of rows that were set aside."""
    raw_bytes: int
    """Its size as it is stored."""
    json_bytes: int
    """Its size when it is decompressed."""
    committed_at: datetime
    """When its commit mark was written, UTC."""
    transform_seconds: float
    """How long it was transformed."""
    transformer_version: str
    """The version that transformed it."""


class Run(Fact):
    """A run, as far as its raw objects are committed."""

    run_id: str
    """The run."""
    source: str
    """The service that it read."""
    account: str | None
    """The account that it read it with; null if that has no name, or is not committed yet."""
    scheduled_at: datetime
    """The time that it was scheduled for, UTC."""
    outcomes: dict[Outcome, int]
    """The number of playlists by outcome; empty until its manifest is committed."""
    parts: tuple[CommittedPart, ...]
    """Its committed raw objects."""

    @property
    def asked(self) -> int:
        """The number of playlists that it was asked for."""
        return sum(self.outcomes.values())

    @property
    def unread(self) -> int:
        """The number of playlists that it could not read."""
        return sum(n for outcome, n in self.outcomes.items() if not outcome.is_success)

    @property
    def is_accounted(self) -> bool:
        """Whether its manifest is committed, which accounts for every playlist."""
        return any(part.part == MANIFEST for part in self.parts)

    @property
    def rows(self) -> int:
        """The number of rows of its raw objects."""
        return sum(part.rows for part in self.parts)


class PlaylistInRun(Fact):
    """The outcome of a playlist in a run."""

    source: str
    """The service that the playlist comes from."""
    playlist_id: str
    """The source's id of the playlist."""
    name: str | None
    """Its name, if the run knew it."""
    outcome: Outcome
    """What became of it."""
    code: str | None
    """The stable code of what went wrong."""
    reason: str | None
    """What went wrong, for a person."""
    entries: int | None
    """The number of entries that were read."""
    total: int | None
    """The number of entries that the source says there are."""
    unchanged_since_run_id: str | None
    """Of an unchanged playlist: the run whose snapshot is still in force."""
    fetched_at: datetime
    """When the source answered, UTC."""
    items_changed: bool | None
    """Whether the entries differ from those of the snapshot before; null if that is not known."""


class RunDetails(Run):
    """A run with every playlist that it was asked for."""

    playlists: tuple[PlaylistInRun, ...]
    """Every playlist once, what needs a look first."""


def runs(lake: Reader, days: Days = EVERY_DAY) -> list[Run]:
    """The runs of some days, the newest first."""
    parts: dict[str, list[CommittedPart]] = {}
    for row in lake.rows(_PARTS, days):
        part = _part(row)
        parts.setdefault(part.run_id, []).append(part)
    outcomes: dict[str, dict[Outcome, int]] = {}
    accounts: dict[str, str | None] = {}
    for run_id, account, outcome, count in lake.rows(_COUNTS, days):
        accounts[run_id] = account
        outcomes.setdefault(run_id, {})[outcome_of(outcome)] = count
    return [
        Run(
            run_id=run_id,
            source=found[0].source,
            account=accounts.get(run_id),
            scheduled_at=RunId.parse(run_id).scheduled_at,
            outcomes=outcomes.get(run_id, {}),
            parts=tuple(found),
        )
        for run_id, found in sorted(parts.items(), reverse=True)
    ]


def run_details(lake: Reader, run_id: str) -> RunDetails | None:
    """A run with its playlists; None if nothing of it is committed.

    Raises:
        ValueError: the text is no id of a run.
    """
    day = RunId.parse(run_id).snapshot_date
    found = [run for run in runs(lake, Days(day, day)) if run.run_id == run_id]
    if not found:
        return None
    rows = lake.rows(_OUTCOMES, Days(day, day), run_id=run_id)
    playlists = sorted((_playlist(row) for row in rows), key=_urgency)
    return RunDetails(**dict(found[0]), playlists=tuple(playlists))


_URGENCY: Final = (
    Outcome.FAILED,
    Outcome.TORN,
    Outcome.RATE_LIMITED,
    Outcome.FORBIDDEN,
    Outcome.GONE,
    Outcome.NOT_READABLE,
    Outcome.LANDED,
    Outcome.UNCHANGED,
)


def _urgency(playlist: PlaylistInRun) -> tuple[int, str]:
    return _URGENCY.index(playlist.outcome), (playlist.name or playlist.playlist_id).casefold()


def _part(row: tuple[Any, ...]) -> CommittedPart:
    (
        run_id, source, part, snapshots, raw_bytes, json_bytes, quarantined, committed_at, seconds,
        version, rows,
    ) = row  # fmt: skip
    return CommittedPart(
        run_id=run_id,
        source=source,
        part=part,
        snapshots=snapshots,
        rows=rows,
        rows_quarantined=quarantined,
        raw_bytes=raw_bytes,
        json_bytes=json_bytes,
        committed_at=aware(committed_at),
        transform_seconds=seconds,
        transformer_version=version,
    )


def _playlist(row: tuple[Any, ...]) -> PlaylistInRun:
    source, playlist_id, name, outcome, code, reason, entries, total, since, at, changed = row
    return PlaylistInRun(
        source=source,
        playlist_id=playlist_id,
        name=name,
        outcome=outcome_of(outcome),
        code=code,
        reason=reason,
        entries=entries,
        total=total,
        unchanged_since_run_id=since,
        fetched_at=aware(at),
        items_changed=changed,
    )
