"""Shares a run's budget of requests between its playlists.

The playlists that were not read for the longest time come first. A playlist that needs more
requests than are left is not started, so that it does not use up the requests of the others.
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
        source: counts the requests that are left, and those that a playlist takes.
        whole: the requests that were left before the first playlist; None if there is no limit.
    """

    source: Source
    whole: int | None

    @classmethod
    def left_to(cls, source: Source) -> RequestBudget:
        """The budget of a run before its first playlist."""
        return cls(source, source.requests_left)

    def never_fits(
        self, playlist_id: str, total: int | None, listed: ListedPlaylist | None
    ) -> bool:
        """Whether a playlist with `total` entries takes more than the whole budget."""
        if self.whole is None or total is None:
            return False
        return self.source.requests_for(playlist_id, total, listed) > self.whole

    def check(
        self,
        playlist_id: str,
        total: int | None,
        listed: ListedPlaylist | None,
        *,
        sent: int = 0,
    ) -> None:
        """Check that a playlist can be read to its end.

        Args:
            playlist_id: the source's id.
            total: number of its entries, if known.
            listed: its entry in a list, if it has one.
            sent: number of requests already sent for it.

        Raises:
            BudgetSpentError: too few requests are left.
        """
        left = self.source.requests_left
        if not left or total is None:  # without any left, the source itself refuses
            return
        needed = self.source.requests_for(playlist_id, total, listed)
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
    """Order playlists: first those never read, then those not read for the longest time.

    A playlist that was too large for the whole budget comes last. A request shows whether it has
    become smaller.
    """

    def rank(playlist_id: str) -> tuple[bool, str]:
        seen = state.seen_of(playlist_id)
        return budget.never_fits(playlist_id, seen.total, None), seen.run_id or ""

    return sorted(playlist_ids, key=rank)
