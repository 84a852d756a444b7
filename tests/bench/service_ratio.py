"""Throughput of the transformer beside that of its two halves: `make bench-service`.

The service has one process that transforms. It takes turns with a bare loop that makes the same
calls of S3 and SQS for the same parts, and with a bare loop of `transform` in one process. All of
them, and the local AWS, share the cores of this machine. Printed is the throughput of the service
as a share of the slower half. Printed is also the most memory of the service and its process while
sixteen snapshots of 10,000 entries wait. All parts are synthetic.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import aioboto3
import httpx
from fleet import children, memory_of
from free_ports import choose_port
from tests.bench.synthetic_parts import synthetic_part

from playlake.local_aws import local_aws, transformer_environment
from playlake.project import Project
from playlake.services.ports import HOST
from playlake.services.processes import service
from playlake_contracts.keys import RawKey
from playlake_contracts.runs import RunId
from playlake_transformer.adapters.aws import client_config
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_aiobotocore_s3 import S3Client
    from types_aiobotocore_sqs import SQSClient
    from types_aiobotocore_sqs.type_defs import MessageTypeDef

    from playlake.local_aws import LocalAws
    from playlake_contracts.sources.spotify import Api

FETCHED_AT: Final = datetime(2026, 11, 21, 6, tzinfo=UTC)
SNAPSHOTS, ENTRIES = 20, 50
AT_A_TIME: Final = 4
APIS: Final[tuple[Api, ...]] = ("classic", "items")
LONG_PARTS: Final = 16
REGION: Final = "us-east-1"
BARE_TRANSFORM: Final = """
import sys, time
from pathlib import Path
from playlake_contracts.keys import RawKey
from playlake_transformer.domain.transform import transform
raw, key, parts = Path(sys.argv[1]).read_bytes(), RawKey.parse(sys.argv[2]), int(sys.argv[3])
transform(raw, key)
started = time.perf_counter()
for _ in range(parts):
    transform(raw, key)
print(time.perf_counter() - started)
"""


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", type=int, default=500, help="parts of each round")
    parser.add_argument("--rounds", type=int, default=3, help="rounds")
    options = parser.parse_args()
    with TemporaryDirectory() as home:
        project = replace(Project.find(os.environ), home=Path(home))
        with local_aws(project, port=choose_port()) as aws:
            bench = _Bench(aws, Path(home), options.parts)
            shares = [bench.round(number) for number in range(options.rounds)]
            peaks = {api: bench.peak(api, options.rounds + n) for n, api in enumerate(APIS)}
    print(
        f"{options.parts} parts of {SNAPSHOTS} x {ENTRIES}: the service reaches "
        f"{statistics.median(shares):.0%} of the slower half "
        f"({min(shares):.0%}-{max(shares):.0%})"
    )
    for api, peak in peaks.items():
        print(f"{LONG_PARTS} parts of 1 x 10,000, {api}: {peak / 2**20:.0f} MiB at most")


class _Bench:
    """The three contestants, on one local AWS."""

    def __init__(self, aws: LocalAws, home: Path, parts: int) -> None:
        self._aws, self._home, self._parts = aws, home, parts

    def round(self, number: int) -> float:
        """Run each contestant once, in an order of the round's own."""
        contestants = {
            "S3 loop": self._s3_loop, "transform": self._transform, "service": self._service
        }  # fmt: skip
        names = list(contestants)
        turn = number % len(names)
        seconds = {name: contestants[name](number) for name in names[turn:] + names[:turn]}
        slower = max(seconds["S3 loop"], seconds["transform"])
        print(
            f"round {number + 1}: S3 loop {seconds['S3 loop'] / slower:.2f}, transform "
            f"{seconds['transform'] / slower:.2f}, service {seconds['service'] / slower:.2f} "
            "times the slower half",
            flush=True,
        )
        return slower / seconds["service"]

    def _raw(self, number: int) -> bytes:
        made = synthetic_part(self._key(number, 0), FETCHED_AT, "items", SNAPSHOTS, ENTRIES)
        return b"".join(made)

    def _key(self, number: int, part: int) -> RawKey:
        run = RunId(FETCHED_AT + timedelta(minutes=number), "synthe")
        return RawKey.of_part("spotify", run, part)

    def _transform(self, number: int) -> float:
        part = self._home / "part"
        part.write_bytes(self._raw(number))
        arguments = [str(part), str(self._key(number, 0)), str(self._parts)]
        answer = subprocess.run(
            [sys.executable, "-c", BARE_TRANSFORM, *arguments],
            capture_output=True,
            check=True,
            text=True,
        )
        return float(answer.stdout)

    def _service(self, number: int) -> float:
        self._land(self._raw(number), number, self._parts)
        with self._running() as (_, api):
            return _seconds_to_commit(api, self._parts)

    def peak(self, api: Api, number: int) -> int:
        """The most memory of the service and its process, with long parts waiting."""
        raw = b"".join(synthetic_part(self._key(number, 0), FETCHED_AT, api, 1, 10_000))
        self._land(raw, number, LONG_PARTS)
        with self._running() as (pid, status):
            peak = 0
            while _committed(status) < LONG_PARTS:
                peak = max(peak, sum(map(memory_of, [pid, *children(pid)])))
                time.sleep(0.05)
            return peak

    def _land(self, raw: bytes, number: int, parts: int) -> None:
        bucket = self._aws.resources.raw_bucket
        for part in range(parts):
            self._aws.s3.put_object(Bucket=bucket, Key=str(self._key(number, part)), Body=raw)

    @contextmanager
    def _running(self) -> Iterator[tuple[int, httpx.Client]]:
        """The service with one process that transforms: its id, and its API."""
        port = choose_port()
        environment = transformer_environment(
            os.environ, self._aws, http_port=port, crawler_quiet=timedelta(hours=1)
        ) | {"PLAYLAKE_TRANSFORM_PROCESSES": "1"}
        url = f"http://{HOST}:{port}"
        with (
            service("transformer", environment, f"{url}/livez", logs=self._home) as process,
            httpx.Client(base_url=url, trust_env=False, timeout=120) as api,
        ):
            yield process.pid, api

    def _s3_loop(self, number: int) -> float:
        raw = self._raw(number)
        bodies = [file.body for file in transform(raw, self._key(number, 0)).files]
        return asyncio.run(self._calls(number, raw, bodies))

    async def _calls(self, number: int, raw: bytes, bodies: list[bytes]) -> float:
        """The calls of the service for each part: get, put the files and the mark, and delete."""
        resources, session = self._aws.resources, aioboto3.Session()
        places = asyncio.Semaphore(AT_A_TIME)
        keys = [f"bench/{number}/{part}" for part in range(self._parts)]
        async with AsyncExitStack() as stack:
            options: dict[str, Any] = {
                "endpoint_url": self._aws.endpoint_url,
                "config": client_config(connections=40),
                "region_name": REGION,
                "aws_access_key_id": self._aws.credential,
                "aws_secret_access_key": self._aws.credential,
            }
            s3: S3Client = await stack.enter_async_context(session.client("s3", **options))
            sqs: SQSClient = await stack.enter_async_context(session.client("sqs", **options))
            queue = (await sqs.create_queue(QueueName=f"bench-{number}"))["QueueUrl"]
            for key in keys:
                await s3.put_object(Bucket=resources.curated_bucket, Key=key, Body=raw)
                await sqs.send_message(QueueUrl=queue, MessageBody=key * 20)

            async def put(key: str, body: bytes) -> None:
                await s3.put_object(
                    Bucket=resources.curated_bucket, Key=key, Body=body, IfNoneMatch="*"
                )

            async def work(message: MessageTypeDef, key: str) -> None:
                async with places:
                    found = await s3.get_object(Bucket=resources.curated_bucket, Key=key)
                    async with found["Body"] as body:
                        await body.read()
                    await asyncio.gather(
                        *(put(f"{key}.{n}", each) for n, each in enumerate(bodies))
                    )
                    await put(f"{key}.mark", bodies[0])
                    await sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])

            started = time.perf_counter()
            waiting = list(keys)
            async with asyncio.TaskGroup() as tasks:
                while waiting:
                    answer = await sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
                    for message in answer.get("Messages", ()):
                        tasks.create_task(work(message, waiting.pop()))
            return time.perf_counter() - started


def _committed(api: httpx.Client) -> int:
    committed: int = api.get("/status").raise_for_status().json()["process"]["objects_committed"]
    return committed


def _seconds_to_commit(api: httpx.Client, parts: int) -> float:
    """The time from the first commit to the last, for as many parts as were landed."""
    started, before = 0.0, 0
    while True:
        committed = _committed(api)
        if committed and not started:
            started, before = time.perf_counter(), committed
        if committed >= parts:
            took = time.perf_counter() - started
            return took * parts / (parts - before)
        time.sleep(0.25)


if __name__ == "__main__":
    main()
