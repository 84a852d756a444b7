"""The transformer's image with MiniStack's, hardened more than in any deployment."""

from __future__ import annotations

import os
from contextlib import ExitStack, closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from containers import LOCAL_ONLY, WITHIN, on
from landed import entry, part, part_key
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network

from playlake.local_aws import LocalAws, transformer_environment
from playlake.local_aws.backlog import wait_until_committed
from playlake.local_aws.provision import provision
from playlake.project import Project
from playlake_aws.athena import run_sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from composed import Engine

pytestmark = pytest.mark.timeout(900)

# Without /tmp, since Fargate has no tmpfs, and without init: the service is process 1.
HARDENED = {
    "read_only": True,
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
    "mem_limit": "1g",
    "init": False,
}


@pytest.fixture
def running(images: Engine) -> Iterator[tuple[LocalAws, DockerContainer]]:  # noqa: ARG001  it runs two of them
    """A provisioned local AWS, and a healthy transformer that consumes its queue."""
    with ExitStack() as stack:
        network = stack.enter_context(Network(docker_network_kw=LOCAL_ONLY))
        server = DockerContainer("playlake/ministack").with_exposed_ports(4566)
        stack.enter_context(on(network, server, "aws"))
        aws = stack.enter_context(closing(LocalAws(server.get_exposed_port(4566))))
        provision(aws, Project.find(os.environ).templates)
        transformer = DockerContainer("playlake/transformer").with_kwargs(**HARDENED)
        transformer.with_envs(**environment(aws))
        stack.enter_context(on(network, transformer, "transformer"))
        yield aws, transformer


def test_the_transformer_commits_and_ends_with_0_after_sigterm(
    running: tuple[LocalAws, DockerContainer],
) -> None:
    aws, transformer = running
    body = part(part_key(), [entry(number) for number in range(10)])
    aws.s3.put_object(Bucket=aws.resources.raw_bucket, Key=str(part_key()), Body=body)
    wait_until_committed(aws)
    assert run_sql(aws, "SELECT count(*) FROM playlist_items").rows == [(10,)]

    container = transformer.get_wrapped_container()
    container.kill(signal="SIGTERM")
    assert container.wait(timeout=WITHIN.total_seconds())["StatusCode"] == 0
    assert "service_stopped" in container.logs().decode()


def environment(aws: LocalAws) -> dict[str, str]:
    """The transformer's environment, with the local AWS in another container."""
    local = transformer_environment({}, aws, http_port=8080, crawler_quiet=timedelta(minutes=1))
    inside = {name: v.replace(aws.endpoint_url, "http://aws:4566") for name, v in local.items()}
    token = f"read:{'r' * 32}"
    return {**inside, "PLAYLAKE_HTTP_HOST": "0.0.0.0", "PLAYLAKE_TOKENS": token}  # noqa: S104  its network is its own
