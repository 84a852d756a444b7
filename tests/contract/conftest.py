"""Every test runs with adapters in memory and virtual time, of a folder, and of the local AWS.

The event loop selects which. A folder has no queue and no catalog. Tests with
`loop_factories=["aws"]` run only with the local AWS.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from free_ports import choose_port
from observed_aws import (
    ObservedGlueCatalog,
    ObservedS3CuratedObjects,
    ObservedS3RawObjects,
    ObservedSqsQueue,
    crawler,
)
from observed_folder import ObservedFolderCuratedObjects, ObservedFolderRawObjects
from twins.transformer import (
    MemoryCatalog,
    MemoryCrawler,
    MemoryCuratedObjects,
    MemoryFailures,
    MemoryQueue,
    MemoryRawObjects,
    MemoryRejects,
)
from virtual_time import VirtualTimeLoop

from playlake.local_aws import local_aws
from playlake.project import Project
from playlake_lake.folder import Folder
from playlake_transformer.adapters.folder import FolderRejects
from playlake_transformer.adapters.s3_records import S3Failures, S3Rejects

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractAsyncContextManager
    from datetime import timedelta
    from pathlib import Path

    from playlake.local_aws import LocalAws
    from playlake_transformer.ports import Crawler, Failures, Rejects

    AnyQueue = MemoryQueue | ObservedSqsQueue
    AnyRawObjects = MemoryRawObjects | ObservedFolderRawObjects | ObservedS3RawObjects
    AnyCuratedObjects = (
        MemoryCuratedObjects | ObservedFolderCuratedObjects | ObservedS3CuratedObjects
    )
    AnyCatalog = MemoryCatalog | ObservedGlueCatalog


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"memory": VirtualTimeLoop, "folder": FolderLoop, "aws": asyncio.SelectorEventLoop}


class FolderLoop(asyncio.SelectorEventLoop):
    """Selects the adapters of a folder."""


def in_memory() -> bool:
    return isinstance(asyncio.get_running_loop(), VirtualTimeLoop)


def in_folder() -> bool:
    return isinstance(asyncio.get_running_loop(), FolderLoop)


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """One local AWS for all tests of the session, provisioned."""
    project = replace(Project.find(os.environ), home=tmp_path_factory.mktemp("home"))
    with local_aws(project, port=choose_port()) as running:
        yield running


@pytest.fixture
async def make_queue(
    request: pytest.FixtureRequest,
) -> Callable[..., AbstractAsyncContextManager[AnyQueue]]:
    """`make_queue(poll_wait=..., visibility=...)` makes a queue that exists during a block."""

    @asynccontextmanager
    async def make(*, poll_wait: timedelta, visibility: timedelta) -> AsyncIterator[AnyQueue]:
        if memory:
            yield MemoryQueue(poll_wait=poll_wait, visibility=visibility)
            return
        aws = request.getfixturevalue("aws")
        async with ObservedSqsQueue.make(aws, poll_wait=poll_wait, visibility=visibility) as queue:
            yield queue

    memory = in_memory()
    return make


@pytest.fixture(params=[True, False], ids=["versioned", "unversioned"])
async def raw(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AnyRawObjects]:
    if in_memory():
        yield MemoryRawObjects(max_bytes=1024, versioned=request.param)
        return
    if in_folder():
        yield ObservedFolderRawObjects(Folder(tmp_path), max_bytes=1024)
        return
    aws = request.getfixturevalue("aws")
    async with ObservedS3RawObjects.make(aws, versioned=request.param) as made:
        yield made


@pytest.fixture
async def curated(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[AnyCuratedObjects]:
    if in_memory():
        yield MemoryCuratedObjects()
        return
    if in_folder():
        yield ObservedFolderCuratedObjects(Folder(tmp_path))
        return
    async with ObservedS3CuratedObjects.make(request.getfixturevalue("aws")) as made:
        yield made


@pytest.fixture
async def failures(request: pytest.FixtureRequest) -> AsyncIterator[Failures]:
    if in_memory():
        yield MemoryFailures()
        return
    async with ObservedS3CuratedObjects.make(request.getfixturevalue("aws")) as bucket:
        yield S3Failures(bucket.client, bucket.bucket)


@pytest.fixture
async def rejects(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rejects]:
    if in_memory():
        yield MemoryRejects()
        return
    if in_folder():
        yield FolderRejects(Folder(tmp_path))
        return
    async with ObservedS3CuratedObjects.make(request.getfixturevalue("aws")) as bucket:
        yield S3Rejects(bucket.client, bucket.bucket)


@pytest.fixture
async def catalog(request: pytest.FixtureRequest) -> AsyncIterator[AnyCatalog]:
    if in_memory():
        yield MemoryCatalog()
        return
    async with ObservedGlueCatalog.make(request.getfixturevalue("aws")) as made:
        yield made


@pytest.fixture
async def idle_crawler(request: pytest.FixtureRequest) -> AsyncIterator[Crawler]:
    if in_memory():
        yield MemoryCrawler()
        return
    async with crawler(request.getfixturevalue("aws")) as made:
        yield made
