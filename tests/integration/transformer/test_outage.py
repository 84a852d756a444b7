"""The real service behind a proxy that fails: no message is charged, and nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fault_proxy import Action, Fault, fault_proxy
from landed import entry, part, part_key, run_id

from playlake_contracts.keys import partition_prefix

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from playlake.local_aws import LocalAws

    Start = Callable[..., AbstractContextManager[Any]]

PARTS = 6
NO_WRITES = Fault(r"s3\.PUT /", Action.STATUS, status=503)
UNRELIABLE = [
    Fault(r"s3\.PUT /.*/loads/", Action.DROP_REPLY, nth=1),
    Fault(r"s3\.GET /", Action.TRUNCATE, nth=1),
    Fault(r"sqs\.DeleteMessage", Action.DROP_REPLY, nth=1),
    Fault(r"sqs\.ReceiveMessage", Action.RESET, nth=2),
    Fault(r"s3\.|sqs\.|glue\.", Action.STATUS, probability=0.1, status=500),
]


def land(aws: LocalAws, name: str) -> None:
    for number in range(PARTS):
        key = part_key(number, run=name)
        body = part(key, [entry(number)])
        aws.s3.put_object(Bucket=aws.resources.raw_bucket, Key=str(key), Body=body)


def dead_letters(aws: LocalAws) -> int:
    answer = aws.sqs.get_queue_attributes(
        QueueUrl=aws.dead_letter_queue_url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def marks(aws: LocalAws, name: str) -> int:
    """How many parts of a run have a commit mark."""
    prefix = partition_prefix("loads", run_id(name).snapshot_date)
    pages = aws.s3.get_paginator("list_objects_v2").paginate(
        Bucket=aws.resources.curated_bucket, Prefix=prefix
    )
    found = [held["Key"] for page in pages for held in page.get("Contents", ())]
    return sum(str(run_id(name)) in key for key in found)


@pytest.mark.slow
def test_an_outage_of_s3_is_told_and_costs_no_message(
    start: Start, aws: LocalAws, eventually: Callable[..., Any]
) -> None:
    before = dead_letters(aws)
    with (
        fault_proxy(aws.port, [NO_WRITES], seed=1) as proxy,
        start(AWS_ENDPOINT_URL=proxy.url) as transformer,
    ):
        land(aws, "outage")
        check = eventually(
            lambda: transformer.watchdog("aws"),
            lambda check: not check["ok"],
        )
        assert check["detail"].startswith("AWS fails since ")
        assert transformer.api.get("/livez").status_code == 200
        proxy.faults = []
        status = transformer.until(lambda status: status["objects_committed"] == PARTS)
        healed = transformer.watchdog("aws")
    assert proxy.hits[Action.STATUS] > 0
    assert healed == {"name": "aws", "ok": True, "detail": "AWS answers"}
    assert (status["objects_rejected"], dead_letters(aws)) == (0, before)
    assert marks(aws, "outage") == PARTS


def test_lost_replies_and_failing_calls_lose_nothing(start: Start, aws: LocalAws) -> None:
    before = dead_letters(aws)
    with (
        fault_proxy(aws.port, UNRELIABLE, seed=1) as proxy,
        start(AWS_ENDPOINT_URL=proxy.url) as transformer,
    ):
        land(aws, "unreliable")
        transformer.until(
            lambda status: (
                status["objects_committed"] + status["objects_repeated"] >= PARTS
                and status["messages_in_flight"] == 0
            )
        )
    assert {Action.DROP_REPLY, Action.TRUNCATE, Action.RESET} <= proxy.hits.keys()
    assert dead_letters(aws) == before
    assert marks(aws, "unreliable") == PARTS
