"""Makes the tables of the history month by month, each from the checkpoint of the month before.

What a month has ended does not change later, so each month has files of its own. What lasts at the
end of a month is in files apart, of which those of the last month count.
"""

from __future__ import annotations

import json
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final

import msgspec
import pyarrow as pa
import zstandard
from msgspec.structs import replace

from playlake_contracts.keys import compacted_key
from playlake_lake.compaction.history_tables import HISTORY
from playlake_lake.compaction.in_force import CompactedFile, HistoryMonth, digest
from playlake_lake.compaction.observed import (
    add_views,
    contents_of,
    referenced_months,
    seen_in,
)
from playlake_lake.compaction.workshop import ROW_GROUP_ROWS, open_workshop, put_compacted, writer
from playlake_lake.errors import CompactionError, DamagedLakeError
from playlake_lake.folder import etag
from playlake_lake.history import State, advance
from playlake_lake.history.reading import observation_of
from playlake_lake.history.records import Playlist
from playlake_lake.history.rows import ChangeRow, MembershipRow, TimelineRow
from playlake_lake.history.state import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from playlake_contracts.tables import Table
    from playlake_lake.compaction.in_force import Month
    from playlake_lake.compaction.observed import Seen
    from playlake_lake.compaction.store import Store
    from playlake_lake.compaction.workshop import Workshop
    from playlake_lake.history import Observation, Step

    Row = ChangeRow | MembershipRow | TimelineRow
    States = dict[Playlist, State]

# It changes when the same inputs are to become other rows.
_FORMAT: Final = 1
_CHECKPOINT: Final = "checkpoint"
_LASTING: Final = ("memberships", "timeline")


def make_history(
    store: Store, months: Mapping[str, Month], before: Mapping[str, HistoryMonth]
) -> dict[str, HistoryMonth]:
    """The history of some compacted months; what is still true of `before` is kept.

    Raises:
        CompactionError: the observations contradict one another.
        DamagedLakeError: a checkpoint is missing or damaged.
    """
    made: dict[str, HistoryMonth] = {}
    last: HistoryMonth | None = None
    for name in history_months(months):
        kept = before.get(name)
        if kept is None or not is_current(store, kept, name, months, last):
            with open_workshop(store) as workshop:
                kept = _make_month(workshop, name, months, last)
        made[name] = last = kept
    return made


def history_months(months: Mapping[str, Month]) -> list[str]:
    """The months in which the runs of compacted months observed playlists, in order."""
    return sorted({name for month in months.values() for name in month.observed})


def is_current(
    store: Store,
    kept: HistoryMonth,
    name: str,
    months: Mapping[str, Month],
    last: HistoryMonth | None,
) -> bool:
    """Whether a month of the history was made from what is there now, and its files are there."""
    return (
        kept.before == (None if last is None else last.inputs)
        and set(_bases(name, months)) <= set(kept.bases)
        and all(_inputs(months, each) == inputs for each, inputs in kept.bases.items())
        and all(store.size(file.key) == file.size for file in kept.files())
    )


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
    references = referenced_months(workshop.duck, name)
    used = sorted({*bases, *references})
    inputs = {each: _inputs(months, each) for each in used}
    before = None if last is None else last.inputs
    key = digest(json.dumps([_FORMAT, SCHEMA, name, before, inputs]).encode())
    states = {} if last is None else _states(workshop.store, last.checkpoint)
    add_views(workshop, [months[each].tables for each in used if each in months])
    files = _fold(workshop, name, states)
    put = {file.name: _put(workshop, file, name, key) for file in files}
    return HistoryMonth(
        inputs=key,
        before=before,
        bases=inputs,
        tables={table: put[table] for table in HISTORY},
        standing={table: put[_standing(table)] for table in _LASTING},
        checkpoint=_put_states(workshop.store, name, key, states),
    )


class _RowFile:
    """A file of rows of the history that is being made; few rows are in memory."""

    def __init__(self, workshop: Workshop, table: Table, name: str) -> None:
        self.table, self.name = table, name
        self.path = workshop.target(name)
        self.count = 0
        self._rows: list[Row] = []
        self._writer = writer(table, self.path)

    def add(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        self._rows += rows
        if len(self._rows) >= ROW_GROUP_ROWS:
            self._flush()

    def close(self) -> None:
        """Write what is left."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            columns = [
                pa.array(map(attrgetter(field.name), self._rows), field.type)
                for field in self.table.schema
            ]
            self._writer.write_table(pa.Table.from_arrays(columns, schema=self.table.schema))
        self.count += len(self._rows)
        self._rows = []


class _Files:
    """The files of a month of the history."""

    def __init__(self, workshop: Workshop) -> None:
        names = {name: name for name in HISTORY} | {_standing(name): name for name in _LASTING}
        self.files = {name: _RowFile(workshop, HISTORY[of], name) for name, of in names.items()}

    def add(self, playlist: Playlist, step: Step) -> None:
        """Add what an observation shows and ends."""
        add = self.files
        add["changes"].add(ChangeRow.of(playlist, each) for each in step.changes)
        add["memberships"].add(MembershipRow.of(playlist, each) for each in step.memberships)
        add["timeline"].add(TimelineRow.of(playlist, each) for each in step.timeline)

    def add_standing(self, playlist: Playlist, state: State) -> None:
        """Add what lasts."""
        lasting = state.memberships()
        of_playlist = [] if state.stretch is None else [state.stretch]
        add = self.files
        add[_standing("memberships")].add(MembershipRow.of(playlist, each) for each in lasting)
        add[_standing("timeline")].add(TimelineRow.of(playlist, each) for each in of_playlist)


def _standing(table: str) -> str:
    return f"standing_{table}"


def _fold(workshop: Workshop, name: str, states: States) -> list[_RowFile]:
    """Fold what a month observed, go on from the states, and bring them to its end."""
    made = _Files(workshop)
    try:
        by_playlist = groupby(seen_in(workshop.duck, name), key=attrgetter("playlist"))
        for playlist, seen in by_playlist:
            states[playlist] = _advanced(workshop, seen, states.get(playlist, State()), made)
        for playlist in sorted(states):
            made.add_standing(playlist, states[playlist])
    finally:
        for file in made.files.values():
            file.close()
    return list(made.files.values())


def _advanced(workshop: Workshop, seen: Iterable[Seen], state: State, made: _Files) -> State:
    """The state after what a month observed of one playlist."""
    for each in seen:
        try:
            step = advance(state, _observation(workshop, each, state))
        except ValueError as error:
            raise CompactionError(
                f"the history of playlist {each.playlist.id} cannot be made: {error}"
            ) from error
        made.add(each.playlist, step)
        state = step.state
    return state


def _observation(workshop: Workshop, seen: Seen, state: State) -> Observation:
    """The observation of a run; contents that the state has already are not read again."""
    playlist, run, contents = seen
    known = {} if contents is None else {run.run_id: contents}
    since = run.outcome.unchanged_since if run.snapshot is None and run.outcome else None
    if since not in {None, state.contents_of}:
        found = contents_of(workshop.duck, playlist, str(since))
        known = {} if found is None else {str(since): found}
    return observation_of(run, known)


def _put(workshop: Workshop, file: _RowFile, name: str, inputs: str) -> CompactedFile | None:
    if not file.count:
        return None
    found = workshop.fingerprint(file.table, [str(file.path)], compacted=True)
    if found.rows != file.count:
        raise CompactionError(f"the file of {file.name} of {name} has lost rows: compact again")
    key = compacted_key(file.name, name, inputs)
    return put_compacted(workshop, file.table, key, file.path, found)


class _Checkpoint(msgspec.Struct, frozen=True):
    """The states of all playlists at the end of a month: source, id and `State.to_bytes`."""

    states: list[tuple[str, str, bytes]]


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(_Checkpoint)


def _put_states(store: Store, name: str, inputs: str, states: States) -> CompactedFile:
    encoded = [(*playlist, states[playlist].to_bytes()) for playlist in sorted(states)]
    body = zstandard.compress(_encoder.encode(_Checkpoint(encoded)))
    key = compacted_key(_CHECKPOINT, name, inputs, "msgpack.zst")
    file = CompactedFile(key=key, rows=len(states), size=len(body), md5=etag(body))
    if not store.put_new(key, body):
        body = store.read(key) or b""
        file = replace(file, size=len(body), md5=etag(body))
        if _states(store, file) != states:
            raise _damaged(key)
    return file


def _states(store: Store, file: CompactedFile) -> States:
    """The states of a checkpoint.

    Raises:
        DamagedLakeError: it is missing, or has other bytes than it had.
    """
    body = store.read(file.key)
    if body is None or etag(body) != file.md5:
        raise _damaged(file.key)
    try:
        decoded = _decoder.decode(zstandard.decompress(body))
        return {
            Playlist(source, id_): State.from_bytes(each) for source, id_, each in decoded.states
        }
    except (zstandard.ZstdError, msgspec.DecodeError, ValueError) as error:
        raise _damaged(file.key) from error


def _damaged(key: str) -> DamagedLakeError:
    return DamagedLakeError(
        f"{key} is damaged: delete it, then run `playlake compact`, which makes it again"
    )
