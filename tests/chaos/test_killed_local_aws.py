"""A local AWS that is killed, with the command that uses it or not, has every object afterwards.

`make chaos-aws` kills a hundred times; the tests a few times.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from killed import chosen_dice
from started import kill_local_aws

from playlake.local_aws import local_aws
from playlake.local_aws.server import ServerFiles
from playlake.project import Project

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.timeout(7200)

LONGEST_SECONDS = 4.0
PREFIX = "raw/killed-"
# Prints the key of each object that S3 has acknowledged.
WRITER = f"""
import os, sys
from playlake.local_aws import local_aws
from playlake.project import Project

with local_aws(Project.find(os.environ), port=None) as aws:
    number = 0
    while True:
        key = f"{PREFIX}{{sys.argv[1]}}-{{number}}"
        aws.s3.put_object(Bucket=aws.resources.raw_bucket, Key=key, Body=key.encode())
        print(key, flush=True)
        number += 1
"""


def write_and_kill(project: Project, name: str, victim: str, seconds: float) -> set[str]:
    """Write for so long, kill the victim: the keys of the objects that were acknowledged."""
    environment = {**os.environ, "PLAYLAKE_HOME": str(project.home)}
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, name],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as writer:
        time.sleep(seconds)
        server = ServerFiles(project.aws).living() if project.aws.exists() else None
        if victim != "local AWS":
            writer.kill()
        if victim != "command" and server is not None:
            with suppress(ProcessLookupError):
                os.kill(server.pid, signal.SIGKILL)
        if victim == "local AWS":
            time.sleep(0.3)
            writer.kill()
        written, _ = writer.communicate()
    # A key that the kill has cut has no end of line.
    return {line.rstrip() for line in written.splitlines(keepends=True) if line.endswith("\n")}


def objects(project: Project) -> dict[str, bytes]:
    with local_aws(project, port=None) as aws:
        bucket = aws.resources.raw_bucket
        pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=PREFIX)
        keys = [found["Key"] for page in pages for found in page.get("Contents", ())]
        return {key: aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def test_every_acknowledged_object_is_there_after_the_next_command(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    kills = request.config.getoption("--kills")
    dice = chosen_dice(request)
    project = replace(Project.find(os.environ), home=tmp_path)
    acknowledged: set[str] = set()
    killed = Counter[str]()
    try:
        for number in range(kills):
            victim = dice.choice(["local AWS", "command", "both"])
            killed[victim] += 1
            acknowledged |= write_and_kill(
                project, str(number), victim, dice.uniform(0.3, LONGEST_SECONDS)
            )
        found = objects(project)
    finally:
        kill_local_aws(project)
    print(f"killed: {dict(killed)}; acknowledged: {len(acknowledged):,} objects")
    assert acknowledged <= found.keys()
    assert {key: key.encode() for key in found} == found
