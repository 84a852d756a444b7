"""The arguments of a compaction: how long a day must be over, beside what every job is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from playlake_engines.arguments import job_parser, parse_arguments
from playlake_lake.compaction.closed import MARGIN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a compaction is to do.

    Attributes:
        lake: the path of a folder, or s3://BUCKET.
        margin: how long a day must be over, until it is compacted.
        master: the master of Spark; None leaves it to whoever submits the program.
    """

    lake: str
    margin: timedelta = MARGIN
    master: str | None = None


def parse(arguments: Sequence[str]) -> tuple[Wanted, Path | None]:
    """Parse the arguments of the program, without its name.

    Returns:
        what the compaction is to do, and the file for its report.

    Raises:
        SystemExit: an argument is missing or wrong; standard error says which.
    """
    parser = job_parser("playlake-compaction", "Compacts the days of a lake that are over.")
    parser.add_argument(
        "--margin-hours",
        type=float,
        default=MARGIN / _HOUR,
        help="how long a day must be over, in hours of UTC",
    )
    found = parse_arguments(parser, arguments)
    if not found.margin_hours >= 0:
        parser.error("--margin-hours is a number of hours, 0 or more")
    return Wanted(found.lake, found.margin_hours * _HOUR, found.master), found.report


def to_arguments(wanted: Wanted, report: Path) -> list[str]:
    """The arguments that `parse` reads as what is wanted."""
    return [
        f"--lake={wanted.lake}",
        f"--margin-hours={wanted.margin / _HOUR!r}",
        f"--report={report}",
        *([f"--master={wanted.master}"] if wanted.master else []),
    ]
