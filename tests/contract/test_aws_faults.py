"""Failures of AWS that the local AWS never has: scripted responses in virtual time."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self, cast

import pytest
from aiobotocore.awsrequest import AioAWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import EndpointConnectionError
from landed import part_key
from observed_aws import glue_client, s3_client, sqs_client
from virtual_time import MORNING

from playlake_contracts.aws_answers import refuse_others
from playlake_contracts.rejects import Reject, encode_reject
from playlake_transformer.adapters.glue import GlueCatalog, GlueCrawler, watch_throttling
from playlake_transformer.adapters.reconciling import S3Listings
from playlake_transformer.adapters.s3 import S3CuratedObjects, S3RawObjects
from playlake_transformer.adapters.s3_records import S3Failures, S3Rejects
from playlake_transformer.adapters.sqs import SqsQueue
from playlake_transformer.domain.events import RawObjectCreated
from playlake_transformer.domain.transform import CuratedFile
from playlake_transformer.errors import AwsUnavailableError
from playlake_transformer.ports import DeadLetter, Message

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from types_aiobotocore_glue import GlueClient
    from types_aiobotocore_s3 import S3Client
    from types_aiobotocore_sqs import SQSClient

    Client = GlueClient | S3Client | SQSClient

pytestmark = pytest.mark.asyncio(loop_factories=["memory"])

NOWHERE = "http://127.0.0.1:9"
FILE = CuratedFile("tracks", part_key().curated("tracks"), b"synthetic", 1)
CREATED = RawObjectCreated(part_key(), 9, "synthetic", None)
METADATA = {"raw-etag": "synthetic", "rows": "1", "attempt": "synthetic"}
LETTER = DeadLetter("synthetic", "event_unreadable", "synthetic")
MESSAGE = Message("synthetic-message", "synthetic-receipt", "synthetic")
CONFLICT = (409, b"<Error><Code>ConditionalRequestConflict</Code></Error>")
SLOW_DOWN = (503, b"<Error><Code>SlowDown</Code></Error>")
DENIED = (403, b"<Error><Code>AccessDenied</Code></Error>")
DONE = (200, b"")
REJECT = Reject(code="synthetic", reason="synthetic", rejected_at=MORNING, transformer_version="0")
PORTAL = (200, b"<html>synthetic login page</html>")


def listed(*keys: str) -> tuple[int, bytes]:
    """What S3 answers to a list."""
    contents = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in keys)
    return 200, f"<ListBucketResult>{contents}</ListBucketResult>".encode()


class Script:
    """Answers a client's requests in place of AWS; the last answer is repeated."""

    def __init__(self, client: Client, *answers: tuple[int, bytes]) -> None:
        self.requests = 0
        self._answers = list(answers)
        refuse_others(client.meta.events)
        client.meta.events.register("before-send", cast("Callable[..., None]", self._answer))

    def _answer(self, **_: object) -> AioAWSResponse:
        status, self._body = self._answers[min(self.requests, len(self._answers) - 1)]
        self.requests += 1
        headers = HTTPHeaders()
        if self._body != PORTAL[1]:
            headers["x-amz-request-id"] = "synthetic"
            headers["ETag"] = '"synthetic"'
        return AioAWSResponse(NOWHERE, status, headers, self)

    async def read(self, _: int = -1) -> bytes:
        body, self._body = self._body, b""
        return body

    # A streamed body is read from the `content` of an answer.
    @property
    def content(self) -> Script:
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None: ...


@pytest.fixture
async def s3() -> AsyncIterator[S3Client]:
    async with s3_client(NOWHERE) as made:
        yield made


@pytest.fixture
async def glue() -> AsyncIterator[GlueClient]:
    async with glue_client(NOWHERE) as made:
        yield made


@pytest.fixture
async def sqs() -> AsyncIterator[SQSClient]:
    async with sqs_client(NOWHERE) as made:
        yield made


def queue(sqs: SQSClient) -> SqsQueue:
    return SqsQueue(sqs, f"{NOWHERE}/1/queue", f"{NOWHERE}/1/dlq", timedelta(0), timedelta(60))


async def test_a_write_conflict_is_tried_again(s3: S3Client) -> None:
    script = Script(s3, CONFLICT, CONFLICT, DONE)
    assert await S3CuratedObjects(s3, "synthetic").put_new(FILE, METADATA) is None
    assert script.requests == 3
    assert asyncio.get_running_loop().time() == pytest.approx(0.4)


async def test_a_permanent_write_conflict_leaves_the_message(s3: S3Client) -> None:
    script = Script(s3, CONFLICT)
    with pytest.raises(AwsUnavailableError, match="other clients keep writing this key"):
        await S3CuratedObjects(s3, "synthetic").put_new(FILE, METADATA)
    assert script.requests == 5


async def test_a_failing_call_is_made_four_times_in_all(s3: S3Client) -> None:
    script = Script(s3, SLOW_DOWN)
    with pytest.raises(AwsUnavailableError, match=f"put s3://synthetic/{FILE.key}: .*SlowDown"):
        await S3CuratedObjects(s3, "synthetic").put_new(FILE, METADATA)
    assert script.requests == 4


async def test_a_call_succeeds_after_a_short_failure(s3: S3Client) -> None:
    Script(s3, SLOW_DOWN, SLOW_DOWN, DONE)
    assert await S3CuratedObjects(s3, "synthetic").put_new(FILE, METADATA) is None


async def test_a_missing_permission_is_retried_and_not_rejected(s3: S3Client) -> None:
    Script(s3, DENIED)
    with pytest.raises(AwsUnavailableError, match=r"get s3://synthetic/raw/.*AccessDenied"):
        await S3RawObjects(s3, "synthetic", 100).get(CREATED)


async def test_a_refusal_of_what_no_list_has_means_that_it_is_missing(s3: S3Client) -> None:
    """S3 answers 404 only to who may list the whole bucket."""
    script = Script(s3, *[DENIED, listed()] * 4)
    for read in (
        lambda: S3RawObjects(s3, "synthetic", 100).get(CREATED),
        lambda: S3CuratedObjects(s3, "synthetic").get(FILE.key),
        lambda: S3Rejects(s3, "synthetic").find(CREATED.key.rejected),
        lambda: S3Listings(s3, "synthetic", "synthetic").manifest(str(CREATED.key)),
    ):
        assert await read() is None
    assert script.requests == 8


async def test_a_refusal_of_what_a_list_has_is_one(s3: S3Client) -> None:
    Script(s3, DENIED, listed(str(CREATED.key)))
    with pytest.raises(AwsUnavailableError, match=r"get s3://synthetic/raw/.*AccessDenied"):
        await S3RawObjects(s3, "synthetic", 100).get(CREATED)


async def test_a_version_that_is_gone_is_missing_if_what_replaced_it_may_be_read(
    s3: S3Client,
) -> None:
    created = RawObjectCreated(part_key(), 9, "synthetic", "old")
    Script(s3, DENIED, listed(str(created.key)), DONE)
    assert await S3RawObjects(s3, "synthetic", 100).get(created) is None


async def test_a_version_that_may_not_be_read_is_not_missing(s3: S3Client) -> None:
    created = RawObjectCreated(part_key(), 9, "synthetic", "old")
    Script(s3, DENIED, listed(str(created.key)), DENIED)
    with pytest.raises(AwsUnavailableError, match=r"get s3://synthetic/raw/.*AccessDenied"):
        await S3RawObjects(s3, "synthetic", 100).get(created)


async def test_a_record_that_others_write_meanwhile_is_written_over_theirs(s3: S3Client) -> None:
    answers = (CONFLICT, DENIED, listed(), DONE)
    script = Script(s3, *answers)
    await S3Rejects(s3, "synthetic").record(CREATED.key.rejected, REJECT, '"outdated"')
    assert script.requests == len(answers)


async def test_a_record_whose_answer_was_lost_is_not_written_again(s3: S3Client) -> None:
    stored = (200, encode_reject(REJECT))
    script = Script(s3, (412, b"<Error><Code>PreconditionFailed</Code></Error>"), stored)
    await S3Rejects(s3, "synthetic").record(CREATED.key.rejected, REJECT, '"outdated"')
    assert script.requests == 2


async def test_a_200_that_is_not_of_s3_stores_nothing(s3: S3Client) -> None:
    Script(s3, PORTAL)
    with pytest.raises(AwsUnavailableError, match="what answered with 200 is not AWS"):
        await S3CuratedObjects(s3, "synthetic").put_new(FILE, METADATA)
    with pytest.raises(AwsUnavailableError, match="what answered with 200 is not AWS"):
        await S3Failures(s3, "synthetic").note(part_key(), "synthetic")


async def test_a_404_that_is_not_of_s3_says_nothing_about_the_object(s3: S3Client) -> None:
    Script(s3, (404, PORTAL[1]))
    with pytest.raises(AwsUnavailableError, match="what answered with 404 is not AWS"):
        await S3RawObjects(s3, "synthetic", 100).get(CREATED)


async def test_a_200_that_is_not_of_sqs_or_glue_has_done_nothing(
    sqs: SQSClient, glue: GlueClient
) -> None:
    Script(sqs, PORTAL)
    Script(glue, PORTAL)
    with pytest.raises(AwsUnavailableError, match="is not AWS"):
        await queue(sqs).reject(LETTER)
    with pytest.raises(AwsUnavailableError, match="is not AWS"):
        await queue(sqs).delete(MESSAGE)
    with pytest.raises(AwsUnavailableError, match="is not AWS"):
        await GlueCatalog(glue, "synthetic", "synthetic").register("tracks", "2026-11-21")


async def test_an_unreachable_service_is_named(s3: S3Client) -> None:
    def refuse(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url=NOWHERE)

    s3.meta.events.register("before-send", refuse)
    with pytest.raises(AwsUnavailableError, match=r"get s3://synthetic/.*connect to the endpoint"):
        await S3RawObjects(s3, "synthetic", 100).get(CREATED)


@pytest.mark.parametrize(
    ("action", "call"),
    [
        ("receive from http://127.0.0.1:9/1/queue", lambda queue: queue.receive(10)),
        ("change visibility of message synthetic-message", lambda queue: queue.extend(MESSAGE)),
        ("change visibility of message synthetic-message", lambda queue: queue.release(MESSAGE)),
        ("delete message synthetic-message", lambda queue: queue.delete(MESSAGE)),
        ("send to http://127.0.0.1:9/1/dlq", lambda queue: queue.reject(LETTER)),
    ],
)
async def test_every_failing_call_of_the_queue_is_named(
    sqs: SQSClient,
    action: str,
    call: Callable[[SqsQueue], Awaitable[object]],
) -> None:
    Script(sqs, (400, b'{"__type": "com.amazonaws.sqs#QueueDoesNotExist"}'))
    with pytest.raises(AwsUnavailableError, match=f"^{action}: .*QueueDoesNotExist"):
        await call(queue(sqs))


async def test_a_message_of_a_batch_that_sqs_did_not_delete_is_named(sqs: SQSClient) -> None:
    failed = {"Id": "1", "Code": "InternalError", "Message": "synthetic", "SenderFault": False}
    Script(sqs, (200, json.dumps({"Successful": [], "Failed": [failed]}).encode()))
    some = queue(sqs)
    others = [replace(MESSAGE, message_id=f"synthetic-{number}") for number in range(3)]
    outcomes = await asyncio.gather(*map(some.delete, others), return_exceptions=True)
    assert outcomes[::2] == [None, None]
    assert isinstance(outcomes[1], AwsUnavailableError)
    assert str(outcomes[1]) == "delete message synthetic-1: InternalError: synthetic"


async def test_a_reason_is_cut_to_the_limit_of_an_attribute(sqs: SQSClient) -> None:
    sent: list[dict[str, Any]] = []
    sqs.meta.events.register("before-call", lambda params, **_: sent.append(params))
    Script(sqs, (200, b"{}"))
    await queue(sqs).reject(replace(LETTER, reason="x" * 5000))
    attributes = json.loads(sent[0]["body"])["MessageAttributes"]
    assert attributes["reason"]["StringValue"] == "x" * 1000
    assert attributes["code"]["StringValue"] == "event_unreadable"


async def test_a_partition_that_glue_refuses_is_not_registered(
    glue: GlueClient,
) -> None:
    refused = {"Errors": [{"ErrorDetail": {"ErrorCode": "InternalServiceException"}}]}
    script = Script(glue, (200, json.dumps(refused).encode()), (200, b"{}"))
    catalog = GlueCatalog(glue, "synthetic", "synthetic")
    with pytest.raises(AwsUnavailableError, match=r"register a day of tracks: .*Internal"):
        await catalog.register("tracks", "2026-11-21")
    await catalog.register("tracks", "2026-11-21")
    assert script.requests == 2


async def test_the_state_of_a_crawler_is_its_last_change_and_its_last_crawl(
    glue: GlueClient,
) -> None:
    found = {"Name": "synthetic", "LastUpdated": 1000, "LastCrawl": {"StartTime": 2000}}
    Script(glue, (200, json.dumps({"Crawler": found}).encode()))
    state = await GlueCrawler(glue, "synthetic").state()
    assert state.changed_at == datetime.fromtimestamp(1000, UTC)
    assert state.crawled_at == datetime.fromtimestamp(2000, UTC)


@pytest.mark.parametrize("code", ["CrawlerRunningException", "CrawlerStoppingException"])
async def test_a_running_or_stopping_crawler_is_not_a_failure(glue: GlueClient, code: str) -> None:
    Script(glue, (400, json.dumps({"__type": code}).encode()))
    assert await GlueCrawler(glue, "synthetic").start() is False


async def test_a_crawler_that_is_missing_is_named(glue: GlueClient) -> None:
    Script(glue, (400, b'{"__type": "EntityNotFoundException"}'))
    with pytest.raises(AwsUnavailableError, match=r"start crawler synthetic: .*EntityNotFound"):
        await GlueCrawler(glue, "synthetic").start()


async def test_every_throttled_request_to_glue_is_counted_also_if_a_retry_succeeds(
    glue: GlueClient,
) -> None:
    throttles: list[None] = []
    watch_throttling(glue, lambda: throttles.append(None))
    throttled = (400, b'{"__type": "ThrottlingException"}')
    script = Script(glue, throttled, throttled, (200, b"{}"))
    assert await GlueCrawler(glue, "synthetic").start()
    assert (script.requests, len(throttles)) == (3, 2)


async def test_other_errors_of_glue_are_no_throttles(glue: GlueClient) -> None:
    throttles: list[None] = []
    watch_throttling(glue, lambda: throttles.append(None))
    Script(glue, (400, b'{"__type": "CrawlerRunningException"}'))
    await GlueCrawler(glue, "synthetic").start()
    assert throttles == []


@pytest.mark.asyncio(loop_factories=["aws"])
async def test_a_broken_connection_leaves_the_message() -> None:
    async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\nETag: "synthetic"\r\nContent-Length: 9\r\n\r\nsynt')
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(break_off, "127.0.0.1") as server:
        host, port = server.sockets[0].getsockname()
        async with s3_client(f"http://{host}:{port}") as s3:
            with pytest.raises(AwsUnavailableError, match="get s3://synthetic/raw/"):
                await S3RawObjects(s3, "synthetic", 100).get(CREATED)


async def test_finding_the_run_before_fails_with_aws(s3: S3Client) -> None:
    Script(s3, DENIED)
    with pytest.raises(AwsUnavailableError, match="list s3://synthetic/raw/source=spotify/"):
        await anext(S3RawObjects(s3, "synthetic", 100).manifests_before(part_key(), lambda _: True))


async def test_a_curated_object_that_aws_does_not_give_is_no_missing_one(s3: S3Client) -> None:
    Script(s3, DENIED)
    with pytest.raises(AwsUnavailableError, match=f"get s3://synthetic/{FILE.key}"):
        await S3CuratedObjects(s3, "synthetic").get(FILE.key)


@pytest.mark.parametrize(
    "raised",
    [
        RuntimeError(
            "Credentials were refreshed, but the refreshed credentials are still expired."
        ),
        ValueError("credential_process sent no JSON"),
        KeyError("Expiration"),
    ],
    ids=lambda raised: type(raised).__name__,
)
async def test_errors_of_the_credential_chain_mean_that_aws_is_unavailable(
    s3: S3Client, raised: Exception
) -> None:
    def fail(**_: object) -> None:
        raise raised

    s3.meta.events.register("request-created", cast("Callable[..., None]", fail))
    with pytest.raises(AwsUnavailableError, match=type(raised).__name__):
        await S3CuratedObjects(s3, "synthetic").put_new(FILE, METADATA)
