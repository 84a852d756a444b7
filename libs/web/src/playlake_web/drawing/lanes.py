"""A lane: the days of a lake as a line, and on it the days of a stay, or of several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


def lane(first: date, last: date, begin: date, end: date, *, has_left: bool) -> Markup:
    """A lane from the first to the last day, filled from a begin to an end."""
    return lanes(first, last, [(begin, end)], has_left=has_left)


def lanes(first: date, last: date, spans: Iterable[tuple[date, date]], *, has_left: bool) -> Markup:
    """A lane from the first to the last day, filled in some spans of days."""
    days = (last - first).days + 1
    kind = "off" if has_left else "on"
    parts = []
    for begin, end in spans:
        x = 1000 * (begin - first).days / days
        width = max(1000 * ((end - begin).days + 1) / days, 4)
        parts.append(
            f'<rect class="{kind}" x="{x:.1f}" y="2" width="{width:.1f}" height="12" rx="3"/>'
        )
    # The parts are numbers and names of ours.
    return Markup(  # noqa: S704
        '<svg viewBox="0 0 1000 16" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="base" y="5" width="1000" height="6" rx="3"/>{"".join(parts)}</svg>'
    )


def share(part: float, whole: float) -> Markup:
    """A part of a whole as a bar."""
    width = 100 * part / whole if whole else 0
    # The parts are numbers and names of ours.
    return Markup(  # noqa: S704
        '<svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{width:.1f}" height="12" rx="1"/></svg>'
    )
