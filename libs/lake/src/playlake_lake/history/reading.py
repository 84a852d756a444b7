"""Finds what a lake observed of a playlist, and what the playlist held at a moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from playlake_contracts.outcomes import Outcome
from playlake_lake.days import EVERY_DAY
from playlake_lake.history.values import Instant, Observation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from playlake_lake.days import SomeDays
    from playlake_lake.history.records import Playlist, Records, RunRecord
    from playlake_lake.history.values import Contents

# Looking back stops where no earlier run can have answered later than the one that was found.
LONGEST_RUN: Final = timedelta(days=1)
_FIRST_DAYS: Final = 3


def observations(
    records: Records, playlist: Playlist, days: SomeDays = EVERY_DAY
) -> list[Observation]:
    """What the runs of some days observed of a playlist, in order.

    A snapshot that is still current according to one of them is read from whatever day it is of.
    """
    runs = records.runs(playlist, days)
    asserted = {run_id for run in runs if (run_id := _asserted(run)) is not None}
    contents = records.contents(playlist, asserted)
    return sorted((observation_of(run, contents) for run in runs), key=attrgetter("instant"))


def observation_of(run: RunRecord, contents: Mapping[str, Contents]) -> Observation:
    """The observation of a run.

    Args:
        run: what the lake says about the run.
        contents: the contents of complete snapshots by run; the one that it asserts, if it is
            in the lake.

    Raises:
        ValueError: the record says nothing.
    """
    instant, asserted = instant_of(run), _asserted(run)
    if run.snapshot is not None and asserted == run.run_id:
        return Observation.landed(instant, contents[asserted], run.snapshot.metadata)
    if asserted is not None:
        return Observation.unchanged(instant, asserted, contents.get(asserted))
    outcome = Outcome.LANDED if run.outcome is None else run.outcome.outcome
    if outcome is Outcome.GONE:
        return Observation.gone(instant)
    return Observation.silent(instant, outcome)


@dataclass(frozen=True, slots=True)
class Held:
    """What a playlist held at a moment.

    Attributes:
        contents: its entries as they were read; what could not be read is a hole.
        contents_of: the run that read them.
        seen: the last run until the moment that asserted them.
        is_gone: whether the source answered 404 since.
    """

    contents: Contents
    contents_of: str
    seen: Instant
    is_gone: bool


def contents_at(records: Records, playlist: Playlist, when: datetime) -> Held | None:
    """The contents in force at a moment; None if the lake has none of then or before.

    It looks back from the moment, three days at first and then twice as many each time. So it costs
    as much in an old lake as in a young one. A run that was continued more than a day after its
    scheduled time can be overlooked.

    Args:
        records: the lake.
        playlist: the playlist.
        when: the moment, with a time zone. Runs that answered at it count.
    """
    seen: list[Observation] = []
    found: dict[str, Contents | None] = {}
    days = [day for day in records.days() if day <= when.astimezone(UTC).date().isoformat()]
    for looked_at in backwards(days):
        runs = map(_without_contents, records.runs(playlist, set(looked_at)))
        seen += [observation for observation in runs if observation.instant.at <= when]
        seen.sort(key=attrgetter("instant"), reverse=True)
        held = _latest(records, playlist, seen, found)
        if held is not None and (looked_at[0] == days[0] or _is_settled(held, looked_at[0])):
            return held
    return None


def with_known_titles(records: Records, source: str, held: Held, until: datetime) -> Held:
    """What was held, with the last known titles of entries whose item the source no longer has.

    Only such an entry that has an identity has one. Its `item_type` stays `unavailable`.

    Args:
        records: the lake; it is asked only if a title is missing.
        source: the source of the playlist.
        held: what the playlist held.
        until: the moment that it is of, with a time zone.
    """
    lacking = {entry.identity for entry in held.contents if entry.lacks_title and entry.identity}
    if not lacking:
        return held
    titles = records.titles(source, lacking, until)
    contents = (
        entry._replace(**title._asdict())
        if entry.lacks_title and (title := titles.get(entry.identity or "")) is not None
        else entry
        for entry in held.contents
    )
    return replace(held, contents=tuple(contents))


def backwards(days: Sequence[str]) -> Iterator[Sequence[str]]:
    """The days in windows, the last first, each twice as long as the one before."""
    end, length = len(days), _FIRST_DAYS
    while end:
        start = max(0, end - length)
        yield days[start:end]
        end, length = start, 2 * length


def _is_settled(held: Held, first_day: str) -> bool:
    """Whether runs before a day answered earlier than the one that was found."""
    begin = datetime.combine(date.fromisoformat(first_day), time(), UTC)
    return held.seen.at >= begin + LONGEST_RUN


def _latest(
    records: Records,
    playlist: Playlist,
    newest_first: Iterable[Observation],
    found: dict[str, Contents | None],
) -> Held | None:
    """What the newest assertion says; `found` has what was looked for, None if it is not there."""
    is_gone = False
    for observation in newest_first:
        is_gone = is_gone or observation.outcome is Outcome.GONE
        run_id = observation.contents_of
        if run_id is None:
            continue
        if run_id not in found:
            found[run_id] = records.contents(playlist, [run_id]).get(run_id)
        contents = found[run_id]
        if contents is not None:
            return Held(contents, run_id, observation.instant, is_gone)
    return None


def _without_contents(run: RunRecord) -> Observation:
    asserted = _asserted(run)
    return observation_of(run, {} if asserted != run.run_id or asserted is None else {asserted: ()})


def _asserted(run: RunRecord) -> str | None:
    """The run whose snapshot a run asserts; None if it asserts no contents."""
    if run.snapshot is not None:
        return run.run_id if run.snapshot.is_complete else None
    if run.outcome is not None and run.outcome.outcome is Outcome.UNCHANGED:
        return run.outcome.unchanged_since
    return None


def instant_of(run: RunRecord) -> Instant:
    """When a run observed the playlist.

    Raises:
        ValueError: the record says nothing.
    """
    found = run.snapshot or run.outcome
    if found is None:
        raise ValueError(f"the record of run {run.run_id} has neither a snapshot nor an outcome")
    return Instant(found.fetched_at, run.run_id)
