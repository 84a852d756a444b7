"""The program of a compaction on Spark: arguments in, an exit status and one sentence out."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from playlake_compaction.arguments import parse
from playlake_compaction.places import place_of
from playlake_compaction.report import Report
from playlake_compaction.spark import SparkMonths
from playlake_contracts.explained import ExplainedError
from playlake_engines.spark_session import spark_session
from playlake_lake.compaction.compacted import Compacted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_compaction.arguments import Wanted
    from playlake_lake.compaction.in_force import Month
    from playlake_lake.compaction.months import MonthPlan

FAILED = 1


def main(arguments: Sequence[str]) -> int:
    """Compact a lake on Spark; return the exit status.

    That is 0 if every day that is over is compacted, or left because it changed meanwhile; else 1,
    with one sentence on standard error.
    """
    wanted, report_file = parse(arguments)
    report = Report()
    try:
        _compact(wanted, report)
    except ExplainedError as error:
        report.error = str(error)
        _say(report.error)
    if report_file is not None:
        report_file.write_bytes(msgspec.json.encode(report))
    return FAILED if report.error else 0


def _compact(wanted: Wanted, report: Report) -> None:
    place = place_of(wanted.lake)
    lake = place.open()

    def done(plan: MonthPlan, month: Month | None) -> None:
        report.months.append(Compacted.of(plan, month))
        _say(report.months[-1].sentence())

    with lake.explained():
        compaction = lake.compaction(datetime.now(UTC), wanted.margin)
        is_due = bool(compaction.plans())
    with ExitStack() as stack:
        if is_due:
            session = stack.enter_context(spark_session("playlake compaction", wanted.master))
            compaction = replace(compaction, make=SparkMonths(session.sparkContext, place))
        # Errors of the lake's client are its own, and not Spark's.
        stack.enter_context(lake.explained())
        report.history = list(compaction.run(done))
    _say(f"Months of the history that were made: {len(report.history):,}.")


def _say(sentence: str) -> None:
    sys.stderr.write(f"playlake-compaction: {sentence}\n")
