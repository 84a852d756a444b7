"""Tells a person what an import did, and what it refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake.errors import CommandError
from playlake.output.table import Field, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from playlake.importing.lake_objects import Checked
    from playlake.importing.runs import PlannedRun, PlannedSnapshot
    from playlake.output.screen import Part
    from playlake_lake.results import Value

_SNAPSHOTS: Final = (
    Field("name", Kind.TEXT, 8, "playlist"),
    Field("playlist_id", Kind.ID, 9, "id"),
    Field("entries", Kind.COUNT, 7),
    Field("complete", Kind.WORD, 6),
    Field("file", Kind.PROSE, 5),
)
_RUNS: Final = (
    Field("saved_at", Kind.MOMENT, 9, "saved"),
    Field("playlists", Kind.COUNT, 7),
    Field("entries", Kind.COUNT, 8),
    Field("run_id", Kind.ID, 6, "run"),
    Field("landed", Kind.WORD, 5),
)
_ELSEWHERE: Final = "the output in a pipe"


def result(
    runs: Sequence[PlannedRun], before: Sequence[bool], objects: Sequence[Checked], moved: int
) -> Iterator[Part]:
    """What was landed.

    Args:
        runs: the runs of saved files.
        before: for each whether it was landed before.
        objects: the objects of a lake.
        moved: how many of them were landed now.
    """
    if len(runs) == 1:
        yield Table(_SNAPSHOTS, [_row(each) for each in runs[0].planned], elsewhere=_ELSEWHERE)
        yield f"{'Already imported' if before[0] else 'Imported'} as run {runs[0].run_id}."
    elif runs:
        rows = [_run_row(run, was) for run, was in zip(runs, before, strict=True)]
        yield Table(_RUNS, rows, elsewhere=_ELSEWHERE)
        yield f"Imported as {len(runs) - sum(before):,} runs. Already imported: {sum(before):,}."
    if runs:
        planned = [each for run in runs for each in run.planned]
        playlists = len({each.playlist_id for each in planned})
        snapshots = f" Snapshots: {len(planned):,}." if len(runs) > 1 else ""
        yield f"Playlists: {playlists:,}.{snapshots} Entries: {_entries(planned):,}."
    if objects:
        yield f"Landed {moved:,} raw objects of a lake. There already: {len(objects) - moved:,}."


def refused(
    refusals: Sequence[str], say: Callable[[str], None], *, is_landed: bool
) -> CommandError:
    """The error that ends an import of which something was refused; several are told before it.

    Args:
        refusals: a sentence for each.
        say: takes a sentence.
        is_landed: whether everything else was landed.
    """
    if not refusals:
        return CommandError("there is no file to import: name files, or folders that hold some")
    if len(refusals) == 1:
        return CommandError(refusals[0])
    for refusal in refusals:
        say(f"Refused: {refusal}")
    rest = "everything else was imported" if is_landed else "nothing was imported"
    return CommandError(f"{len(refusals):,} refusals, each named above; {rest}")


def _row(snapshot: PlannedSnapshot) -> tuple[Value, ...]:
    total = "an unknown number" if snapshot.total is None else f"{snapshot.total:,}"
    complete = "yes" if snapshot.is_complete else f"no, of {total}"
    named = (snapshot.name, snapshot.playlist_id)
    return (*named, snapshot.entries, complete, ", ".join(snapshot.origins))


def _run_row(run: PlannedRun, was_landed: bool) -> tuple[Value, ...]:
    counts = (len(run.planned), _entries(run.planned))
    return (run.run_id.scheduled_at, *counts, str(run.run_id), "before" if was_landed else "now")


def _entries(planned: Sequence[PlannedSnapshot]) -> int:
    return sum(each.entries for each in planned)
