"""What pull, push and export refuse before they touch anything, and how Excel files are written."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Event
from typing import TYPE_CHECKING, NoReturn

import openpyxl
import pytest
import xlsxwriter
from botocore.exceptions import ClientError, NoCredentialsError
from commands import Command
from openpyxl.utils.escape import unescape

from playlake.errors import CommandError
from playlake.output.files import new_folder
from playlake.output.xlsx import _write_rows
from playlake.project import Project
from playlake_aws.errors import AwsError, explained
from playlake_lake.side_by_side import AT_ONCE, side_by_side, unseen

if TYPE_CHECKING:
    from pathlib import Path

ON_AWS = "s3://playlake-raw-000000000000-us-east-1"


@pytest.fixture
def playlake(tmp_path: Path) -> Command:
    """The command in a home in which nothing has run."""
    return Command(replace(Project.find(os.environ), home=tmp_path / "home"))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (["pull", "here"], "here is not on AWS: give the address of a deployment's bucket"),
        (["pull", "s3://other"], "s3://other is not the address of a deployment's bucket"),
        (["pull", ON_AWS, "--lake", ON_AWS], "is on AWS: a pull needs the folder of a lake"),
        (["pull", ON_AWS, "--days", "x"], "'x' is no range of days"),
        (["pull", ON_AWS, "--table", "track"], "there is no table track: did you mean tracks?"),
        (["pull", ON_AWS, "--playlist", "https://x"], "is neither a playlist id"),
        (["push", ON_AWS], "there is no lake in"),
        (["push", "lake"], "lake is not on AWS"),
        (["push", ON_AWS, "--days", "2026-11-30..2026-11-01"], "ends before it begins"),
        (["lake", "check"], "there is no lake in"),
        (["lake", "check", ON_AWS], "is on AWS: pull it"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(
    playlake: Command, tmp_path: Path, line: list[str], sentence: str
) -> None:
    assert playlake(*line) == 1
    assert playlake.notices.startswith("playlake: ")
    assert sentence in playlake.notices
    assert playlake.notices.count("\n") == 1
    assert not (tmp_path / "home" / "lakes").exists()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (NoCredentialsError(), "there are no AWS credentials for"),
        ("NoSuchBucket", "there is no bucket of"),
        ("AccessDenied", "these credentials may not use"),
        ("403", "these credentials may not use"),
        ("AWS.SimpleQueueService.NonExistentQueue", "there is no such queue of"),
        ("ExpiredToken", "AWS refused the credentials for"),
        ("SlowDown", "AWS did not answer for"),
    ],
)
def test_a_refusal_of_aws_is_one_sentence(error: str | Exception, sentence: str) -> None:
    if isinstance(error, str):
        error = ClientError({"Error": {"Code": error, "Message": "synthetic {}"}}, "GetObject")
    with pytest.raises(AwsError, match=f"{sentence} {ON_AWS}"), explained(ON_AWS):
        raise error


def test_after_a_failure_no_further_call_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[int] = []
    released, shutdown = Event(), ThreadPoolExecutor.shutdown

    def call(number: int) -> int:
        begun.append(number)
        if number == 0:
            raise ValueError("synthetic")
        released.wait()
        return number

    def release(pool: ThreadPoolExecutor, **how: bool) -> None:
        shutdown(pool, **{**how, "wait": False})
        released.set()
        shutdown(pool)

    monkeypatch.setattr(ThreadPoolExecutor, "shutdown", release)
    with pytest.raises(ValueError, match="synthetic"):
        list(side_by_side(range(1_000), call, unseen, "calling"))
    assert len(begun) <= AT_ONCE + 1


def test_results_come_in_order() -> None:
    assert list(side_by_side(range(100), lambda n: n * n, unseen, "")) == [
        n * n for n in range(100)
    ]


def test_a_new_folder_is_whole_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "new"

    def fail() -> NoReturn:
        with new_folder(path) as aside:
            (aside / "file").write_text("half")
            raise ValueError("synthetic")

    with pytest.raises(ValueError, match="synthetic"):
        fail()
    assert list(tmp_path.iterdir()) == []
    path.mkdir()
    with new_folder(path) as aside:
        (aside / "file").write_text("whole")
    assert [each.name for each in path.iterdir()] == ["file"]
    assert [each.name for each in tmp_path.iterdir()] == ["new"]


def test_a_folder_that_got_files_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "new"

    def race() -> None:
        with new_folder(path):
            path.mkdir()
            (path / "other").write_text("synthetic")

    with pytest.raises(CommandError, match="has files"):
        race()
    assert [each.name for each in path.iterdir()] == ["other"]


def test_a_folder_in_a_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there is no folder"), new_folder(tmp_path / "a" / "b"):
        pass


def test_values_reach_excel_as_they_are(tmp_path: Path) -> None:
    values = [
        "=1+1", "+1", "@x", "{=1}", "https://example.org", "a\x01b", "_x0001_", " blank ",
        "line\nline", "", "Größe 🎵", "1", True, 0, -1.5, None,
    ]  # fmt: skip
    special = [
        datetime(2026, 11, 21, 6, tzinfo=UTC).replace(tzinfo=None), date(1850, 1, 2), 2**60,
        "\ufffe", ["a", 1],
    ]  # fmt: skip
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        names = [f"c{number}" for number in range(len(values) + len(special))]
        _write_rows(book.add_worksheet(), names, [(*values, *special)], "synthetic")
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    (row,) = sheet.iter_rows(min_row=2, values_only=True)
    expected = [
        "2026-11-21T06:00:00Z", "1850-01-02", str(2**60), "\ufffd", '["a",1]',
    ]  # fmt: skip
    # openpyxl leaves the escapes of control characters, which Excel reads.
    found = [unescape(value) if isinstance(value, str) else value for value in row]
    assert found == [*values, *expected]
    assert all(cell.data_type != "f" for (cell,) in sheet.iter_cols(min_row=2))
