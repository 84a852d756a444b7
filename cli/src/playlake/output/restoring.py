"""A restore as tables and sentences: what it makes, what it leaves out, what it made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake.output.table import Field, Kind, Table
from playlake.restoring.plan import DOCUMENTED_LIMIT, LeftOut, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from playlake.restoring.plan import Plan
    from playlake.restoring.record import Progress

_EXAMPLES: Final = 3
_PLAN: Final = (
    Field("what", Kind.WORD, 9),
    Field("value", Kind.PROSE, 8, "how it will be"),
)
_LEFT_OUT: Final = (
    Field("entries", Kind.COUNT, 9, "left out"),
    Field("reason", Kind.PROSE, 8),
    Field("examples", Kind.PROSE, 7, "such as"),
)


def screen(plan: Plan, seen: datetime, scope: str, progress: Progress | None) -> list[Table | str]:
    """What a restore will make, and what it leaves out.

    Args:
        plan: the plan.
        seen: when the contents were last seen, UTC.
        scope: the permission that it takes.
        progress: how far it is, if it is in progress.
    """
    return [
        Table(_PLAN, list(_rows(plan, seen, scope, progress)), drops=False),
        *left_out_tables(plan.left_out),
        *_warnings(plan),
    ]


def left_out_tables(left_out: Sequence[LeftOut]) -> list[Table]:
    """A table of the positions that are left out, by reason; none if there are none."""
    grouped: dict[Reason, list[LeftOut]] = {}
    for each in left_out:
        grouped.setdefault(each.reason, []).append(each)
    rows = [(len(found), reason.value, _examples(found)) for reason, found in grouped.items()]
    return [Table(_LEFT_OUT, rows, drops=False)] if rows else []


def refused(plan: Plan, progress: Progress) -> list[LeftOut]:
    """The entries that Spotify refused."""
    positions = set(progress.refused)
    return [
        LeftOut(each.position, Reason.REFUSED, each.name)
        for each in plan.wanted
        if each.position in positions
    ]


def _rows(
    plan: Plan, seen: datetime, scope: str, progress: Progress | None
) -> Iterator[tuple[str, str]]:
    entries = len(plan.wanted) + len(plan.left_out)
    yield "new playlist", plan.name
    yield "on your profile", "yes" if plan.public else "no"
    yield "contents", f"{plan.old_name} as last seen at {seen:%Y-%m-%d %H:%M} UTC"
    yield "entries", f"{len(plan.wanted):,} of {entries:,}, in the old order"
    yield "requests", f"about {plan.requests:,}"
    yield "permission", f"{scope}, asked for when the playlist is made"
    if progress is not None:
        yield "so far", f"{progress.added:,} entries are in it: --yes goes on, --anew starts over"


def _warnings(plan: Plan) -> Iterator[str]:
    if len(plan.wanted) > DOCUMENTED_LIMIT:
        yield (
            f"Spotify documents a limit of {DOCUMENTED_LIMIT:,} entries, and users report 11,000: "
            "it may refuse the last ones, and the restore then ends with what is in it."
        )


def _examples(found: Iterable[LeftOut]) -> str:
    named = [": ".join(filter(None, (f"{each.position + 1:,}", each.name))) for each in found]
    more = ["…"] if len(named) > _EXAMPLES else []
    return "; ".join([*named[:_EXAMPLES], *more])
