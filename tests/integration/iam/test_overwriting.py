"""A transformer and an overwriter with the roles of their tasks and no other rights. All synthetic.

What the transformer reads may be missing. S3 then refuses it to who may list some prefixes only.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from free_ports import choose_port
from landed import entry, part, part_key

from playlake.local_aws.environments import aws_settings
from playlake.local_aws.resources import ACCOUNT
from playlake.services.processes import module_command, service_environment, stop
from playlake.services.processes import start as start_process
from playlake_contracts.s3_events import StoredObject, created_event

from .conftest import taken

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playlake.local_aws import LocalAws

pytestmark = pytest.mark.slow

GOOD, EMPTY, DELETED = (part_key(number, "overwriting") for number in range(3))
_WITHIN_SECONDS = 60


@pytest.fixture
def start(
    enforcing_aws: LocalAws,
    role_names: dict[str, str],
    client_of: Callable[[str, str], Any],
    tmp_path: Path,
) -> Callable[..., Any]:
    """`start(role, settings)`: a transformer with the rights of a role, until the block ends."""

    @contextmanager
    def run(role: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
        credentials = taken(client_of("root", "sts"), role_names[role])
        resources = enforcing_aws.resources
        given = {
            **aws_settings(enforcing_aws),
            **{name.upper(): value for name, value in credentials.items()},
            "PLAYLAKE_RAW_BUCKET": resources.raw_bucket,
            "PLAYLAKE_CURATED_BUCKET": resources.curated_bucket,
            "PLAYLAKE_QUEUE_URL": enforcing_aws.queue_url,
            "PLAYLAKE_DEAD_LETTER_QUEUE_URL": enforcing_aws.dead_letter_queue_url,
            "PLAYLAKE_GLUE_DATABASE": resources.glue_database,
            "PLAYLAKE_CRAWLER_NAME": resources.crawler,
            "PLAYLAKE_CRAWL": "never",
            "PLAYLAKE_HTTP_PORT": str(choose_port()),
            **settings,
        }
        environment = service_environment(os.environ, given)
        log = tmp_path / f"{role}.log"
        process = start_process(module_command("transformer"), environment, log)
        try:
            yield process
        finally:
            stop(process)

    return run


def test_the_roles_suffice_to_commit_to_reject_and_to_overwrite(
    enforcing_aws: LocalAws,
    client_of: Callable[[str, str], Any],
    start: Callable[..., Any],
    tmp_path: Path,
) -> None:
    resources, s3 = enforcing_aws.resources, enforcing_aws.s3
    extractor = client_of("ExtractorTaskRole", "s3")
    for key, body in ((DELETED, b"x"), (EMPTY, b""), (GOOD, part(GOOD, [entry(1)]))):
        extractor.put_object(Bucket=resources.raw_bucket, Key=str(key), Body=body, IfNoneMatch="*")
    s3.delete_object(Bucket=resources.raw_bucket, Key=str(DELETED))
    overwrites = f"{enforcing_aws.endpoint_url}/{ACCOUNT}/playlake-overwrites"
    mark = GOOD.curated("loads")
    with start("TransformerTaskRole", PLAYLAKE_OVERWRITES_QUEUE_URL=overwrites) as transformer:
        _wait(lambda: _version(s3, resources.curated_bucket, mark), tmp_path)
        _wait(lambda: _version(s3, resources.curated_bucket, EMPTY.rejected), tmp_path)
        before = _version(s3, resources.curated_bucket, mark)
        found = s3.head_object(Bucket=resources.raw_bucket, Key=str(GOOD))
        stored = StoredObject(GOOD, found["ContentLength"], found["ETag"].strip('"'))
        enforcing_aws.sqs.send_message(
            QueueUrl=enforcing_aws.queue_url,
            MessageBody=created_event(resources.raw_bucket, stored, overwrite=True),
        )
        _wait(lambda: _waiting(enforcing_aws, overwrites), tmp_path)
        assert _version(s3, resources.curated_bucket, mark) == before
    assert transformer.returncode == 0
    log = (tmp_path / "TransformerTaskRole.log").read_text(encoding="utf-8")
    assert '"outcome": "vanished"' in log
    assert "message_retried" not in log
    settings = {"PLAYLAKE_QUEUE_URL": overwrites, "PLAYLAKE_STOP_WHEN_IDLE_SECONDS": "3"}
    with start("OverwriterTaskRole", **settings) as overwriter:
        assert overwriter.wait(_WITHIN_SECONDS) == 0
    assert _version(s3, resources.curated_bucket, mark) != before
    assert not _waiting(enforcing_aws, overwrites)


def _version(s3: Any, bucket: str, key: str) -> str | None:  # noqa: ANN401 - a client
    """The version of an object; None if there is none."""
    found = s3.list_object_versions(Bucket=bucket, Prefix=key).get("Versions", [])
    return next((each["VersionId"] for each in found if each["IsLatest"]), None)


def _waiting(aws: LocalAws, queue: str) -> int:
    found = aws.sqs.get_queue_attributes(
        QueueUrl=queue,
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )
    return sum(map(int, found["Attributes"].values()))


def _wait(is_so: Callable[[], object], logs: Path) -> None:
    deadline = time.monotonic() + _WITHIN_SECONDS
    while not is_so():
        written = [each.read_text(encoding="utf-8")[-3000:] for each in logs.glob("*.log")]
        assert time.monotonic() < deadline, written
        time.sleep(0.2)
