"""scripts/docker-engine where it cannot help: one sentence, and nothing is changed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]

SCRIPT = CHECKOUT / "scripts" / "docker-engine"
NOWHERE = "unix:///nonexistent/docker.sock"


def test_an_engine_that_was_asked_for_and_does_not_answer_is_named() -> None:
    status, printed = run(DOCKER_HOST=NOWHERE)
    assert status == 1
    assert printed == (
        f"docker-engine: no engine answers at DOCKER_HOST={NOWHERE}: "
        "start that engine, or unset it\n"
    )


def test_an_unknown_argument_is_answered_with_the_usage() -> None:
    status, printed = run("up")
    assert (status, printed) == (1, "docker-engine: usage: scripts/docker-engine [start|stop]\n")


def run(*arguments: str, **environment: str) -> tuple[int, str]:
    """The exit status and what was said; nothing is on stdout, which would be evaluated."""
    done = subprocess.run(
        [SCRIPT, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""
    return done.returncode, done.stderr
