"""Makes the tables of the history month by month, each from the checkpoint of the month before.

What a month has ended does not change later, so each month has files of its own. What lasts at the
end of a month is in files apart, of which those of the last month count.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Final

from playlake_contracts.history_tables import HISTORY_TABLES, STANDING_TABLES
from playlake_contracts.keys import compacted_key, generation
from playlake_lake.compaction.checkpoints import put_states, read_checkpoint
from playlake_lake.compaction.history_files import HistoryFiles, folded, standing
from playlake_lake.compaction.in_force import HistoryMonth, digest
from playlake_lake.compaction.observed import (
    add_views,
    choose_month,
    contents_of,
    referenced_months,
    seen_in,
)
from playlake_lake.compaction.workshop import open_workshop, put_compacted
from playlake_lake.errors import CompactionError
from playlake_lake.history.state import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playlake_lake.compaction.history_files import RowFile
    from playlake_lake.compaction.in_force import CompactedFile, Month
    from playlake_lake.compaction.store import Store
    from playlake_lake.compaction.workshop import Workshop
    from playlake_lake.history import State
    from playlake_lake.history.records import Playlist

# It changes when the same inputs are to become other rows.
_FORMAT: Final = 1


def make_history(
    store: Store,
    months: Mapping[str, Month],
    before: Mapping[str, HistoryMonth],
    between: Callable[[], None],
) -> dict[str, HistoryMonth]:
    """The history of some compacted months; what is still true of `before` is kept.

    Args:
        store: the lake.
        months: the compacted months.
        before: the history that is in force.
        between: is called before each month that is made; it may raise an error to end the work.

    Raises:
        CompactionError: the files cannot be made.
        HistoryError: the observations contradict one another.
        DamagedLakeError: a checkpoint is missing or damaged.
    """
    made: dict[str, HistoryMonth] = {}
    last: HistoryMonth | None = None
    for name in history_months(months):
        kept = before.get(name)
        if kept is None or not (is_made_from(kept, name, months, last) and _is_there(store, kept)):
            between()
            with open_workshop(store) as workshop:
                kept = _make_month(workshop, name, months, last)
        made[name] = last = kept
    return made


def history_months(months: Mapping[str, Month]) -> list[str]:
    """The months in which the runs of compacted months observed playlists, in order."""
    return sorted({name for month in months.values() for name in month.observed})


def is_made_from(
    kept: HistoryMonth, name: str, months: Mapping[str, Month], last: HistoryMonth | None
) -> bool:
    """Whether a month of the history was made from these compacted months, after `last`."""
    return (
        kept.before == (None if last is None else last.inputs)
        and set(_bases(name, months)) <= set(kept.bases)
        and all(_inputs(months, each) == inputs for each, inputs in kept.bases.items())
    )


def _is_there(store: Store, kept: HistoryMonth) -> bool:
    return all(store.size(file.key) == file.size for file in kept.files())


def _bases(name: str, months: Mapping[str, Month]) -> list[str]:
    return [each for each, month in months.items() if name in month.observed]


def _inputs(months: Mapping[str, Month], name: str) -> str | None:
    month = months.get(name)
    return None if month is None else month.inputs


def _make_month(
    workshop: Workshop, name: str, months: Mapping[str, Month], last: HistoryMonth | None
) -> HistoryMonth:
    bases = _bases(name, months)
    add_views(workshop, [months[each].tables for each in bases])
    choose_month(workshop.duck, name)
    references = referenced_months(workshop.duck)
    used = sorted({*bases, *references})
    inputs = {each: _inputs(months, each) for each in used}
    before = None if last is None else last.inputs
    key = digest(json.dumps([_FORMAT, SCHEMA, name, before, inputs]).encode())
    states = {} if last is None else dict(read_checkpoint(workshop.store, last.checkpoint))
    add_views(workshop, [months[each].tables for each in used if each in months])
    put = {file.path.stem: _put(workshop, file, name, key) for file in _fold(workshop, states)}
    return HistoryMonth(
        inputs=key,
        before=before,
        bases=inputs,
        tables={table: put[table] for table in HISTORY_TABLES},
        standing={table: put[standing(table)] for table in STANDING_TABLES},
        checkpoint=put_states(workshop.store, name, key, states),
    )


def _fold(workshop: Workshop, states: dict[Playlist, State]) -> list[RowFile]:
    """Fold what a month observed, go on from the states, and bring them to its end."""
    made = HistoryFiles(workshop.target)
    try:
        seen = seen_in(workshop.duck)
        states.update(folded(seen, states, partial(contents_of, workshop.duck), made))
        for playlist in sorted(states):
            made.add_standing(playlist, states[playlist])
    finally:
        made.close()
    return list(made.files.values())


def _put(workshop: Workshop, file: RowFile, name: str, inputs: str) -> CompactedFile | None:
    if not file.count:
        return None
    made = file.path.stem
    found = workshop.fingerprint(file.table, [str(file.path)], compacted=True)
    if found.rows != file.count:
        raise CompactionError(f"the file of {made} of {name} has lost rows: compact again")
    lasts = made == standing(file.table.name)
    key = compacted_key(file.table.name, generation(name, inputs, standing=lasts))
    return put_compacted(workshop, file.table, key, file.path, found)
