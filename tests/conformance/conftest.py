"""Every test runs on the twins, on MiniStack and on moto; the event loop selects which."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from free_ports import choose_port
from moto.server import ThreadedMotoServer
from observed_aws import glue_client, s3_client, sqs_client
from tests.conformance.deviations import DEVIATIONS
from twins.aws import GlueTwin, S3Twin, SqsTwin
from virtual_time import VirtualTimeLoop

from playlake.local_aws import local_aws
from playlake.project import Project

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

_names = (f"conformance-{number}" for number in count())


class MiniStackLoop(asyncio.SelectorEventLoop):
    """Selects MiniStack."""


class MotoLoop(asyncio.SelectorEventLoop):
    """Selects moto."""


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"twin": VirtualTimeLoop, "ministack": MiniStackLoop, "moto": MotoLoop}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        test = getattr(item, "originalname", item.name)
        for (emulator, name), reason in DEVIATIONS.items():
            if name == test and emulator in item.name.removeprefix(test):
                item.add_marker(pytest.mark.xfail(strict=True, reason=f"{emulator}: {reason}"))


@dataclass(frozen=True, slots=True)
class Aws:
    """Clients of a twin or of an emulator, and what makes things for a test of its own."""

    s3: Any
    sqs: Any
    glue: Any

    async def bucket(self, *, versioned: bool = False) -> str:
        name = next(_names)
        await self.s3.create_bucket(Bucket=name)
        if versioned:
            enabled = {"Status": "Enabled"}
            await self.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=enabled)
        return name

    async def queue(self, **attributes: str) -> str:
        answer = await self.sqs.create_queue(QueueName=next(_names), Attributes=attributes)
        return str(answer["QueueUrl"])

    async def arn(self, url: str) -> str:
        found = await self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return str(found["Attributes"]["QueueArn"])

    async def table(self) -> dict[str, str]:
        name = next(_names)
        await self.glue.create_database(DatabaseInput={"Name": name})
        await self.glue.create_table(DatabaseName=name, TableInput={"Name": "synthetic"})
        return {"DatabaseName": name, "TableName": "synthetic"}

    async def crawler(self) -> str:
        name = next(_names)
        await self.glue.create_crawler(
            Name=name,
            Role="arn:aws:iam::000000000000:role/synthetic",
            DatabaseName="synthetic",
            Targets={"S3Targets": [{"Path": "s3://synthetic/"}]},
        )
        return name


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    project = replace(Project.find(os.environ), home=tmp_path_factory.mktemp("home"))
    with local_aws(project, port=choose_port()) as running:
        yield running.endpoint_url


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
async def aws(request: pytest.FixtureRequest) -> AsyncIterator[Aws]:
    loop = asyncio.get_running_loop()
    if isinstance(loop, VirtualTimeLoop):
        sqs = SqsTwin()
        yield Aws(S3Twin(sqs), sqs, GlueTwin())
        return
    url = request.getfixturevalue("moto" if isinstance(loop, MotoLoop) else "ministack")
    async with AsyncExitStack() as stack:
        clients = [make(url) for make in (s3_client, sqs_client, glue_client)]
        yield Aws(*[await stack.enter_async_context(client) for client in clients])
