"""The clients of AWS that the service or a backfill uses, all in one."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aioboto3
from aiobotocore.session import get_session
from botocore.utils import parse_timestamp

from playlake_contracts.aws_answers import refuse_others
from playlake_contracts.aws_times import quick_times
from playlake_contracts.bucket_owner import expect_owner
from playlake_contracts.tables import TABLES
from playlake_transformer.adapters.aws import client_config

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from types_aiobotocore_glue import GlueClient
    from types_aiobotocore_s3 import S3Client
    from types_aiobotocore_sqs import SQSClient

    from playlake_transformer.settings import Settings


@dataclass(frozen=True, slots=True)
class LakeClients:
    """A client of each service that holds a lake."""

    s3: S3Client
    glue: GlueClient


@dataclass(frozen=True, slots=True)
class Clients(LakeClients):
    """A client of each service."""

    sqs: SQSClient


@asynccontextmanager
async def open_clients(settings: Settings) -> AsyncIterator[Clients]:
    """Open the clients, with as many connections as the settings may need at a time."""
    session = _session()
    polling = client_config(
        connections=settings.max_messages_in_flight * 2 + 1, long_poll=settings.poll_wait
    )
    lake = _lake_clients(session, settings.max_messages_in_flight, settings.bucket_owner)
    async with lake as opened, session.client("sqs", config=polling) as sqs:
        refuse_others(sqs.meta.events)
        yield Clients(opened.s3, opened.glue, sqs)


@asynccontextmanager
async def open_lake_clients(
    region: str, at_once: int, bucket_owner: str | None = None
) -> AsyncIterator[LakeClients]:
    """Open the clients of a lake.

    Args:
        region: the region of the lake.
        at_once: number of raw objects that are committed at a time.
        bucket_owner: the account that the buckets have to belong to; None allows any.
    """
    async with _lake_clients(_session(region), at_once, bucket_owner) as opened:
        yield opened


@asynccontextmanager
async def _lake_clients(
    session: aioboto3.Session, at_once: int, bucket_owner: str | None
) -> AsyncIterator[LakeClients]:
    config = client_config(connections=at_once * len(TABLES))
    async with AsyncExitStack() as stack:
        s3 = await stack.enter_async_context(session.client("s3", config=config))
        glue = await stack.enter_async_context(session.client("glue", config=config))
        for client in (s3, glue):
            refuse_others(client.meta.events)
        expect_owner(s3.meta.events, bucket_owner)
        yield LakeClients(s3, glue)


def _session(region: str | None = None) -> aioboto3.Session:
    own = get_session()
    quick_times(own, parse_timestamp)
    return aioboto3.Session(region_name=region, botocore_session=own)
