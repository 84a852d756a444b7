"""The playlist at a moment that a person names, or why the lake does not know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from playlake.errors import CommandError
from playlake_contracts.runs import RunId
from playlake_lake.asking.when import parse_when, shown
from playlake_lake.history import fold
from playlake_lake.history.metadata import Metadata
from playlake_lake.history.reading import (
    backwards,
    contents_at,
    instant_of,
    observations,
    with_known_titles,
)

if TYPE_CHECKING:
    from playlake.history.playlists import Named
    from playlake.history.reading import HistoryLake
    from playlake_lake.history.reading import Held

_FIRST: Final = """
select min(fetched_at) as first_at from playlists
where source = $source and playlist_id = $id and is_complete and {in_days}
"""
_LAST_OUTCOME: Final = """
select max_by(outcome, fetched_at) as outcome, max(fetched_at) as last_at from run_outcomes
where source = $source and playlist_id = $id and {in_days}
"""


@dataclass(frozen=True, slots=True)
class PlaylistAt:
    """A playlist at a moment.

    Attributes:
        named: the playlist, with its name of today.
        at: the moment, UTC.
        held: its contents, with the last known titles of entries that are unavailable; and what
            asserted them.
        metadata: what its snapshot said of it.
    """

    named: Named
    at: datetime
    held: Held
    metadata: Metadata

    @property
    def name(self) -> str:
        """Its name at that moment."""
        return self.metadata.name or self.named.name


def moment_of(lake: HistoryLake, named: Named, text: str, now: datetime) -> datetime:
    """The moment, in UTC, that a text names; of a run the time when it saw the playlist.

    Raises:
        CommandError: it is no moment, in the future, or a run that says nothing of the playlist.
    """
    moment = parse_when(text, now)
    if not isinstance(moment, RunId):
        return moment
    run_id = str(moment)
    for run in lake.records.runs(named.playlist, {moment.snapshot_date}):
        if run.run_id == run_id:
            return instant_of(run).at
    raise CommandError(
        f"run {run_id} says nothing of {named.told}: `playlake runs` lists the runs, and "
        f"`playlake runs {run_id}` its playlists"
    )


def playlist_at(lake: HistoryLake, named: Named, at: datetime) -> PlaylistAt:
    """A playlist at a moment.

    Raises:
        CommandError: no run had read it until then; the message says when the first one did.
    """
    held = contents_at(lake.records, named.playlist, at)
    if held is None:
        raise CommandError(_absence(lake, named, at))
    held = with_known_titles(lake.records, named.playlist.source, held, at)
    day = RunId.parse(held.contents_of).snapshot_date
    sent = [
        run.snapshot.metadata
        for run in lake.records.runs(named.playlist, {day})
        if run.run_id == held.contents_of and run.snapshot is not None
    ]
    return PlaylistAt(named, at, held, sent[0] if sent else Metadata())


def last_change(lake: HistoryLake, named: Named, now: datetime) -> tuple[datetime, datetime] | None:
    """The observations between which a playlist changed last; None if it never did.

    It looks back by days, as `contents_at` does.
    """
    looked_at: set[str] = set()
    for days in backwards(lake.records.days()):
        looked_at.update(days)
        found = observations(lake.records, named.playlist, looked_at)
        changes = fold(one for one in found if one.instant.at <= now).changes
        for change in reversed(changes):
            if change.since is not None:
                return change.since.at, change.seen.at
    return None


def is_gone_now(lake: HistoryLake, named: Named, now: datetime) -> bool:
    """Whether the newest run that says anything of a playlist found it gone."""
    held = contents_at(lake.records, named.playlist, now)
    return held is not None and held.is_gone


def _absence(lake: HistoryLake, named: Named, at: datetime) -> str:
    source, id_ = named.playlist
    ((first,),) = lake.rows(_FIRST, source=source, id=id_)
    if first is not None:
        return (
            f"{named.told} has no snapshot until {shown(at)}: the first one is of "
            f"{_utc(first)}, so give that time or a later one"
        )
    ((outcome, last),) = lake.rows(_LAST_OUTCOME, source=source, id=id_)
    newest = f" (the newest one, of {_utc(last)}, says {outcome})" if last is not None else ""
    return (
        f"no run has read {named.told}{newest}: `playlake runs` lists the runs with their reasons"
    )


def _utc(moment: datetime) -> str:
    """A time of a query for a person: it is UTC, and does not say so in a folder."""
    return shown(moment.replace(tzinfo=UTC))
