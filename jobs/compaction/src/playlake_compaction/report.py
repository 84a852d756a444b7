"""What a compaction reports when it ends."""

from __future__ import annotations

import msgspec

from playlake_lake.compaction.compacted import Compacted


class Report(msgspec.Struct, kw_only=True):
    """What a compaction reports.

    Attributes:
        months: what became of each month, in the order in which they ended.
        history: the months of the history that were made, in order.
        error: why it ended early, in one sentence; None if it did not.
    """

    months: list[Compacted] = []
    history: list[str] = []
    error: str | None = None
