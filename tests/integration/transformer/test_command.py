"""The start and the end of the command."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from landed import entry, part, part_key

from playlake_contracts.keys import partition_prefix

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from playlake.local_aws import LocalAws

    Start = Callable[..., AbstractContextManager[Any]]


def run(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "playlake_transformer"]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=30, check=False
    )


def test_after_sigterm_the_service_is_not_ready_drains_and_ends_with_0(
    start: Start, eventually: Callable[..., Any]
) -> None:
    with start(PLAYLAKE_POLL_WAIT_SECONDS="10") as transformer:
        polled_at = transformer.status()["polled_at"]
        transformer.until(lambda status: status["polled_at"] != polled_at)
        transformer.process.terminate()  # it drains until its poll ends
        readiness = eventually(
            lambda: transformer.api.get("/readyz"), lambda answer: answer.status_code != 200
        )
        assert (readiness.status_code, readiness.json()["detail"]) == (
            503,
            "the service is stopping",
        )
        assert transformer.api.get("/livez").status_code == 200
        assert transformer.process.wait(timeout=60) == 0
        events = [json.loads(line) for line in transformer.log.read_text().splitlines()]
    assert [each["event"] for each in events][-2:] == ["worker_drained", "service_stopped"]


def test_sigterm_before_the_service_runs_ends_it_with_0(environment: dict[str, str]) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "playlake_transformer"]
    with subprocess.Popen(
        command,
        env=environment | {"PLAYLAKE_HTTP_PORT": "0"},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        # The imports of the service have begun, and it does not handle signals itself yet.
        assert any(line.endswith(" botocore.exceptions\n") for line in process.stderr)
        process.terminate()
        process.communicate()
    assert process.returncode == 0


def test_the_message_of_a_killed_process_is_committed_by_the_next_one(
    start: Start, aws: LocalAws, eventually: Callable[..., object]
) -> None:
    names = aws.resources
    key = part_key(run="killed")
    with start() as killed:
        aws.s3.put_object(Bucket=names.raw_bucket, Key=str(key), Body=part(key, [entry(1)] * 50))
        killed.process.kill()
        killed.process.wait()
    day = partition_prefix("loads", key.run_id.snapshot_date)
    with start():
        eventually(
            lambda: aws.s3.list_objects_v2(Bucket=names.curated_bucket, Prefix=day),
            lambda listed: key.curated("loads") in [o["Key"] for o in listed.get("Contents", ())],
        )


def test_an_invalid_message_is_in_the_dead_letter_queue_with_its_reason(
    start: Start, aws: LocalAws
) -> None:
    aws.sqs.send_message(QueueUrl=aws.queue_url, MessageBody="<xml>synthetic junk</xml>")
    with start() as transformer:
        transformer.until(lambda status: status["objects_rejected"] == 1)
    [letter] = aws.sqs.receive_message(
        QueueUrl=aws.dead_letter_queue_url, MessageAttributeNames=["All"]
    )["Messages"]
    aws.sqs.delete_message(
        QueueUrl=aws.dead_letter_queue_url, ReceiptHandle=letter["ReceiptHandle"]
    )
    assert letter["Body"] == "<xml>synthetic junk</xml>"
    assert letter["MessageAttributes"]["code"]["StringValue"] == "event_unreadable"


def test_no_log_level_switches_metrics_off_and_the_last_are_printed_at_the_end(
    start: Start, aws: LocalAws
) -> None:
    aws.sqs.send_message(QueueUrl=aws.queue_url, MessageBody="more synthetic junk")
    silent = {"PLAYLAKE_LOG_LEVEL": "error", "PLAYLAKE_METRICS_NAMESPACE": "synthetic"}
    with start(**silent) as transformer:
        transformer.until(lambda status: status["objects_rejected"] == 1)
        transformer.process.terminate()
        assert transformer.process.wait(timeout=10) == 0
        lines = [json.loads(line) for line in transformer.log.read_text().splitlines()]
    aws.sqs.purge_queue(QueueUrl=aws.dead_letter_queue_url)
    rejected, metrics = lines
    assert rejected["event"] == "message_rejected"
    (directive,) = metrics["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "synthetic"
    assert directive["Metrics"] == [{"Name": "ObjectsRejected", "Unit": "Count"}]
    assert metrics["ObjectsRejected"] == 1


def test_a_port_in_use_gives_one_sentence(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run(environment | {"PLAYLAKE_HTTP_PORT": str(port)})
    assert ended.returncode == 78
    [sentence] = ended.stderr.splitlines()
    assert sentence.startswith(
        f"playlake-transformer: cannot listen on 127.0.0.1:{port} (Address already in use"
    )
    assert sentence.endswith("; set PLAYLAKE_HTTP_PORT to a free port")


def test_a_descriptor_that_is_no_socket_gives_one_sentence(environment: dict[str, str]) -> None:
    ended = run(environment | {"PLAYLAKE_HTTP_SOCKET_FD": "999"})
    assert ended.returncode == 78
    [sentence] = ended.stderr.splitlines()
    assert sentence.startswith("playlake-transformer: descriptor 999 is no socket (Bad file")


def test_a_missing_setting_gives_one_sentence(environment: dict[str, str]) -> None:
    ended = run({n: v for n, v in environment.items() if n != "PLAYLAKE_RAW_BUCKET"})
    assert ended.returncode == 78
    assert ended.stderr == (
        "playlake-transformer: set PLAYLAKE_RAW_BUCKET (Bucket of the raw objects)\n"
    )
    assert ended.stdout == ""
