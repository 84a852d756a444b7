"""The arguments that every job has, as a shell, spark-submit and AWS Glue give them.

Glue adds arguments of its own, which are passed over. Elsewhere an unknown one is refused.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

# Glue names its job to every script.
_GLUES: Final = ("--JOB_NAME", "--JOB_ID", "--JOB_RUN_ID")


def job_parser(program: str, description: str) -> ArgumentParser:
    """A parser of `--lake`, `--master` and `--report`; a job adds its own.

    Args:
        program: the name of the program.
        description: what it does, in a sentence.
    """
    parser = ArgumentParser(program, description=description, allow_abbrev=False)
    parser.add_argument("--lake", required=True, help="a folder, or s3://BUCKET of a deployment")
    parser.add_argument("--master", help="Spark's master, if nobody submits the program")
    parser.add_argument("--report", type=Path, help="file that the report is written to, as JSON")
    return parser


def parse_arguments(parser: ArgumentParser, arguments: Sequence[str]) -> Namespace:
    """Parse the arguments of a program, without its name.

    Raises:
        SystemExit: an argument is missing, wrong or unknown; standard error says which.
    """
    found, others = parser.parse_known_args(arguments)
    if others and not any(each.startswith(_GLUES) for each in others):
        parser.error(f"unknown: {' '.join(others)}")
    return found
