"""Two commands in two homes at once prefer the same ports, and never meet.

ROUNDS=20 makes more rounds of each.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from free_ports import choose_port
from started import kill_local_aws

from playlake.local_aws import LocalAws
from playlake.local_aws.launcher import NONCE_PREFIX
from playlake.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROUNDS = int(os.environ.get("ROUNDS", "0"))

# Each round starts the local AWS, writes and reads an object of its own name, and stops it.
WRITES = """
import os, sys
from playlake.local_aws import local_aws, server
from playlake.project import Project

server.DEFAULT_PORT = int(sys.argv[1])
name, rounds = sys.argv[2], int(sys.argv[3])
for number in range(rounds):
    with local_aws(Project.find(os.environ)) as aws:
        bucket, key = aws.resources.raw_bucket, f"raw/{name}-{number}.json"
        aws.s3.put_object(Bucket=bucket, Key=key, Body=name.encode())
        assert aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read() == name.encode()
        found = {o["Key"] for o in aws.s3.list_objects_v2(Bucket=bucket)["Contents"]}
        assert found == {f"raw/{name}-{n}.json" for n in range(number + 1)}, found
"""
# The command, but with the ports that the other home prefers as well.
COMMAND = """
import sys
from playlake.local_aws import transformer as transformer_process
from playlake.__main__ import main
from playlake.local_aws import server

server.DEFAULT_PORT, transformer_process.PREFERRED_PORT = int(sys.argv[1]), int(sys.argv[2])
del sys.argv[1:3]
main()
"""
NAMES = ("hers", "his")


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[list[Project]]:
    """Two homes in which nothing has run yet."""
    found = [replace(Project.find(os.environ), home=tmp_path / name) for name in NAMES]
    yield found
    for project in found:
        kill_local_aws(project)


def run_at_once(homes: list[Project], code: str, arguments: list[list[str]]) -> list[str]:
    """Run code in both homes at once: what each printed; both have to succeed."""
    with ExitStack() as running:
        processes = [
            running.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", code, *own],
                    env={**os.environ, "PLAYLAKE_HOME": str(project.home)},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
            for project, own in zip(homes, arguments, strict=True)
        ]
        ended = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0, 0], ended
    return [output for output, _ in ended]


def playlist(name: str) -> dict[str, object]:
    """A synthetic playlist with no entries, as a person may have saved it."""
    page = {"href": f"https://api.spotify.example/v1/playlists/{name}/items", "items": []}
    return {"type": "playlist", "id": name, "name": name, "items": {**page, "total": 0}}


@pytest.mark.timeout(max(120, 20 * ROUNDS))
def test_each_reads_what_it_wrote_itself_and_nothing_else(homes: list[Project]) -> None:
    port, rounds = str(choose_port()), str(ROUNDS or 3)
    run_at_once(homes, WRITES, [[port, name, rounds] for name in NAMES])


@pytest.mark.slow
@pytest.mark.timeout(max(120, 60 * ROUNDS))
def test_each_imports_its_own_playlist(homes: list[Project], tmp_path: Path) -> None:
    ports = [str(choose_port()), str(choose_port())]
    for number in range(ROUNDS or 1):
        imports, queries = [], []
        for name in NAMES:
            saved = tmp_path / f"{name}-{number}.json"
            saved.write_text(json.dumps(playlist(f"{name}-{number}")))
            imports.append([*ports, "import", str(saved)])
            queries.append([*ports, "query", "--csv", "SELECT DISTINCT name FROM playlists"])
        run_at_once(homes, COMMAND, imports)
        for name, output in zip(NAMES, run_at_once(homes, COMMAND, queries), strict=True):
            assert set(output.split()[1:]) == {f"{name}-{n}" for n in range(number + 1)}


def test_a_client_that_means_another_local_aws_is_refused(local_aws: LocalAws) -> None:
    stray = LocalAws(local_aws.port, credential=f"{NONCE_PREFIX}of-a-server-that-is-gone")
    bucket = stray.resources.raw_bucket
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        stray.s3.put_object(Bucket=bucket, Key="raw/stray.json", Body=b"{}")
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        stray.sqs.send_message(QueueUrl=stray.queue_url, MessageBody="stray")
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        stray.glue.get_databases()
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        stray.cloudformation.describe_stacks()
    stray.close()
    assert "Contents" not in local_aws.s3.list_objects_v2(Bucket=bucket, Prefix="raw/stray")
