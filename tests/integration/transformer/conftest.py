"""The real command as a process, against a local AWS of its own."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import pytest
from free_ports import choose_port

from playlake.local_aws import local_aws, transformer_environment
from playlake.project import Project
from playlake.services.ports import HOST
from playlake.services.processes import service

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from playlake.local_aws import LocalAws

WITHIN = timedelta(seconds=60)
LOOK_EVERY_SECONDS = 0.02
Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class Transformer:
    """A running transformer: its process, its API and its log."""

    process: subprocess.Popen[bytes]
    api: httpx.Client
    log: Path

    def status(self) -> dict[str, Any]:
        """What the response of `/status` says of this process."""
        found: dict[str, Any] = self.api.get("/status").raise_for_status().json()["process"]
        return found

    def watchdog(self, name: str) -> dict[str, Any]:
        """A watchdog of the process."""
        watchdogs = self.status()["watchdogs"]
        return next(each for each in watchdogs if each["name"] == name)

    def until(self, is_so: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait until the response of `/status` satisfies a condition, and return it."""
        return _eventually(self.status, is_so)


def _eventually(look: Callable[[], Seen], is_so: Callable[[Seen], bool]) -> Seen:
    deadline = time.monotonic() + WITHIN.total_seconds()
    while not is_so(seen := look()):
        assert time.monotonic() < deadline, f"still {seen}"
        time.sleep(LOOK_EVERY_SECONDS)
    return seen


@pytest.fixture(scope="session")
def eventually() -> Callable[..., Any]:
    """`eventually(look, is_so)` calls `look` until `is_so` accepts its result, and returns it."""
    return _eventually


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """One local AWS for all tests of the session, provisioned."""
    project = replace(Project.find(os.environ), home=tmp_path_factory.mktemp("home"))
    with local_aws(project, port=choose_port()) as running:
        yield running


@pytest.fixture(autouse=True)
def _no_dead_letters(aws: LocalAws) -> None:
    """A test begins without the letters of those before it, in whatever order they run."""
    aws.sqs.purge_queue(QueueUrl=aws.dead_letter_queue_url)


@pytest.fixture(scope="session")
def environment(aws: LocalAws) -> dict[str, str]:
    """The environment of a transformer without its port."""
    made = transformer_environment(os.environ, aws, http_port=0, crawler_quiet=timedelta(minutes=1))
    del made["PLAYLAKE_HTTP_PORT"]
    return made | {
        "PLAYLAKE_POLL_WAIT_SECONDS": "1",
        "PLAYLAKE_VISIBILITY_TIMEOUT_SECONDS": "3",
    }


@pytest.fixture(scope="session")
def start(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., AbstractContextManager[Transformer]]:
    """`start(**settings)` runs a transformer from its readiness to the end of a block."""

    @contextmanager
    def started(**settings: str) -> Iterator[Transformer]:
        port = choose_port()
        url = f"http://{HOST}:{port}"
        logs = tmp_path_factory.mktemp("logs")
        own = environment | settings | {"PLAYLAKE_HTTP_PORT": str(port)}
        with (
            service("transformer", own, f"{url}/readyz", logs=logs) as process,
            httpx.Client(base_url=url, trust_env=False, timeout=120) as api,
        ):
            yield Transformer(process, api, logs / "transformer.log")

    return started
