"""The timeline of a playlist: on a screen with pictures, and as JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from playlake.output.calendars import Calendar, Sparkline
from playlake.output.cells import plain
from playlake.output.changes import entry_fields
from playlake.output.drawings import Heading
from playlake.output.formats import json_text
from playlake.output.playlists import bare_title_of, title_of
from playlake.output.table import Field, Kind, Table
from playlake_lake.asking.when import shown
from playlake_lake.history import ChangeKind
from playlake_lake.history.rows import TimelineRow
from playlake_lake.history.telling import in_order, sign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake.history.timeline import Moment, Timeline
    from playlake.output.screen import Part
    from playlake_lake.history import Change, Instant
    from playlake_lake.results import Value

_FIELDS: Final = (
    Field("seen_at", Kind.MOMENT, 9, "seen"),
    Field("changes", Kind.WORD, 8),
    Field("entries", Kind.COUNT, 6),
    Field("by", Kind.TEXT, 5),
    Field("what", Kind.TEXT, 7),
)
_ALL_FIELDS: Final = (
    *_FIELDS,
    Field("until", Kind.MOMENT, 4),
    Field("runs", Kind.COUNT, 3),
    Field("silent", Kind.COUNT, 2),
    Field("run_id", Kind.ID, 1, "run"),
)
_BEGINNINGS: Final = {
    "there": "first snapshot",
    "gone": "gone",
    "unknown": "no run has read it yet",
}
_TITLES_SHOWN: Final = 3


def screen(found: Timeline, limit: int, *, every: bool) -> list[Part]:
    """A timeline for a person, with pictures above it.

    Args:
        found: the timeline.
        limit: the most lines.
        every: whether to show stretches that began without a change as well, and their runs.
    """
    moments = found.moments if every else found.changing()
    first = moments[:limit]
    parts: list[Part] = [Heading(found.named.name), *_sentences(found), ""]
    if found.sizes:
        parts += [Sparkline("entries", list(found.sizes.values())), ""]
    if found.changes:
        parts += [Calendar(found.changes, found.gone), ""]
    rows = [_row(moment, every=every) for moment in first]
    parts.append(Table(_ALL_FIELDS if every else _FIELDS, rows) if rows else "No run changed it.")
    if len(first) < len(moments):
        parts.append(f"{len(moments) - limit:,} earlier: --limit {len(moments)} shows all")
    return parts


def timeline_json(found: Timeline, limit: int | None, *, every: bool) -> str:
    """A timeline as JSON: the lines, the newest first, each with its changes."""
    moments = found.moments if every else found.changing()
    return json_text(
        {
            "source": found.named.playlist.source,
            "playlist_id": found.named.playlist.id,
            "name": found.named.name,
            "runs": found.runs,
            "first_at": found.first.isoformat(),
            "last_at": found.last.isoformat(),
            "is_gone": found.is_gone,
            "timeline": [_object(found, moment) for moment in moments[:limit]],
        }
    )


def _sentences(found: Timeline) -> list[str]:
    changing = len(found.changing())
    what = f"{changing:,} of them changed something" if changing else "none of them changed it"
    runs = "1 run" if found.runs == 1 else f"{found.runs:,} runs"
    sentences = [f"{runs} from {shown(found.first)} to {shown(found.last)}: {what}."]
    return [*sentences, "It is gone now."] if found.is_gone else sentences


def _row(moment: Moment, *, every: bool) -> tuple[Value, ...]:
    kinds = Counter(change.kind for change in moment.changes)
    row: tuple[Value, ...] = (
        moment.seen.at,
        " ".join(_count(kind, kinds[kind]) for kind in in_order(kinds)),
        moment.entries,
        _who(moment.changes),
        _what(moment),
    )
    if not every:
        return row
    stretch = moment.stretch
    runs = (None,) * 3 if stretch is None else (stretch.last.at, stretch.runs, stretch.silent)
    return (*row, *runs, moment.seen.run_id)


def _count(kind: ChangeKind, count: int) -> str:
    is_of_playlist = kind in {ChangeKind.GONE, ChangeKind.RETURNED}
    return sign(kind) if is_of_playlist or sign(kind) == "~" else f"{sign(kind)}{count}"


def _who(changes: Sequence[Change]) -> str | None:
    """Who added what was added, each once; nobody knows who removed."""
    users = dict.fromkeys(
        change.entry.added_by
        for change in changes
        if change.kind in {ChangeKind.ADDED, ChangeKind.READDED} and change.entry is not None
    )
    return ", ".join(user for user in users if user is not None) or None


def _what(moment: Moment) -> str:
    if not moment.changes:
        return "" if moment.stretch is None else _BEGINNINGS[moment.stretch.standing]
    kinds = in_order(change.kind for change in moment.changes)
    return "; ".join(
        _told(kind, [change for change in moment.changes if change.kind is kind]) for kind in kinds
    )


def _told(kind: ChangeKind, changes: Sequence[Change]) -> str:
    if sign(kind) == "~":
        return f"{kind}: {changes[-1].old or '(none)'} → {changes[-1].new}"
    # The sign says that it became unavailable.
    title = bare_title_of if kind is ChangeKind.UNAVAILABLE else title_of
    titles = [title(change.entry) for change in changes if change.entry is not None]
    if not titles:
        return kind.value
    more = f" and {len(titles) - _TITLES_SHOWN:,} more" if len(titles) > _TITLES_SHOWN else ""
    return f"{sign(kind)} {' · '.join(titles[:_TITLES_SHOWN])}{more}"


def _object(found: Timeline, moment: Moment) -> dict[str, Any]:
    stretch = moment.stretch
    row = None if stretch is None else asdict(TimelineRow.of(found.named.playlist, stretch))
    return {
        "seen_at": moment.seen.at.isoformat(),
        "run_id": moment.seen.run_id,
        "entries": moment.entries,
        "changes": [_change(change) for change in moment.changes],
        "stretch": None if row is None else {name: plain(value) for name, value in row.items()},
    }


def _change(change: Change) -> dict[str, Any]:
    values = {"old": change.old, "new": change.new} if change.entry is None else {}
    return {
        "kind": change.kind.value,
        "since_run_id": _run(change.since),
        "from_position": change.from_position,
        "to_position": change.to_position,
        **entry_fields(change.entry),
        **values,
    }


def _run(instant: Instant | None) -> str | None:
    return None if instant is None else instant.run_id
