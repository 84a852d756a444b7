"""The production template on MiniStack: its schedule and its service run our images.

Real: the stack, the schedule, the secret, the ECS tasks as containers, the notification, the
queue, the tables. Not: roles are not enforced here, and MiniStack's ECS leaves out the read-only
root, the user and the health check of a task definition, which other tests of the images prove.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from containers import LOCAL_ONLY, eventually, items_by_playlist, on
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network

from playlake.local_aws import LocalAws
from playlake.local_aws.backlog import wait_until_committed
from playlake.local_aws.provision import STACK
from playlake.project import Project
from playlake.services.http import ask
from playlake_aws.athena import run_sql
from playlake_contracts.keys import RAW_PREFIX, RawKey, run_prefix
from playlake_contracts.runs import RunId
from playlake_local import Clients, deploy, localise, use_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from composed import Engine
    from mypy_boto3_ecs import ECSClient
    from mypy_boto3_ecs.type_defs import KeyValuePairTypeDef, TaskOverrideTypeDef

pytestmark = pytest.mark.timeout(900)

TAG = "e2e"
REGISTRY = "000000000000.dkr.ecr.us-east-1.amazonaws.com/playlake"
SERVICES = ("compactor", "extractor", "transformer")
SECRET = {
    "client_id": "sandbox-client-id",
    "client_secret": "sandbox-client-secret",
    "refresh_token": "sandbox-refresh-token",
}
SOCKET = "/var/run/docker.sock"
# The schedule fires every minute, and MiniStack checks it every ten seconds.
FIRST_FIRING_WITHIN = timedelta(seconds=100)
IS_READY = "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/readyz', timeout=4)"
STARTED_BY_HAND = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Deployed:
    """The template deployed on a MiniStack of its own, with a sandbox."""

    engine: Engine
    aws: LocalAws
    ecs: ECSClient
    server: DockerContainer
    truth: dict[str, int]

    def tasks(self, service: str) -> list[Any]:
        """The running containers of a service that ECS started."""
        labels = [*mine(self.server), f"com.amazonaws.ecs.container-name={service}"]
        found: list[Any] = self.engine.containers.list(
            filters={"label": labels}, ignore_removed=True
        )
        return found

    def runs(self) -> set[RunId]:
        """The complete runs, whose manifest is landed."""
        raw = self.aws.resources.raw_bucket
        listed = self.aws.s3.list_objects_v2(Bucket=raw, Prefix=RAW_PREFIX)
        keys = [RawKey.parse(found["Key"]) for found in listed.get("Contents", ())]
        return {key.run_id for key in keys if key.is_manifest}

    def items(self, run: RunId) -> dict[Any, Any]:
        """The number of rows of each playlist of a run in Athena."""
        wait_until_committed(self.aws, run_prefix("spotify", run))
        sql = f"SELECT playlist_id, count(*) FROM playlist_items WHERE run_id = '{run}' GROUP BY 1"
        return {playlist: items for playlist, items in run_sql(self.aws, sql).rows}  # noqa: C416  rows are tuples of any length


@pytest.fixture(scope="module")
def tagged(images: Engine) -> Iterator[Engine]:
    """The engine, with our images tagged by the names in the task definitions."""
    for service in SERVICES:
        images.images.get(f"playlake/{service}").tag(f"{REGISTRY}/{service}", tag=TAG)
    yield images
    for service in SERVICES:
        images.images.remove(f"{REGISTRY}/{service}:{TAG}", noprune=True)


@pytest.fixture(scope="module")
def deployed(tagged: Engine) -> Iterator[Deployed]:
    """A deployment for the tests that do not delete it."""
    with deployment(tagged) as deployed:
        yield deployed


def test_the_service_runs_a_transformer_that_becomes_ready(deployed: Deployed) -> None:
    (transformer,) = ready_transformers(deployed)
    assert transformer.attrs["Config"]["Image"] == f"{REGISTRY}/transformer:{TAG}"


def test_every_row_of_a_scheduled_run_is_in_athena(deployed: Deployed) -> None:
    scheduled = eventually(lambda: by_the_schedule(deployed), bool, within=FIRST_FIRING_WITHIN)
    run = min(scheduled)
    assert deployed.items(run) == deployed.truth
    assert sum(deployed.truth.values()) > 2_000
    print(f"{sum(deployed.truth.values())} rows in Athena of {run}, which the schedule started")


def test_a_killed_transformer_is_replaced_and_the_next_run_is_committed(
    deployed: Deployed,
) -> None:
    (killed,) = ready_transformers(deployed)
    killed.kill()
    began = time.monotonic()
    eventually(
        lambda: deployed.tasks("transformer"), lambda found: bool(found) and killed not in found
    )
    replaced = time.monotonic()
    (replacement,) = ready_transformers(deployed)
    ready = time.monotonic()
    print(f"replaced after {replaced - began:.1f} s, ready after {ready - began:.1f} s")
    assert replacement.id != killed.id
    run = run_by_hand(deployed)
    assert deployed.items(run) == deployed.truth


def test_after_deleting_the_stack_nothing_runs_and_the_raw_bucket_stays(tagged: Engine) -> None:
    before = dangling_volumes(tagged)
    with deployment(tagged) as deployed:
        (transformer,) = ready_transformers(deployed)
        (network,) = transformer.attrs["NetworkSettings"]["Networks"]
        run = run_by_hand(deployed)
        deployed.aws.cloudformation.delete_stack(StackName=STACK)
        eventually(lambda: started_by(deployed.server, tagged), lambda running: not running)
        assert run in deployed.runs()
    assert tagged.networks.list(names=[network]) == []
    # A task of another test may still be in removal.
    eventually(lambda: dangling_volumes(tagged) - before, lambda left: not left)


@contextmanager
def deployment(engine: Engine) -> Iterator[Deployed]:
    """Deploy the template on containers, and remove all of them afterwards."""
    with ExitStack() as stack:
        network = stack.enter_context(Network(docker_network_kw=LOCAL_ONLY))
        sandbox = DockerContainer("playlake/sandbox").with_exposed_ports(8888)
        stack.enter_context(on(network, sandbox, "sandbox"))
        server = DockerContainer("playlake/ministack").with_exposed_ports(4566)
        server.with_volume_mapping(SOCKET, SOCKET, "rw")
        stack.enter_context(on(network, server, "aws"))
        stack.callback(stop, engine, server)
        aws = stack.enter_context(closing(LocalAws(server.get_exposed_port(4566))))
        playlists = ask(sandbox.get_exposed_port(8888), "GET", "/sandbox/playlists")
        set_up(aws, [playlist["id"] for playlist in playlists])
        ecs = stack.enter_context(
            closing(aws._session.client("ecs", endpoint_url=aws.endpoint_url))
        )
        truth = items_by_playlist(sandbox.get_exposed_port(8888))
        yield Deployed(engine, aws, ecs, server, truth)


def set_up(aws: LocalAws, playlists: list[str]) -> None:
    """Deploy the template, and store Spotify's credentials as an operator does."""
    parameters = {"ImageTag": TAG, "Playlists": ",".join(playlists)}
    clients = Clients(aws.cloudformation, aws.s3)
    deploy(clients, STACK, local_template(), parameters, patience=timedelta(seconds=60))
    secrets = aws._session.client("secretsmanager", endpoint_url=aws.endpoint_url)
    with closing(secrets):
        secrets.put_secret_value(SecretId="playlake/spotify", SecretString=json.dumps(SECRET))


def local_template() -> dict[str, Any]:
    """The production template adapted to the local AWS, with the sandbox and a run every minute."""
    path = Project.find(os.environ).templates / "standard.json"
    localised = localise(json.loads(path.read_text()))
    pointed = use_sandbox(localised, "http://sandbox:8888")
    (schedule,) = (
        resource["Properties"]
        for resource in pointed["Resources"].values()
        if resource["Type"] == "AWS::Scheduler::Schedule"
        and resource["Properties"]["Name"].endswith("-extract")
    )
    schedule["ScheduleExpression"] = "rate(1 minute)"
    return pointed


def ready_transformers(deployed: Deployed) -> list[Any]:
    """The transformers, if there is one and all are ready."""
    return eventually(
        lambda: deployed.tasks("transformer"),
        lambda found: bool(found) and all(is_ready(container) for container in found),
    )


def is_ready(container: Any) -> bool:  # noqa: ANN401  docker publishes no types
    """Whether a transformer is ready, asked inside its container, since no port is published."""
    status, _ = container.exec_run(["/opt/venv/bin/python", "-c", IS_READY])
    return bool(status == 0)


def by_the_schedule(deployed: Deployed) -> set[RunId]:
    """The complete runs that the schedule started."""
    return {run for run in deployed.runs() if run.scheduled_at != STARTED_BY_HAND}


def run_by_hand(deployed: Deployed) -> RunId:
    """Start the extractor's task like the schedule, for another time; wait for its run."""
    environment: KeyValuePairTypeDef = {
        "name": "PLAYLAKE_SCHEDULED_AT",
        "value": STARTED_BY_HAND.isoformat(),
    }
    overrides: TaskOverrideTypeDef = {
        "containerOverrides": [{"name": "extractor", "environment": [environment]}]
    }
    deployed.ecs.run_task(
        cluster="playlake",
        taskDefinition="playlake-extractor",
        launchType="FARGATE",
        overrides=overrides,
    )
    run = RunId.derive("spotify", STARTED_BY_HAND)
    eventually(deployed.runs, lambda runs: run in runs)
    return run


def dangling_volumes(engine: Engine) -> set[str]:
    """The volumes without a container."""
    return {volume.id for volume in engine.volumes.list(filters={"dangling": True})}


def mine(server: DockerContainer) -> list[str]:
    """The label of the containers that a MiniStack starts."""
    return [f"ministack.instance={server.get_wrapped_container().short_id}:4566"]


def started_by(server: DockerContainer, engine: Engine, *, ended: bool = False) -> list[Any]:
    """The running containers that a MiniStack started; with `ended`, the ended ones too."""
    found: list[Any] = engine.containers.list(
        all=ended, filters={"label": mine(server)}, ignore_removed=True
    )
    return found


def stop(engine: Engine, server: DockerContainer) -> None:
    """Stop a MiniStack and its containers.

    When it stops a service's task, it may start a replacement, which is removed here.
    """
    server.get_wrapped_container().stop(timeout=30)
    for left in started_by(server, engine, ended=True):
        left.remove(force=True, v=True)
