"""The clients of AWS that the service uses, all in one."""

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
class Clients:
    """A client of each service."""

    s3: S3Client
    sqs: SQSClient
    glue: GlueClient


@asynccontextmanager
async def open_clients(settings: Settings) -> AsyncIterator[Clients]:
    """Open the clients, with as many connections as the settings may need at a time."""
    own = get_session()
    quick_times(own, parse_timestamp)
    session = aioboto3.Session(botocore_session=own)
    per_message = client_config(connections=settings.max_messages_in_flight * len(TABLES))
    polling = client_config(
        connections=settings.max_messages_in_flight * 2 + 1, long_poll=settings.poll_wait
    )
    async with AsyncExitStack() as stack:
        clients = Clients(
            s3=await stack.enter_async_context(session.client("s3", config=per_message)),
            sqs=await stack.enter_async_context(session.client("sqs", config=polling)),
            glue=await stack.enter_async_context(session.client("glue", config=per_message)),
        )
        for client in (clients.s3, clients.sqs, clients.glue):
            refuse_others(client.meta.events)
        expect_owner(clients.s3.meta.events, settings.bucket_owner)
        yield clients
