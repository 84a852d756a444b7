"""The program takes its arguments from a shell and from Glue, and says what it did."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from compacting import compact
from two_days import two_days

from playlake_compaction.arguments import Wanted, parse, to_arguments
from playlake_compaction.program import main
from playlake_compaction.report import Report

LAKE = "--lake=s3://synthetic"


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted("lake"),
        Wanted("/a folder/=lake", timedelta(minutes=20), "local-cluster[2,1,1024]"),
        Wanted("s3://synthetic", timedelta(0)),
    ],
)
def test_what_the_command_writes_the_program_reads(wanted: Wanted) -> None:
    assert parse(to_arguments(wanted, Path("/report"))) == (wanted, Path("/report"))


def test_a_day_must_be_over_for_six_hours_unless_it_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    glues = ("--JOB_NAME", "synthetic", "--TempDir", "s3://synthetic/tmp")
    assert parse([LAKE, *glues]) == (Wanted("s3://synthetic", timedelta(hours=6)), None)
    for wrong in ("-1", "nan"):
        with pytest.raises(SystemExit):
            parse([LAKE, f"--margin-hours={wrong}"])
        assert "--margin-hours is a number of hours, 0 or more" in capsys.readouterr().err


def test_a_lake_with_nothing_to_compact_needs_no_spark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = two_days(tmp_path / "lake")
    compact(folder)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    report = tmp_path / "report"
    assert main([f"--lake={folder.root}", f"--report={report}"]) == 0
    assert msgspec.json.decode(report.read_bytes(), type=Report) == Report()
    assert capsys.readouterr().err == (
        "playlake-compaction: Months of the history that were made: 0.\n"
    )


def test_a_missing_pyspark_and_a_missing_lake_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    folder = two_days(tmp_path / "lake")
    before = folder.versions("")
    for place, sentence in (
        (folder.root, "the engine spark needs pyspark: `pip install 'pyspark=="),
        (tmp_path / "none", "there is no lake in "),
    ):
        report = tmp_path / "report"
        assert main([f"--lake={place}", f"--report={report}"]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(f"playlake-compaction: {sentence}")
        found = msgspec.json.decode(report.read_bytes(), type=Report)
        assert line == f"playlake-compaction: {found.error}"
    assert folder.versions("") == before


def test_the_program_needs_neither_the_services_nor_the_page() -> None:
    hidden = (
        "playlake_transformer",
        "playlake_web",
        "fastapi",
        "pydantic",
        "structlog",
        "playlake",
    )
    code = f"""
import sys
for name in {hidden!r}:
    sys.modules[name] = None
import playlake_compaction.program, playlake_compaction.on_s3
"""
    subprocess.run([sys.executable, "-c", code], check=True)
