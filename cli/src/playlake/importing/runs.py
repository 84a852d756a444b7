"""Plans the runs of an import: files by their moments become snapshots, and those become runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake_contracts.sources.people import PEOPLE
from playlake_extractor.public import SavedFile, StopError, is_landed, land_saved, read_saved
from playlake_extractor.public import run_id_of as id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from playlake_contracts.pseudonyms import Pseudonyms
    from playlake_contracts.runs import RunId
    from playlake_extractor.public import GivenPlaylist, RawStore, SavedSnapshot


@dataclass(frozen=True, slots=True)
class Moment:
    """What was saved at one moment.

    Attributes:
        at: the moment, in UTC and whole seconds.
        read: reads the files.
        is_kept: whether what is read of them is kept in memory until it is landed.
    """

    at: datetime
    read: Callable[[], Sequence[SavedFile]]
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class PlannedSnapshot:
    """A snapshot that will be landed, without its bytes.

    Attributes:
        total: number of entries that the playlist has according to the source.
    """

    playlist_id: str
    name: str | None
    entries: int
    total: int | None
    is_complete: bool
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """A run that will be landed.

    Attributes:
        read: reads its snapshots.
        planned: the snapshots, without their bytes.
    """

    source: str
    run_id: RunId
    read: Callable[[], list[SavedSnapshot]]
    planned: tuple[PlannedSnapshot, ...]


@dataclass(slots=True)
class Plan:
    """What an import will land.

    Attributes:
        runs: in the order of their moments.
        refusals: a sentence for each file, or playlist in it, that cannot be imported.
    """

    runs: list[PlannedRun] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def plan_runs(moments: Iterable[Moment], given: GivenPlaylist, say: Callable[[str], None]) -> Plan:
    """Judge all files, before anything is landed.

    Args:
        moments: what was saved, by moment; in order.
        given: what the user says of the playlist.
        say: receives a sentence about each document that is left out.
    """
    plan = Plan()
    for moment in moments:
        judged = read_saved(moment.read(), say, given)
        plan.refusals += judged.refusals
        for source, snapshots in judged.snapshots.items():
            if snapshots:
                plan.runs.append(_planned(moment, source, snapshots, given))
    return plan


def land_runs(
    runs: Iterable[PlannedRun], store: RawStore, pseudonyms: Mapping[str, Pseudonyms | None]
) -> Iterator[bool]:
    """Land runs one after the other; for each whether it was landed before.

    Args:
        runs: the runs.
        store: where they are landed.
        pseudonyms: by source, what stands in the place of users; None: their ids.

    Raises:
        CommandError: the lake did not take an object; what was landed stays.
    """
    for run in runs:
        try:
            before = is_landed(run.source, run.run_id, store)
            if not before:
                without_users = PEOPLE[run.source].redacted
                masked = pseudonyms[run.source]
                land_saved(run.source, run.read(), run.run_id, store, without_users, masked)
        except StopError as error:
            raise CommandError(str(error)) from error
        yield before


def _planned(
    moment: Moment, source: str, snapshots: list[SavedSnapshot], given: GivenPlaylist
) -> PlannedRun:
    def read_again() -> list[SavedSnapshot]:
        return read_saved(moment.read(), lambda _: None, given).snapshots[source]

    return PlannedRun(
        source,
        id_of(source, snapshots, moment.at),
        (lambda: snapshots) if moment.is_kept else read_again,
        tuple(
            PlannedSnapshot(
                snapshot.playlist_id,
                snapshot.read.name,
                snapshot.read.tail.entries,
                snapshot.read.total,
                snapshot.read.tail.complete,
                snapshot.origins,
            )
            for snapshot in snapshots
        ),
    )
