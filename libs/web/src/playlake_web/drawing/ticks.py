"""Days under a drawing that has a bar a day: each stands under its bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from markupsafe import Markup

from playlake_web.words import short_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

# The preferred numbers of spaces between them; with the first that fits, they are equal.
_SPACES: Final = (4, 3, 5, 2)
# With so many bars the outer ones are narrower than their days, which then begin or end with them.
_MANY: Final = 20


def marked(days: int) -> list[int]:
    """The numbers, from 0, of up to six days that are written, with the first and the last."""
    last = days - 1
    if last <= _SPACES[0]:
        return list(range(days))
    spaces = next((each for each in _SPACES if last % each == 0), _SPACES[0])
    return [last * at // spaces for at in range(spaces + 1)]


def ticks(days: Sequence[date]) -> Markup:
    """The days of some bars as an SVG element. Its numbers are percents of its width."""
    parts = []
    for at in marked(len(days)):
        anchor, x = _place(at, len(days))
        parts.append(
            f'<text x="{x:.2f}%" y="13" text-anchor="{anchor}">{short_day(days[at])}</text>'
        )
    # The parts are numbers and days of ours.
    return Markup(f'<svg class="ticks" aria-hidden="true">{"".join(parts)}</svg>')  # noqa: S704


def _place(at: int, days: int) -> tuple[Literal["start", "middle", "end"], float]:
    """Where a day stands: its anchor, and its place in percents."""
    if days > _MANY and at == 0:
        return "start", 0
    if days > _MANY and at == days - 1:
        return "end", 100
    return "middle", 100 * (at + 0.5) / days
