"""What a backfill has done, for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_backfill.done import Report


def screen(report: Report) -> list[str]:
    """The sentences about a backfill; what was rejected is named elsewhere."""
    return [" ".join(_sentences(report))]


def _sentences(report: Report) -> Iterator[str]:
    done = report.done
    yield f"Raw objects that are meant: {report.chosen:,}."
    if report.chosen == report.committed_before + report.rejected_before:
        yield "All were committed or rejected before."
    else:
        yield f"Committed now: {done.committed:,}, with {done.rows:,} rows."
        if report.committed_before:
            yield f"Committed before: {report.committed_before:,}."
    counts = {
        "Committed by others meanwhile": done.repeated,
        "Rejected now": len(done.rejected),
        "Rejected before": report.rejected_before,
        "Deleted meanwhile": done.vanished,
    }
    yield from (f"{what}: {count:,}." for what, count in counts.items() if count)
