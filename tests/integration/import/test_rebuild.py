"""A lake that version 0.1 wrote is refused, and rebuilt from its raw objects.

`tests/golden/lake-0.1.0` is such a lake: two runs of three synthetic playlists, as version 0.1.0
landed and transformed them.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from commands import Command
from free_ports import choose_port
from playlake.layout import is_former

from playlake import local_aws as local
from playlake.local_aws.backlog import uncommitted
from playlake.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake.local_aws import LocalAws

FORMER = Path(__file__).parents[2] / "golden" / "lake-0.1.0"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return replace(Project.find(os.environ), home=tmp_path_factory.mktemp("former"))


@pytest.fixture(scope="module")
def former_lake(project: Project) -> Iterator[LocalAws]:
    """The local AWS with the objects of the former lake, and none of their events."""
    with local.local_aws(project, port=choose_port()) as aws:
        names = aws.resources
        for folder, bucket in (
            ("raw-bucket", names.raw_bucket),
            ("curated-bucket", names.curated_bucket),
        ):
            for path in sorted((FORMER / folder).rglob("*.*")):
                key = path.relative_to(FORMER / folder).as_posix()
                aws.s3.put_object(Bucket=bucket, Key=key, Body=path.read_bytes())
        aws.sqs.purge_queue(QueueUrl=aws.queue_url)
        yield aws


def test_a_lake_of_version_0_1_is_refused_and_then_rebuilt(
    project: Project, former_lake: LocalAws
) -> None:
    playlake = Command(project)
    assert playlake("tables") == 1
    assert "run `playlake rebuild` once" in playlake.notices

    assert playlake("rebuild") == 0, playlake.notices
    assert playlake.output.splitlines() == [
        "Raw objects transformed: 4.",
        "Files of the former layout removed: 22.",
    ]
    assert not is_former(former_lake)
    assert not uncommitted(former_lake)

    # Version 0.1 had no row for the entry whose duration is no number: 22 and 25 entries landed.
    rows = playlake.ask("SELECT run_id, count(*) AS items FROM playlist_items GROUP BY run_id")
    assert sorted(row["items"] for row in rows) == [22, 25]
    agree = playlake.ask(
        "SELECT count(*) AS playlists, sum(CASE WHEN p.entries = o.entries AND p.is_complete "
        "AND o.is_complete THEN 1 ELSE 0 END) AS agreeing FROM playlists AS p "
        "JOIN run_outcomes AS o ON o.run_id = p.run_id AND o.playlist_id = p.playlist_id"
    )
    assert agree == [{"playlists": 6, "agreeing": 6}]
    quarantined = playlake.ask("SELECT table_name, code FROM quarantine")
    assert quarantined == [{"table_name": "playlist_items", "code": "wrong_type"}] * 2

    assert playlake("rebuild") == 0
    assert playlake.output.splitlines()[0] == "Raw objects transformed: 0."
