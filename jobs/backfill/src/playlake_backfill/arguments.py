"""The arguments of a backfill: what it takes, beside what every job is given."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from playlake_backfill.chosen import Chosen
from playlake_backfill.wanted import Wanted
from playlake_engines.arguments import job_parser, parse_arguments
from playlake_engines.engine import Engine

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path


def parse(arguments: Sequence[str], now: datetime) -> tuple[Wanted, Path | None]:
    """Parse arguments.

    Args:
        arguments: those of the program, without its name.
        now: the time, for `--recent`.

    Returns:
        what the backfill is to do, and the file for its report.

    Raises:
        BackfillError: days, runs or sources are none.
        SystemExit: an argument is missing or wrong; standard error says which.
    """
    found = parse_arguments(_parser(), arguments)
    days = found.days
    if found.recent and not (days or found.runs):
        first = now.astimezone(UTC) - timedelta(days=found.recent - 1)
        days = f"{first.date().isoformat()}.."
    chosen = Chosen.parse(days, _listed(found.runs), _listed(found.sources))
    wanted = Wanted(found.lake, chosen, Engine(found.engine), found.master)
    return wanted, found.report


def to_arguments(wanted: Wanted, report: Path) -> list[str]:
    """The arguments that `parse` reads as what is wanted."""
    chosen = wanted.chosen
    return [
        f"--lake={wanted.lake}",
        f"--engine={wanted.engine}",
        f"--report={report}",
        *([f"--days={chosen.days_text}"] if chosen.days_text else []),
        *([f"--runs={','.join(map(str, sorted(chosen.runs)))}"] if chosen.runs else []),
        *([f"--sources={','.join(sorted(chosen.sources))}"] if chosen.sources else []),
        *([f"--master={wanted.master}"] if wanted.master else []),
    ]


def _parser() -> ArgumentParser:
    parser = job_parser(
        "playlake-backfill",
        "Transforms the raw objects of a lake that are neither committed nor rejected.",
    )
    parser.add_argument("--days", help="a day, A..B, A.. or ..B, in UTC")
    parser.add_argument(
        "--recent", type=int, help="without days and runs: so many days, with today"
    )
    parser.add_argument("--runs", help="ids of runs, separated by commas")
    parser.add_argument("--sources", help="sources such as spotify, separated by commas")
    parser.add_argument("--engine", choices=[each.value for each in Engine], default=Engine.LOCAL)
    return parser


def _listed(text: str | None) -> list[str]:
    return [each.strip() for each in (text or "").split(",") if each.strip()]
