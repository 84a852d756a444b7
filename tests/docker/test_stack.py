"""`docker-compose up` and one run: every row of the sandbox is in Athena."""

from __future__ import annotations

import json
import re
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from containers import eventually, items_of_mine

from playlake.local_aws import LocalAws
from playlake.local_aws.backlog import wait_until_committed
from playlake_aws.athena import run_sql

if TYPE_CHECKING:
    from composed import Composed, Engine

pytestmark = pytest.mark.timeout(900)

PER_PLAYLIST = "SELECT playlist_id, count(*) AS items FROM playlist_items GROUP BY playlist_id"


def test_every_row_of_one_run_is_in_athena(stack: Composed) -> None:
    began = time.monotonic()
    stack.run("up", "--detach", "transformer", "sandbox")
    stack.run("run", "--rm", "-T", "extractor")
    sandbox, transformer = published(stack, "sandbox", 8888), published(stack, "transformer", 8080)
    truth = items_of_mine(sandbox)
    with closing(LocalAws(published(stack, "aws", 4566))) as aws:
        wait_until_committed(aws)
        found = {playlist: items for playlist, items in run_sql(aws, PER_PLAYLIST).rows}  # noqa: C416  rows are tuples of any length
        ((outcomes,),) = run_sql(aws, "SELECT count(*) FROM run_outcomes").rows
    took = time.monotonic() - began
    print(f"{sum(truth.values())} rows in Athena {took:.1f} s after `docker-compose up`")
    assert found == truth
    assert sum(truth.values()) > 2_000
    assert outcomes == 10
    asked = stack.run("run", "--rm", "-T", "playlake", "query", PER_PLAYLIST, "--json")
    assert {row["playlist_id"]: row["items"] for row in json.loads(asked)} == truth
    # A part is committed shortly before it is counted.
    status = eventually(lambda: process(stack, transformer), lambda s: idle_after(s, 3))
    assert status["rows"]["playlist_items"] == sum(truth.values())
    assert len(status["runs_completed"]) == 1
    assert status["objects_rejected"] == status["rows_quarantined"] == 0


def process(stack: Composed, port: int) -> dict[str, Any]:
    """What the transformer says of its process, to whoever has the token of its log."""
    log = stack.run("logs", "--no-color", "transformer")
    found = re.search(r'"token": "([\w-]+)"', log)
    assert found is not None
    shown = {"authorization": f"Bearer {found[1]}"}
    answer = httpx.get(f"http://127.0.0.1:{port}/status", headers=shown, timeout=60)
    own: dict[str, Any] = answer.raise_for_status().json()["process"]
    return own


def test_down_removes_everything(stack: Composed, engine: Engine) -> None:
    stack.run("up", "--detach")
    containers, networks, volumes = remains(engine, stack)
    assert (len(containers), len(networks), len(volumes)) == (5, 1, 1)
    stack.run("down", "--volumes")
    assert remains(engine, stack) == ([], [], [])


def remains(engine: Engine, stack: Composed) -> tuple[list[Any], list[Any], list[Any]]:
    """The containers, networks and volumes of a project."""
    mine = {"label": f"com.docker.compose.project={stack.project}"}
    containers = engine.containers.list(all=True, filters=mine)
    return containers, engine.networks.list(filters=mine), engine.volumes.list(filters=mine)


def published(stack: Composed, service: str, port: int) -> int:
    """The port on 127.0.0.1 that publishes a port of a service."""
    host, _, number = stack.run("port", service, str(port)).strip().rpartition(":")
    assert host == "127.0.0.1"
    return int(number)


def idle_after(status: dict[str, Any], objects: int) -> bool:
    """Whether this number of objects is committed, and no message is in progress."""
    return bool(status["objects_committed"] == objects and not status["messages_in_flight"])
