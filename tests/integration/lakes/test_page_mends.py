"""A button of the page mends a lake: in a folder, and on AWS with its queues."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
from aws_lakes import upload
from folder_lakes import landed_lake
from landed import manifest_key, part_key

from playlake.lakes.folder import FolderLake
from playlake.local_aws.transformer import transform_queued
from playlake.services.ports import listen
from playlake.serving.server import served
from playlake_aws.queues import queue_depth
from playlake_contracts.s3_events import StoredObject, created_event
from playlake_web.access.tokens import Scope, Token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playlake.lakes.aws import AwsLake
    from playlake.lakes.lake import Lake
    from playlake.local_aws import LocalAws

KEY, MANIFEST, JUNK = part_key(), manifest_key(), part_key(1)
OPERATOR = Token(Scope.OPERATE, "o" * 32)


class Page:
    """The page as a program uses it; every answer is looked through for what nobody is told."""

    def __init__(self, client: httpx.Client, *hidden: str) -> None:
        self._client, self._hidden = client, ("arn:", "raw/source", OPERATOR.secret, *hidden)

    def get(self, address: str) -> Any:  # noqa: ANN401 - JSON
        return self._checked(self._client.get(address)).json()

    def do(self, address: str, **wanted: object) -> str:
        """Begin an operation, and return what it says at its end."""
        answered = self._checked(self._client.post(address, json=wanted))
        assert answered.status_code in {200, 202}, answered.text
        operation = answered.json()
        while operation["state"] == "running":  # pytest's own limit ends this
            operation = self.get("/status")["operation"]
        assert operation["state"] == "done", operation
        said: str = operation["said"]
        return said

    def refused(self, address: str, **wanted: object) -> str:
        code: str = self._checked(self._client.post(address, json=wanted)).json()["code"]
        return code

    def _checked(self, answered: httpx.Response) -> httpx.Response:
        for text in self._hidden:
            assert text not in answered.text
        return answered


@contextmanager
def page_over(lake: Lake, *hidden: str, go_on: Callable[[], None] | None = None) -> Iterator[Page]:
    shown = {"authorization": f"Bearer {OPERATOR.secret}"}
    with (
        served(lake, listen(0), [OPERATOR], go_on=go_on) as (address, _),
        httpx.Client(base_url=address, headers=shown, timeout=60) as client,
    ):
        yield Page(client, *hidden)


def test_a_lake_in_a_folder_is_mended_by_posts(tmp_path: Path) -> None:
    folder = landed_lake(tmp_path / "lake")
    folder.put_new(str(JUNK), b"synthetic junk")
    lake = FolderLake.open(folder.root, tmp_path / "logs")
    with page_over(lake, str(tmp_path)) as page:
        assert page.get("/status")["waiting"] == 3
        assert page.refused("/dlq/redrive", all=True) == "nothing_to_do"
        said = page.do("/reconcile")
        assert said == "Raw objects that were neither committed nor rejected: 3. Resumed: 3."
        assert folder.read(KEY.curated("loads")) is not None
        found = page.get("/status")
        assert (found["waiting"], found["dead_letters"]) == (0, 1)
        (letter,) = page.get("/dlq")["dead_letters"]
        assert letter["code"] == "corrupt_zstd"
        assert (letter["run_id"], letter["part"]) == (str(JUNK.run_id), "part-0001")

        said = page.do("/dlq/dismiss", ids=[letter["id"]], reason="known", by="Ada")
        assert said == "1 dead letter dismissed."
        found = page.get("/dlq")
        assert (found["total"], found["dismissed_total"]) == (0, 1)
        assert found["dismissed"][0]["dismissed"]["reason"] == "known"
        assert page.get("/status")["dead_letters"] == 0
        assert page.refused("/dlq/redrive", all=True) == "nothing_to_do"
        assert page.refused("/dlq/dismiss", ids=[letter["id"]], reason="known") == "nothing_to_do"

        again = page.do("/dlq/redrive", ids=[letter["id"]])
        assert again == "1 dead letter sent back. Rejected again: 1."
        folder.overwrite(str(JUNK), folder.read(str(KEY)) or b"")
        assert page.refused("/dlq/redrive", ids=["0" * 24]) == "nothing_to_do"
        assert page.do("/dlq/redrive", ids=[letter["id"]]) == "1 dead letter sent back."
        assert folder.read(JUNK.curated("loads")) is not None
        assert page.get("/dlq")["total"] == 0

        folder.overwrite(KEY.curated("tracks"), folder.read(KEY.curated("playlists")) or b"")
        said = page.do("/replay", run_id=str(KEY.run_id))
        assert said == "3 raw objects were transformed again."
        assert folder.read(KEY.curated("tracks")) != folder.read(KEY.curated("playlists"))
        assert page.refused("/crawl") == "no_such_operation"


def test_a_dead_letter_on_aws_is_sent_back_and_transformed(
    on_aws: AwsLake, local_aws: LocalAws, tmp_path: Path
) -> None:
    upload(on_aws, landed_lake(tmp_path / "landed"))
    for url in (local_aws.queue_url, local_aws.dead_letter_queue_url):
        local_aws.sqs.purge_queue(QueueUrl=url)
    _dead_letter(local_aws)
    overwrites = on_aws.queue_url(on_aws.deployment.names.overwrites_queue)
    local_aws.sqs.purge_queue(QueueUrl=overwrites)
    local_aws.sqs.send_message(QueueUrl=overwrites, MessageBody="{}")
    go_on = partial(transform_queued, os.environ, local_aws, tmp_path / "logs", say=print)
    buckets = (on_aws.deployment.raw_bucket, on_aws.deployment.curated_bucket)
    with page_over(on_aws, *buckets, str(tmp_path), go_on=go_on) as page:
        found = page.get("/status")
        assert (found["dead_letters"], found["queued"], found["in_flight"]) == (1, 0, 0)
        assert found["overwrites"] == 1
        assert found["crawler"]["state"] in {"ready", "running"}
        assert found["unreadable"] == []
        (letter,) = page.get("/dlq")["dead_letters"]
        assert (letter["code"], letter["part"]) == ("count_mismatch", "part-0000")
        said = page.do("/dlq/redrive", ids=[letter["id"]])
        assert said == "1 dead letter sent back, and transformed."
        assert on_aws.get(on_aws.deployment.curated_bucket, KEY.curated("loads"))
        assert queue_depth(local_aws, local_aws.dead_letter_queue_url) == (0, 0)
        assert page.get("/dlq")["total"] == 0
        while (
            page.get("/status")["crawler"]["state"] != "ready"
        ):  # the transformer may have started it
            pass
        assert page.do("/crawl") == "The crawler was started."
        other = manifest_key("other").run_id
        assert page.refused("/replay", run_id=str(other)) == "no_such_run"


def _dead_letter(aws: LocalAws) -> None:
    texts = {"code": "count_mismatch", "reason": f"{KEY} has too few", "raw_key": str(KEY)}
    aws.sqs.send_message(
        QueueUrl=aws.dead_letter_queue_url,
        MessageBody=created_event(aws.resources.raw_bucket, StoredObject(KEY, 1, "etag")),
        MessageAttributes={
            name: {"DataType": "String", "StringValue": text} for name, text in texts.items()
        },
    )
