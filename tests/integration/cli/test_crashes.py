"""Whatever is killed or damaged: the next use works, and every object is there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from itertools import cycle
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

import pytest
from answering import answering
from started import kill_local_aws

from playlake.local_aws import LocalAws, local_aws, server
from playlake.local_aws.server import ServerFiles, running_server
from playlake_aws.athena import run_sql
from playlake_aws.queues import queue_depth
from playlake_contracts.keys import RawKey
from playlake_contracts.runs import RunId
from playlake_contracts.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playlake.project import Project

KEY = RawKey("spotify", RunId.parse("20261121T060000Z-wrjkwl"), "part-0001")
# Starts the local AWS and is killed while its resources are made; with it the server, or not.
KILLED_STARTER = """
import os, signal, sys
from playlake.local_aws import lifecycle, local_aws
from playlake.project import Project

def provision(aws, templates, before=lifecycle.provision):
    before(aws, templates)
    aws.s3.put_object(Bucket=aws.resources.raw_bucket, Key=sys.argv[1], Body=b"landed")
    os.kill(os.getpid(), signal.SIGKILL)

lifecycle.provision = provision
with local_aws(Project.find(os.environ)):
    pass
"""


@pytest.fixture(autouse=True)
def nothing_left_running(project: Project) -> Iterator[None]:
    yield
    kill_local_aws(project)


def land(aws: LocalAws) -> None:
    bucket = aws.resources.raw_bucket
    aws.s3.put_object(Bucket=bucket, Key=str(KEY), Body=b"replaced")
    aws.s3.put_object(Bucket=bucket, Key=str(KEY), Body=b"landed")


def kill_server(project: Project) -> None:
    running = running_server(project)
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)


def check_whole(aws: LocalAws) -> None:
    """Check that objects, queues, events and catalog are as after an ordinary start."""
    bucket = aws.resources.raw_bucket
    assert aws.s3.get_object(Bucket=bucket, Key=str(KEY))["Body"].read() == b"landed"
    assert aws.s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    for name in TABLES:
        assert run_sql(aws, f"SELECT * FROM {name}").rows == []
    assert waiting_keys(aws) == {str(KEY)}
    aws.s3.put_object(Bucket=bucket, Key="raw/later.json", Body=b"{}")
    assert waiting_keys(aws) == {"raw/later.json"}
    aws.s3.delete_object(Bucket=bucket, Key="raw/later.json")
    assert queue_depth(aws, aws.dead_letter_queue_url) == (0, 0)


def waiting_keys(aws: LocalAws) -> set[str]:
    """The raw objects that events in the queue are about; takes the events."""
    keys = set()
    while any(queue_depth(aws, aws.queue_url)):
        found = aws.sqs.receive_message(
            QueueUrl=aws.queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=1
        )
        for message in found.get("Messages", ()):
            records = json.loads(message["Body"]).get("Records", ())
            keys |= {unquote_plus(record["s3"]["object"]["key"]) for record in records}
            aws.sqs.delete_message(QueueUrl=aws.queue_url, ReceiptHandle=message["ReceiptHandle"])
    return keys


def test_a_server_that_is_killed_in_its_first_session_loses_nothing(project: Project) -> None:
    with local_aws(project) as aws:
        land(aws)
        kill_server(project)
    with local_aws(project) as aws:
        check_whole(aws)


@pytest.mark.slow
def test_a_server_that_is_killed_later_loses_nothing(project: Project) -> None:
    with local_aws(project):
        pass
    with local_aws(project) as aws:
        land(aws)
        kill_server(project)
    said: list[str] = []
    with local_aws(project, say=said.append) as aws:
        check_whole(aws)
    assert any("left no complete state" in sentence for sentence in said)


def test_after_a_clean_end_an_event_that_was_lost_is_sent_again(project: Project) -> None:
    with local_aws(project) as aws:
        land(aws)
        waiting_keys(aws)
    with local_aws(project) as aws:
        assert waiting_keys(aws) == {str(KEY)}


@pytest.mark.slow
@pytest.mark.parametrize("with_server", [False, True])
def test_a_starter_that_is_killed_leaves_no_half_made_lake(
    project: Project, *, with_server: bool
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_STARTER, str(KEY)],
        env={**os.environ, "PLAYLAKE_HOME": str(project.home)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    left = ServerFiles(project.aws).living()
    assert left is not None
    if with_server:
        os.kill(left.pid, signal.SIGKILL)
    with local_aws(project) as aws:
        assert running_server(project) != left
        check_whole(aws)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "truncated": lambda file: file.write_bytes(file.read_bytes()[:-10]),
    "empty": lambda file: file.write_bytes(b""),
    "not UTF-8": lambda file: file.write_bytes(b"\xff\xfe" + file.read_bytes()),
    "other JSON": lambda file: file.write_text('{"payload": []}'),
    "missing": lambda file: file.unlink(),
}


@pytest.mark.slow
def test_a_lake_survives_every_damage_to_every_state_file(project: Project) -> None:
    with local_aws(project) as aws:
        land(aws)
    files = sorted(file.name for file in (project.aws / "state").glob("*.json"))
    assert {"cloudformation.json", "glue.json", "s3.json", "sqs.json"} <= set(files)
    # Each damage on every fifth file: in each turn other files are whole.
    for turn, damage in enumerate(DAMAGES.values(), start=1):
        for name, is_hit in zip(files, cycle(n == turn for n in range(1, 6)), strict=False):
            if is_hit:
                damage(project.aws / "state" / name)
        said: list[str] = []
        with local_aws(project, say=said.append) as aws:
            check_whole(aws)
        assert any(f"state.unreadable-{turn}" in sentence for sentence in said)


def test_a_foreign_server_on_the_preferred_port_is_not_talked_to(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    said: list[str] = []
    with answering(b"{}", asked) as taken:
        monkeypatch.setattr(server, "DEFAULT_PORT", taken)
        with local_aws(project, say=said.append) as aws:
            land(aws)
            check_whole(aws)
    assert said == [f"port {taken} is taken, the local AWS uses {aws.port}"]
    assert asked == []
