"""Reads what a run found, from the committed rows alone, so that no table of the history is needed.

On AWS those are as of the last compaction. What changed in a playlist is what distinguishes its
snapshot from the one that was in force before, as in `playlake diff`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from playlake_contracts.outcomes import Outcome
from playlake_contracts.runs import RunId
from playlake_lake.days import Days
from playlake_web.facts.feed import News
from playlake_web.facts.people import names_of_people
from playlake_web.facts.playlists import PlaylistKey
from playlake_web.facts.rows import aware, outcome_of
from playlake_web.notices.changes import Snapshot, changes_between, playlist_change
from playlake_web.notices.findings import Alarm, Findings, Unread
from playlake_web.notices.snapshots import snapshots

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from playlake_web.notices.findings import EndedRun
    from playlake_web.reader import Rows

_OUTCOMES: Final = """
select
    source, playlist_id, name, outcome, code, reason, fetched_at, unchanged_since_run_id,
    is_complete
from run_outcomes where run_id = $run_id and {in_days}
order by source, playlist_id
"""
_ASSERTS: Final = """(
    (outcome = 'landed' and coalesce(is_complete, true))
    or (outcome = 'unchanged' and unchanged_since_run_id is not null)
)"""
_BEFORE: Final = f"""
select
    source, playlist_id,
    max_by(outcome, fetched_at) as outcome,
    max_by(outcome, fetched_at) filter (where {_ASSERTS} or outcome = 'gone') as standing,
    max_by(coalesce(unchanged_since_run_id, run_id), fetched_at)
        filter (where {_ASSERTS}) as contents_of
from run_outcomes where run_id < $run_id and {{in_days}}
group by source, playlist_id
"""  # noqa: S608
_ALARMS: Final = """
select
    rule, table_name, sum(rows_broken) as broken, sum(rows_checked) as checked,
    max(examples) as examples
from quality_results where run_id = $run_id and is_alarming and {in_days}
group by rule, table_name order by broken desc, rule
"""
# So many days are looked at for the snapshot before, and all if it is not in them.
_LOOK_BACK_DAYS: Final = (3, 31, None)
# The entries of so many playlists are in memory at once.
_PLAYLISTS_AT_ONCE: Final = 50


class _Before(NamedTuple):
    """What earlier runs say of a playlist: the last outcome, what stands, whose snapshot does."""

    outcome: Outcome
    standing: Outcome | None = None
    contents_of: str | None = None


class _Row(NamedTuple):
    """A row of `run_outcomes`."""

    key: PlaylistKey
    name: str | None
    outcome: Outcome
    code: str | None
    reason: str | None
    fetched_at: datetime
    unchanged_since: str | None
    is_complete: bool | None

    def contents_of(self, run_id: str) -> str | None:
        """The run whose snapshot it asserts; None if it asserts none."""
        if self.outcome is Outcome.LANDED and self.is_complete is not False:
            return run_id
        return self.unchanged_since if self.outcome is Outcome.UNCHANGED else None


def findings_of(lake: Rows, run: EndedRun) -> Findings:
    """What a run found.

    Args:
        lake: the committed rows.
        run: the run.

    Raises:
        LakeError: the lake cannot be read.
    """
    day = RunId.parse(run.run_id).snapshot_date
    of_day = Days(day, day)
    rows = [_row(row) for row in lake.rows(_OUTCOMES, of_day, run_id=run.run_id)]
    before = _before(lake, run.run_id, rows)
    news = sorted(_news(lake, run.run_id, rows, before), key=lambda each: -len(each.changes))
    return Findings(
        run=run,
        asked=len(rows),
        news=news,
        unread=[_unread(row, before.get(row.key)) for row in rows if not row.outcome.is_success],
        alarms=[_alarm(row) for row in lake.rows(_ALARMS, of_day, run_id=run.run_id)],
        labels={row.key: row.name or f"Playlist {row.key.id}" for row in rows},
        people=names_of_people(lake) if news else {},
    )


def _before(lake: Rows, run_id: str, rows: Sequence[_Row]) -> Mapping[PlaylistKey, _Before]:
    """What the runs before say; it looks further back while a playlist has no snapshot before."""
    scheduled_on = RunId.parse(run_id).scheduled_at.date()
    found: dict[PlaylistKey, _Before] = {}
    for days in _LOOK_BACK_DAYS:
        first = None if days is None else str(scheduled_on - timedelta(days=days))
        some = lake.rows(_BEFORE, Days(first, str(scheduled_on)), run_id=run_id)
        found = {PlaylistKey(source, id_): _before_of(*rest) for source, id_, *rest in some}
        if all(row.key in found and found[row.key].contents_of for row in rows if _asserts(row)):
            break
    return found


def _asserts(row: _Row) -> bool:
    return row.outcome in {Outcome.LANDED, Outcome.UNCHANGED, Outcome.GONE}


def _before_of(outcome: str, standing: str | None, contents_of: str | None) -> _Before:
    stands = None if standing is None else outcome_of(standing)
    return _Before(outcome_of(outcome), stands, contents_of)


def _news(
    lake: Rows, run_id: str, rows: Iterable[_Row], before: Mapping[PlaylistKey, _Before]
) -> Iterator[News]:
    """What changed, a playlist each. One without a snapshot before has no change."""
    known = [(row, before[row.key]) for row in rows if row.key in before and _asserts(row)]
    known = [(row, was) for row, was in known if was.contents_of is not None]
    for start in range(0, len(known), _PLAYLISTS_AT_ONCE):
        some = known[start : start + _PLAYLISTS_AT_ONCE]
        wanted = {row.key: _runs_compared(row, was, run_id) for row, was in some}
        held = snapshots(lake, {key: runs for key, runs in wanted.items() if runs})
        for row, was in some:
            changes = [*_of_playlist(row, was, run_id), *_of_contents(row, was, run_id, held)]
            if changes:
                yield News(row.key, run_id, row.fetched_at, changes)


def _runs_compared(row: _Row, was: _Before, run_id: str) -> set[str]:
    """The runs whose snapshots are compared; none if the snapshot in force is the same."""
    new = row.contents_of(run_id)
    return set() if new in {None, was.contents_of} else {str(new), str(was.contents_of)}


def _of_playlist(row: _Row, was: _Before, run_id: str) -> Iterator[Any]:
    was_gone, is_gone = was.standing is Outcome.GONE, row.outcome is Outcome.GONE
    if is_gone != was_gone and (is_gone or row.contents_of(run_id) is not None):
        yield playlist_change(run_id, row.fetched_at, is_gone=is_gone)


def _of_contents(
    row: _Row,
    was: _Before,
    run_id: str,
    held: Mapping[tuple[PlaylistKey, str], Snapshot],
) -> Sequence[Any]:
    old = held.get((row.key, str(was.contents_of)))
    new = held.get((row.key, str(row.contents_of(run_id))))
    return () if old is None or new is None else changes_between(run_id, old, new)


def _unread(row: _Row, was: _Before | None) -> Unread:
    is_told = row.outcome is Outcome.FAILED or was is None or was.outcome is not row.outcome
    return Unread(row.key, row.outcome, row.code, row.reason, is_told)


def _row(row: tuple[Any, ...]) -> _Row:
    source, id_, name, outcome, code, reason, at, since, is_complete = row
    key = PlaylistKey(source, id_)
    return _Row(key, name, outcome_of(outcome), code, reason, aware(at), since, is_complete)


def _alarm(row: tuple[Any, ...]) -> Alarm:
    rule, table, broken, checked, examples = row
    return Alarm(rule, table, int(broken), int(checked), examples)
