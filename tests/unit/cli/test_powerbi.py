"""`playlake powerbi` writes a project with the lake in its parameters, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from commands import Command
from folder_lakes import committed_lake

from playlake.project import Project

if TYPE_CHECKING:
    from pathlib import Path

PARAMETERS = "Playlake.SemanticModel/definition/expressions.tmdl"


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(Project(tmp_path / "home"))


def test_a_project_names_the_folder_of_the_lake(command: Command, tmp_path: Path) -> None:
    lake = committed_lake(tmp_path / "lake")
    assert command("powerbi", str(tmp_path / "report"), "--lake", str(lake.root)) == 0
    parameters = (tmp_path / "report" / PARAMETERS).read_text()
    assert 'expression LakeSource = "Folder" meta ' in parameters
    assert f'expression LakeFolder = "{lake.root}" meta ' in parameters
    assert f"Open {tmp_path / 'report' / 'Playlake.pbip'} in Power BI Desktop" in command.output


def test_a_lake_on_aws_is_read_through_athena_and_not_asked(
    command: Command, tmp_path: Path
) -> None:
    bucket = "s3://my-music-raw-123456789012-eu-west-1"
    assert command("powerbi", str(tmp_path / "report"), "--lake", bucket) == 0
    parameters = (tmp_path / "report" / PARAMETERS).read_text()
    assert 'expression LakeSource = "Athena" meta ' in parameters
    assert 'expression AthenaDatabase = "my_music" meta ' in parameters
    assert "the database my_music of Athena" in command.output


@pytest.mark.parametrize(
    ("folder", "lake", "message"),
    [
        ("full", "lake", "has files: give the name of a new folder, or of an empty one"),
        ("lake/report", "lake", "is in the lake itself: name a folder elsewhere"),
        ("report", "nowhere", "nowhere"),
    ],
)
def test_nothing_is_written_where_there_is_something_or_no_lake(
    folder: str, lake: str, message: str, command: Command, tmp_path: Path
) -> None:
    committed_lake(tmp_path / "lake")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    before = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert command("powerbi", str(tmp_path / folder), "--lake", str(tmp_path / lake)) != 0
    assert message in command.notices
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == before


def test_a_name_that_a_parameter_cannot_have_is_refused(command: Command, tmp_path: Path) -> None:
    lake = committed_lake(tmp_path / "la\x01ke")
    assert command("powerbi", str(tmp_path / "report"), "--lake", str(lake.root)) != 0
    assert "has a control character: leave it out" in command.notices
    assert not (tmp_path / "report").exists()
