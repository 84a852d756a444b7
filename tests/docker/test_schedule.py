"""`docker-compose up` alone: runs start by themselves, and see what changes from day to day."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from containers import eventually

from playlake.local_aws import LocalAws
from playlake_aws.athena import run_sql

if TYPE_CHECKING:
    from composed import Composed, Engine
    from docker.models.containers import Container  # type: ignore[import-untyped]  # no types

pytestmark = pytest.mark.timeout(900)

# The first two runs start within two minutes.
WITHIN = timedelta(minutes=6)
VERSIONS = "SELECT playlist_id, count(DISTINCT snapshot_id) FROM playlists GROUP BY playlist_id"
OUTCOMES = "SELECT DISTINCT outcome FROM run_outcomes"
STOP = "import os, signal; os.kill(1, signal.SIGTERM)"


def test_history_grows_without_a_command(moving_stack: Composed) -> None:
    moving_stack.run("up", "--detach")
    _, _, port = moving_stack.run("port", "aws", "4566").strip().rpartition(":")
    with closing(LocalAws(int(port))) as aws:
        versions = eventually(lambda: most_versions(aws), lambda most: most >= 2, within=WITHIN)
        outcomes = {outcome for (outcome,) in run_sql(aws, OUTCOMES).rows}
    assert versions >= 2
    assert "landed" in outcomes
    assert outcomes <= {"landed", "unchanged"}


def test_a_schedule_that_ends_starts_again(moving_stack: Composed, engine: Engine) -> None:
    moving_stack.run("up", "--detach")
    kept = engine.containers.get(moving_stack.run("ps", "--quiet", "scheduled-extractor").strip())
    eventually(lambda: kept.logs().decode(), lambda said: "run_finished" in said)
    moving_stack.run(*("exec", "-T", "scheduled-extractor", "/opt/venv/bin/python", "-c", STOP))
    restarted = eventually(lambda: state_of(kept), lambda state: state["RestartCount"] >= 1)
    assert restarted["RestartCount"] == 1
    eventually(lambda: state_of(kept)["State"], lambda state: bool(state["Running"]))


def most_versions(aws: LocalAws) -> int:
    """The number of versions of the playlist that changed most, as far as it is committed."""
    counts = (int(str(versions)) for _, versions in run_sql(aws, VERSIONS).rows)
    return max(counts, default=0)


def state_of(container: Container) -> dict[str, Any]:
    """The attributes of a container, read now."""
    container.reload()
    attributes: dict[str, Any] = container.attrs
    return attributes
