"""The wave: a bar a day, what came above the line and what left below it.

Heights go by the square root, so that a quiet day stays visible beside a loud one. A day that was
not read has a mark on the line: a gap is never drawn as silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

WIDTH: Final = 1000


@dataclass(frozen=True, slots=True)
class WaveDay:
    """A day of a wave.

    Attributes:
        day: the day.
        came: how many entries were added.
        left: how many were removed.
        is_read: whether every run of the day that should have read it did.
    """

    day: date
    came: int
    left: int
    is_read: bool = True


def wave(days: Sequence[WaveDay], height: int, label: str, *, picked: int | None = None) -> Markup:
    """A wave as an SVG element that scripts and styles may refine.

    Args:
        days: the days, the earliest first.
        height: its height in units, of which it is `WIDTH` wide.
        label: what it shows, for people who do not see it; empty if that is said beside it.
        picked: the number of the day that is marked, from 0.
    """
    parts = _parts(days, height)
    if picked is not None:
        step = WIDTH / max(len(days), 1)
        parts.insert(0, _rect("pick", picked * step, 0, step, height))
    return _element(parts, height, label)


def _parts(days: Sequence[WaveDay], height: int) -> list[str]:
    if not days:
        return [_axis(height)]
    step = WIDTH / len(days)
    width = min(step * (0.62 if step > _WIDE_STEP else 0.8), _WIDEST_BAR)
    middle, reach = height / 2, height / 2 - _SPACE
    unit = reach / sqrt(max(1, *(max(day.came, day.left) for day in days), 1))
    parts = [_axis(height)]
    for at, day in enumerate(days):
        x = at * step + (step - width) / 2
        if day.came:
            tall = unit * sqrt(day.came)
            parts.append(_rect("up", x, middle - _SPACE - tall, width, tall))
        if day.left:
            parts.append(_rect("down", x, middle + _SPACE, width, unit * sqrt(day.left)))
        if not day.is_read:
            parts.append(_rect("gap", x, middle - 2 * _SPACE, width, 4 * _SPACE))
    return parts


# Units between the line and a bar.
_SPACE: Final = 1.5
# Bars are narrow where there is space for it, and bars also where there are few.
_WIDE_STEP: Final = 8
_WIDEST_BAR: Final = 24


def _axis(height: int) -> str:
    return f'<line class="axis" x1="0" x2="{WIDTH}" y1="{height / 2:g}" y2="{height / 2:g}"/>'


def _rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'
    )


def _element(parts: Sequence[str], height: int, label: str) -> Markup:
    said = Markup('role="img" aria-label="{}"').format(label) if label else 'aria-hidden="true"'
    # The parts are numbers and names of ours.
    return Markup(  # noqa: S704
        f'<svg class="wave" viewBox="0 0 {WIDTH} {height}" preserveAspectRatio="none" {said}>'
        f"{''.join(parts)}</svg>"
    )
