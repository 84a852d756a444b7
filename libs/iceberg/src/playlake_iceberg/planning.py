"""What a sync has to do to a table: the marks that it has adopted against those of the lake.

It does no I/O. A mark that is no longer there, or whose version is another, takes its files out of
the table; new marks come in run by run, in the order of the runs.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_lake.marks import raw_key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Step:
    """One snapshot of a table.

    Attributes:
        run_id: the run that comes in; of a step that removes, the newest run that the table keeps,
            or an empty text.
        added: the commit marks whose files come in.
        removed: the commit marks whose files go out, before any comes in.
    """

    run_id: str
    added: tuple[str, ...]
    removed: frozenset[str] = frozenset()


def steps_of(adopted: Mapping[str, str], marks: Mapping[str, str], keep: int) -> list[Step]:
    """The snapshots that bring a table from the marks that it has adopted to those of the lake.

    Args:
        adopted: the versions of the marks that it has adopted, by key.
        marks: the versions of the marks of the lake, by key.
        keep: how many runs get a snapshot of their own. Older ones come in together.
    """
    gone = {key for key in adopted if key not in marks}
    changed = {key for key, version in adopted.items() if marks.get(key, version) != version}
    kept = [key for key in adopted if key in marks]
    first = [Step(_newest(kept), tuple(sorted(changed)), frozenset(gone | changed))]
    new = _by_run(key for key in marks if key not in adopted)
    names = sorted(new)
    older, own = names[: -keep or None], names[-keep:]
    together = [key for name in older for key in new[name]]
    steps = [Step(older[-1], tuple(together))] if older else []
    steps += [Step(name, tuple(new[name])) for name in own]
    return [*(first if gone or changed else []), *steps]


def after(
    adopted: Mapping[str, str], marks: Mapping[str, str], steps: Iterable[Step]
) -> dict[str, str]:
    """The marks that a table has adopted after some steps; the arguments are as for `steps_of`."""
    now = dict(adopted)
    for step in steps:
        for key in step.removed:
            del now[key]
        now |= {key: marks[key] for key in step.added}
    return now


def _by_run(marks: Iterable[str]) -> Mapping[str, list[str]]:
    runs: dict[str, list[str]] = defaultdict(list)
    for key in sorted(marks):
        raw_key = raw_key_of(key)
        if raw_key is not None:  # somebody else's object
            runs[str(raw_key.run_id)].append(key)
    return runs


def _newest(marks: Iterable[str]) -> str:
    return max(_by_run(marks), default="")
