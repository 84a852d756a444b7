"""The program of a backfill: arguments in, an exit status and one sentence out."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from playlake_backfill.arguments import parse
from playlake_backfill.done import Report
from playlake_backfill.running import backfill
from playlake_contracts.explained import ExplainedError
from playlake_transformer.logs import configure_logs

if TYPE_CHECKING:
    from collections.abc import Sequence

FAILED = 1


def main(arguments: Sequence[str]) -> int:
    """Run a backfill; return the exit status.

    That is 0 if every raw object that is meant is committed or rejected, else 1, with one sentence
    on standard error.
    """
    configure_logs("info")
    report_file = None
    try:
        wanted, report_file = parse(arguments, datetime.now(UTC))
        report = backfill(wanted)
    except ExplainedError as error:
        report = Report(error=str(error))
    for each in report.done.rejected:
        reason = each.reason.removeprefix(f"{each.key}: ")
        sys.stderr.write(f"playlake-backfill: {each.key} was rejected: {reason}\n")
    if report_file is not None:
        report_file.write_bytes(msgspec.json.encode(report))
    sentence = report.error or failed_sentence(report)
    if sentence:
        sys.stderr.write(f"playlake-backfill: {sentence}\n")
    return FAILED if sentence else 0


def failed_sentence(report: Report) -> str | None:
    """What to say if raw objects failed; None if none did."""
    failed = report.done.failed
    if not failed:
        return None
    first = failed[0]
    return (
        f"{len(failed):,} of {report.chosen:,} raw objects were not transformed, such as "
        f"{first.key} ({first.reason}): the same backfill goes on with them"
    )
