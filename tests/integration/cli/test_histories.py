"""`show`, `diff` and `history` say the same of a lake on AWS as of the same lake in a folder."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlglot
from aws_lakes import aws_lake, upload
from commands import Command
from free_ports import choose_port
from kept_playlists import FORBIDDEN, MIXES, STARRED, kept_lake

from playlake import local_aws as local
from playlake.local_aws.environments import aws_settings
from playlake.project import Project
from playlake_aws.records import in_days
from playlake_contracts.query_parameters import with_question_marks
from playlake_lake.days import EVERY_DAY, Days
from playlake_lake.history.record_rows import contents_sql, runs_sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake.local_aws import LocalAws
    from playlake_lake.folder import Folder

RUN = "20240101T060000Z-o4pjik"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return kept_lake(tmp_path_factory.mktemp("lakes") / "kept")[0]


@pytest.fixture(scope="module")
def uploaded(folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """The same objects in the buckets of a local AWS of this module's own."""
    project = replace(Project.find(os.environ), home=tmp_path_factory.mktemp("home"))
    with local.local_aws(project, port=choose_port()) as aws:
        upload(aws_lake(aws), folder)
        yield aws


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", STARRED, "--at", "2024-01-02", "--json"],
        ["show", "Starred", "--at", RUN, "--csv"],
        ["diff", STARRED, "2024-01-01", "2024-01-06", "--json"],
        ["diff", STARRED],
        ["diff", MIXES[0], "2024-01-05", "--with", "Stars"],
        ["history", "Stars", "--all"],
        ["history", "--song", "Song 1", "--json"],
        ["show", FORBIDDEN],
        ["show", "Stars", "--at", "2023-12-31"],
        ["show", "Twin"],
    ],
)
def test_a_lake_on_aws_says_what_the_folder_says(
    arguments: list[str],
    folder: Folder,
    uploaded: LocalAws,
    shared_project: Project,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    playlake = Command(shared_project)
    monkeypatch.setenv("PLAYLAKE_LAKE", str(folder.root))
    of_folder = (playlake(*arguments), playlake.output, playlake.notices)
    for name, text in aws_settings(uploaded).items():
        monkeypatch.setenv(name, text)
    monkeypatch.setenv("PLAYLAKE_LAKE", f"s3://{uploaded.resources.raw_bucket}")
    of_aws = (playlake(*arguments), playlake.output, playlake.notices)
    assert of_aws == of_folder
    assert of_folder[1] or of_folder[2]


def test_the_queries_are_athenas() -> None:
    for sql in (runs_sql(in_days({"2024-01-01"})), contents_sql([RUN], in_days(EVERY_DAY))):
        (text,) = sqlglot.transpile(with_question_marks(sql), read="trino", write="trino")
        assert text.count("?") == 4


@pytest.mark.parametrize(
    ("days", "condition"),
    [
        (EVERY_DAY, "true"),
        (set[str](), "false"),
        ({"2024-01-02", "2024-01-01"}, "day in ('2024-01-01', '2024-01-02')"),
        (Days("2024-01-01", None), "day >= '2024-01-01'"),
        (Days("2024-01-01", "2024-01-31"), "day >= '2024-01-01' and day <= '2024-01-31'"),
    ],
)
def test_athena_reads_the_wanted_days_alone(days: Days | set[str], condition: str) -> None:
    assert in_days(days) == condition
