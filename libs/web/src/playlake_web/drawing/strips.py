"""A run as a column: a slice a playlist, in the colour of its outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from playlake_contracts.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

HEIGHT: Final = 100
_WIDTH: Final = 10
# From the ground up.
_SLICES: Final = (
    ("of-landed", (Outcome.LANDED,)),
    ("of-unchanged", (Outcome.UNCHANGED,)),
    ("of-lost", (Outcome.GONE, Outcome.FORBIDDEN, Outcome.NOT_READABLE)),
    ("of-warn", (Outcome.RATE_LIMITED, Outcome.TORN)),
    ("of-bad", (Outcome.FAILED,)),
)


def column(outcomes: Mapping[Outcome, int], most: int) -> Markup:
    """A run as a column.

    Args:
        outcomes: the number of its playlists by outcome.
        most: the number of playlists that a column of the full height stands for.
    """
    parts, ground = [], float(HEIGHT)
    for kind, members in _SLICES:
        number = sum(outcomes.get(outcome, 0) for outcome in members)
        if number:
            height = HEIGHT * number / most
            ground -= height
            parts.append(
                f'<rect class="{kind}" y="{ground:.2f}" width="{_WIDTH}" height="{height:.2f}"/>'
            )
    # The parts are numbers and names of ours.
    return Markup(  # noqa: S704
        f'<svg viewBox="0 0 {_WIDTH} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )
