"""What became of the raw objects of a backfill: counts, and who is left with which reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from playlake_transformer.part_processed import PartOutcome

if TYPE_CHECKING:
    from playlake_transformer.part_processed import PartProcessed


class Left(msgspec.Struct, frozen=True):
    """A raw object that was not committed.

    Attributes:
        key: its key.
        code: the error code; None if an error of the program ended it.
        reason: one sentence.
    """

    key: str
    code: str | None
    reason: str


class Done(msgspec.Struct):
    """What became of raw objects.

    Attributes:
        committed: those that this backfill committed.
        repeated: those that somebody else committed meanwhile.
        vanished: those that were deleted meanwhile.
        rows: the rows in the tables of those that it committed.
        rejected: those that can never be committed; each has a record with the reason.
        failed: those that another attempt may commit.
    """

    committed: int = 0
    repeated: int = 0
    vanished: int = 0
    rows: int = 0
    rejected: list[Left] = []
    failed: list[Left] = []

    def note(self, processed: PartProcessed) -> None:
        """Count what became of a raw object."""
        match processed.outcome:
            case PartOutcome.COMMITTED:
                self.committed += 1
                self.rows += sum(processed.load.rows.values()) if processed.load else 0
            case PartOutcome.REPEATED:
                self.repeated += 1
            case PartOutcome.VANISHED:
                self.vanished += 1
            case PartOutcome.REJECTED:
                self.rejected.append(_left(processed))
            case PartOutcome.RETRIED:
                self.failed.append(_left(processed))

    def add(self, other: Done) -> None:
        """Add what became of other raw objects."""
        self.committed += other.committed
        self.repeated += other.repeated
        self.vanished += other.vanished
        self.rows += other.rows
        self.rejected += other.rejected
        self.failed += other.failed


class Report(msgspec.Struct, kw_only=True):
    """What a backfill reports when it ends.

    Attributes:
        chosen: number of raw objects that were meant.
        committed_before: those of them that had a commit mark.
        rejected_before: those of them that had a record of why they are rejected, and no mark.
        done: what became of the others.
        error: why the backfill ended early, in one sentence; None if it did not.
    """

    chosen: int = 0
    committed_before: int = 0
    rejected_before: int = 0
    done: Done = msgspec.field(default_factory=Done)
    error: str | None = None


def _left(processed: PartProcessed) -> Left:
    return Left(str(processed.created.key), processed.code, processed.reason or "")
