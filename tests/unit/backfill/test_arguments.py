"""The job takes the arguments that a shell, the command and AWS Glue give it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from stored_parts import stored_part

from playlake_backfill.arguments import parse, to_arguments
from playlake_backfill.chosen import Chosen
from playlake_backfill.wanted import Wanted
from playlake_engines.engine import Engine

NOW = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
RUN = str(stored_part(0, 1).key.run_id)


def wanted(*arguments: str) -> Wanted:
    return parse(["--lake=s3://synthetic", *arguments], NOW)[0]


@pytest.mark.parametrize(
    "chosen",
    [
        Chosen(),
        Chosen.parse("2026-11-01..2026-11-03", [RUN], ["spotify", "listenbrainz"]),
        Chosen.parse("2026-11-01", (), ()),
        Chosen.parse("..2026-11-03", (), ()),
    ],
)
def test_what_the_command_writes_the_program_reads(chosen: Chosen) -> None:
    said = Wanted("/a folder/=lake", chosen, Engine.SPARK, "local-cluster[2,1,1024]")
    assert parse(to_arguments(said, Path("/report")), NOW) == (said, Path("/report"))
    here = Wanted("lake", chosen)
    assert parse(to_arguments(here, Path("/report")), NOW) == (here, Path("/report"))


def test_recent_means_so_many_days_with_today_unless_days_or_runs_are_named() -> None:
    assert wanted("--recent=3").chosen.days_text == "2026-11-19.."
    assert wanted("--recent=3", "--days=2026-11-01").chosen.days_text == "2026-11-01"
    assert wanted("--recent=3", f"--runs={RUN}").chosen == Chosen.parse(None, [RUN], ())


def test_arguments_of_glue_are_passed_over_and_others_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    glues = ("--JOB_NAME", "synthetic", "--JOB_RUN_ID", "jr_1", "--TempDir", "s3://synthetic/tmp")
    assert wanted(*glues, "--days", "2026-11-01").chosen.days_text == "2026-11-01"
    with pytest.raises(SystemExit):
        wanted("--day=2026-11-01")
    assert "unknown: --day=2026-11-01" in capsys.readouterr().err
