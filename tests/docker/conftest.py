"""A Docker engine with our images; without one the tests are skipped with the reason."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from composed import BOOTSTRAPPED_BASE, Composed, Engine
from free_ports import choose_port
from testcontainers.core.config import ConnectionMode, testcontainers_config
from testcontainers.core.docker_client import DockerClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def engine() -> Engine:
    """A client of the Docker engine."""
    if why := _why_there_is_none():
        pytest.skip(f"no Docker engine answers, scripts/docker-engine starts one: {why}")
    # The reaper of testcontainers would pull an image, and the tests stop what they start.
    testcontainers_config.ryuk_disabled = True
    # In a container, testcontainers would guess the address of the engine's host.
    testcontainers_config.connection_mode_override = ConnectionMode.docker_host
    return DockerClient().client


@pytest.fixture(scope="session")
def base_image(engine: Engine) -> str | None:
    """The image that ours are built on, where it is not the one that their files name."""
    return os.environ.get("BASE_IMAGE") or _bootstrapped_base(engine)


@pytest.fixture(scope="session")
def new_stack(
    base_image: str | None, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Composed]:
    """Makes projects of docker-compose that share nothing, with settings."""
    folder = tmp_path_factory.mktemp("composed")
    images = {"BASE_IMAGE": base_image} if base_image else {}

    def new(**settings: str) -> Composed:
        ports = {name: str(choose_port()) for name in ("AWS_PORT", "SANDBOX_PORT")}
        ports["TRANSFORMER_PORT"] = str(choose_port())
        return Composed.with_settings(
            f"playlake-{uuid.uuid4().hex[:8]}", folder, ports | images | settings
        )

    return new


@pytest.fixture(scope="session")
def images(engine: Engine, new_stack: Callable[..., Composed]) -> Engine:
    """The engine with every image of docker-compose.yml, built from this checkout."""
    new_stack().run("--profile", "run", "build")
    return engine


@pytest.fixture
def stack(images: Engine, new_stack: Callable[..., Composed]) -> Iterator[Composed]:  # noqa: ARG001  it starts containers of them
    """A stack that is not started yet, and is removed afterwards; its sandbox's clock stands."""
    with removed_afterwards(new_stack(PLAYLAKE_SANDBOX_DAY_SECONDS="0")) as composed:
        yield composed


@pytest.fixture
def moving_stack(images: Engine, new_stack: Callable[..., Composed]) -> Iterator[Composed]:  # noqa: ARG001  likewise
    """The same, where a day of the sandbox passes in ten seconds."""
    with removed_afterwards(new_stack(PLAYLAKE_SANDBOX_DAY_SECONDS="10")) as composed:
        yield composed


@contextmanager
def removed_afterwards(composed: Composed) -> Iterator[Composed]:
    """A stack that is removed with everything in it when a block ends."""
    try:
        yield composed
    finally:
        composed.run("--profile", "run", "down", "--volumes", "--timeout", "30")


def _why_there_is_none() -> str | None:
    # By the command, because the library leaves its socket open if no engine answers.
    docker = shutil.which("docker")
    if docker is None:
        return "there is no docker command"
    asked = subprocess.run([docker, "version"], capture_output=True, text=True, check=False)
    return asked.stderr.strip() if asked.returncode else None


def _bootstrapped_base(engine: Engine) -> str | None:
    return BOOTSTRAPPED_BASE if engine.images.list(BOOTSTRAPPED_BASE) else None
