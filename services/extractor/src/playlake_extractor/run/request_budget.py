"""Shares a run's budget of requests between its playlists.

The playlists that were not read for the longest time come first. One that cannot be finished within
what is left is not begun, so that it does not use up the requests of the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_extractor.errors import BudgetSpentError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playlake_extractor.ports import ListedPlaylist, Source
    from playlake_extractor.run.state import State


@dataclass(frozen=True, slots=True)
class RequestBudget:
    """The requests that a run may send for its playlists.

    Attributes:
        source: says how many requests are left, and how many a playlist takes.
        whole: the requests that were left before the first playlist; None: any number.
    """

    source: Source
    whole: int | None

    @classmethod
    def left_to(cls, source: Source) -> RequestBudget:
        """The budget of a run that has not read a playlist yet."""
        return cls(source, source.requests_left)

    def never_fits(self, total: int | None, listed: ListedPlaylist | None) -> bool:
        """Whether a playlist of so many entries takes more than the whole budget."""
        if self.whole is None or total is None:
            return False
        return self.source.requests_for(total, listed) > self.whole

    def check(self, total: int | None, listed: ListedPlaylist | None, *, sent: int = 0) -> None:
        """Check that a playlist can be read to its end.

        Args:
            total: how many entries it has, where that is known.
            listed: what a list says of it.
            sent: how many of the requests for it were sent already.

        Raises:
            BudgetSpentError: the requests that are left do not suffice.
        """
        left = self.source.requests_left
        if not left or total is None:  # without any left, the source itself refuses
            return
        needed = self.source.requests_for(total, listed)
        if needed - sent <= left:
            return
        takes = f"its {total:,} entries take {needed:,} requests"
        if self.whole is not None and needed > self.whole:
            raise BudgetSpentError(
                f"{takes}, and a run has {self.whole:,} for its playlists: raise "
                f"PLAYLAKE_REQUEST_BUDGET by {needed - self.whole:,} or more"
            )
        raise BudgetSpentError(
            f"{takes}, and the run has {left:,} left: a later run reads it first; raise "
            "PLAYLAKE_REQUEST_BUDGET to have it read at once"
        )


def in_fair_order(playlist_ids: Iterable[str], state: State, budget: RequestBudget) -> list[str]:
    """Order playlists: the ones not read for the longest time first, never read ones before them.

    A playlist that seemed too large for the whole budget comes last, with what the others leave: a
    request shows whether it has become smaller.
    """

    def rank(playlist_id: str) -> tuple[bool, str]:
        seen = state.seen_of(playlist_id)
        return budget.never_fits(seen.total, None), seen.run_id or ""

    return sorted(playlist_ids, key=rank)
