"""The life of a local AWS: started, shared, restarted, stopped by the last who uses it."""

from __future__ import annotations

import signal
import socket
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from free_ports import choose_port
from started import playlake

from playlake.errors import CommandError
from playlake.local_aws import LocalAws, local_aws
from playlake.local_aws.server import running_server
from playlake.services.ports import HOST
from playlake_aws.athena import run_sql
from playlake_contracts.keys import PARTITION_KEY
from playlake_contracts.tables import TABLES
from playlake_local.deploy import TEMPLATE_BUCKET

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    from playlake.project import Project


@contextmanager
def playlake_up(project: Project) -> Iterator[subprocess.Popen[str]]:
    """Run `playlake up --aws` until its local AWS is ready; killed unless the test ended it."""
    with playlake(project, "up", "--aws", "--no-open", "--port", str(choose_port())) as process:
        assert process.stdout is not None
        assert "The local AWS is ready" in process.stdout.readline()
        yield process


def test_in_a_new_lake_every_table_is_there_and_empty(project: Project) -> None:
    with local_aws(project, port=choose_port()) as aws:
        for name, table in TABLES.items():
            result = run_sql(aws, f"SELECT * FROM {name}")
            assert {column.name for column in result.columns} == {
                *table.schema.names,
                PARTITION_KEY,
            }
            assert result.rows == []


def test_a_restart_keeps_tables_rows_and_messages(
    project: Project, write_rows: Callable[..., None]
) -> None:
    with local_aws(project, port=choose_port()) as aws:
        write_rows(aws, "artists", "2026-11-20", {"artist_id": "a"})
        assert run_sql(aws, "SELECT fetched_at FROM artists").rows
        aws.sqs.send_message(QueueUrl=aws.dead_letter_queue_url, MessageBody="kept")
    assert running_server(project) is None
    with local_aws(project, port=choose_port()) as aws:
        assert run_sql(aws, "SELECT artist_id FROM artists").rows == [("a",)]
        kept = aws.sqs.receive_message(QueueUrl=aws.dead_letter_queue_url)["Messages"]
        assert [message["Body"] for message in kept] == ["kept"]


@pytest.mark.parametrize(
    ("ending", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
def test_the_process_that_started_it_may_end_while_others_use_it(
    project: Project, ending: signal.Signals, status: int
) -> None:
    with playlake_up(project) as first:
        started = running_server(project)
        with local_aws(project):
            first.send_signal(ending)
            assert first.wait() == status
            assert started is not None
            assert running_server(project) == started
        assert running_server(project) is None


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_last_user_stops_it_whatever_signal_ends_him(
    project: Project, ending: signal.Signals
) -> None:
    with playlake_up(project) as only:
        only.send_signal(ending)
        only.wait()
    assert running_server(project) is None


def test_two_that_start_at_once_share_one(project: Project) -> None:
    port = choose_port()
    up = ["up", "--aws", "--no-open", "--port", str(port)]
    with playlake(project, *up) as one, playlake(project, *up) as other:
        for process in (one, other):
            assert process.stdout is not None
            assert process.stdout.readline() == f"The local AWS is ready: http://{HOST}:{port}\n"
        for process in (one, other):
            process.terminate()
            process.communicate()
    assert running_server(project) is None


def test_it_answers_on_127_0_0_1_only(local_aws: LocalAws) -> None:
    with socket.socket() as loopback, socket.socket() as another:
        assert loopback.connect_ex((HOST, local_aws.port)) == 0
        assert another.connect_ex(("127.0.0.2", local_aws.port)) != 0


def test_nothing_of_the_users_own_aws_configuration_is_read(
    local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "missing")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    again = LocalAws(local_aws.port)
    buckets = [bucket["Name"] for bucket in again.s3.list_buckets()["Buckets"]]
    again.close()
    assert buckets == [
        local_aws.resources.curated_bucket,
        TEMPLATE_BUCKET,
        local_aws.resources.raw_bucket,
    ]


def test_a_port_that_was_asked_for_and_is_taken_is_refused(project: Project) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"port {taken} is taken: free it"):
            enter(project, port=taken)


def test_another_port_than_that_of_the_running_one_is_refused(
    local_aws: LocalAws, shared_project: Project
) -> None:
    with pytest.raises(CommandError, match=f"already runs, on port {local_aws.port}"):
        enter(shared_project, port=choose_port())


def test_one_that_ends_as_it_starts_is_told_with_its_log(project: Project) -> None:
    broken = in_no_clone(project)
    python = broken.ministack.with_name("python")
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 3\n")
    python.chmod(0o700)
    with pytest.raises(CommandError, match=r"ended with status 3 as it started: see .*aws\.log"):
        enter(broken)
    assert running_server(broken) is None


def in_no_clone(project: Project) -> Project:
    """A project as it is where the command was installed without the repository."""
    environments = project.home / "environments"
    return replace(project, shipped=replace(project.shipped, clone=None), environments=environments)


def enter(project: Project, *, port: int | None = None) -> None:
    with local_aws(project, port=port):
        pytest.fail("it started")
