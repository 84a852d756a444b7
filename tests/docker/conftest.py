"""A Docker engine with our images, or a skip that says why there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from typing import TYPE_CHECKING

import pytest
from composed import BOOTSTRAPPED_BASE, Composed, Engine
from testcontainers.core.config import ConnectionMode, testcontainers_config
from testcontainers.core.docker_client import DockerClient

from playlake.ports import choose_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The client of a Docker engine that answers."""
    if why := _why_there_is_none():
        pytest.skip(f"no Docker engine answers, scripts/docker-engine starts one: {why}")
    # Its reaper is an image to pull, and what a test starts it also stops.
    testcontainers_config.ryuk_disabled = True
    # Where tests themselves run in a container, it would guess an address of the engine's host.
    testcontainers_config.connection_mode_override = ConnectionMode.docker_host
    return DockerClient().client


@pytest.fixture(scope="session")
def new_stack(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Composed]:
    """Makes projects of docker-compose that share nothing with any other."""
    folder = tmp_path_factory.mktemp("composed")
    base = os.environ.get("BASE_IMAGE") or _bootstrapped_base(engine)
    images = {"BASE_IMAGE": base} if base else {}

    def new() -> Composed:
        ports = {name: str(choose_port()) for name in ("AWS_PORT", "SANDBOX_PORT")}
        ports["TRANSFORMER_PORT"] = str(choose_port())
        return Composed.with_settings(f"playlake-{uuid.uuid4().hex[:8]}", folder, ports | images)

    return new


@pytest.fixture(scope="session")
def images(engine: Engine, new_stack: Callable[[], Composed]) -> Engine:
    """The engine once it has every image of docker-compose.yml, built from this checkout."""
    new_stack().run("--profile", "run", "build")
    return engine


@pytest.fixture
def stack(images: Engine, new_stack: Callable[[], Composed]) -> Iterator[Composed]:  # noqa: ARG001  it starts containers of them
    """A stack that is not up yet, and is gone afterwards."""
    composed = new_stack()
    try:
        yield composed
    finally:
        composed.run("--profile", "run", "down", "--volumes", "--timeout", "30")


def _why_there_is_none() -> str | None:
    # Asked by the command, for the library leaves its socket open where nobody answers.
    docker = shutil.which("docker")
    if docker is None:
        return "there is no docker command"
    asked = subprocess.run([docker, "version"], capture_output=True, text=True, check=False)
    return asked.stderr.strip() if asked.returncode else None


def _bootstrapped_base(engine: Engine) -> str | None:
    return BOOTSTRAPPED_BASE if engine.images.list(BOOTSTRAPPED_BASE) else None
