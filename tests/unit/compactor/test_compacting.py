"""The compactor's calls to S3, and what becomes of their errors. Nothing is sent anywhere."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from playlake_compactor import compacting
from playlake_compactor.client import aws_calls, clients
from playlake_compactor.compacting import compact_once
from playlake_compactor.errors import CannotCompactError, LakeUnavailableError
from playlake_compactor.settings import Settings
from playlake_contracts.metrics import Metric, Sender
from playlake_lake.compaction.compact import Compaction, go_on
from playlake_lake.errors import CompactionError, ContendedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OWNER = "123456789012"
OF_AWS = {"x-amz-request-id": "synthetic"}


def settings_of(**more: Any) -> Settings:  # noqa: ANN401
    """Settings of the compactor."""
    return Settings(
        raw_bucket="r",
        curated_bucket="c",
        glue_database="lake",
        compacted_database="lake_compacted",
        **more,
    )


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "synthetic")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


def listed(owner: str | None, headers: Mapping[str, str]) -> AWSPreparedRequest:
    """The request by which a client lists a bucket, which gets an answer with these headers."""
    requests: list[AWSPreparedRequest] = []

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        requests.append(request)
        raw: Any = io.BytesIO(b"<ListBucketResult/>")
        raw.stream = lambda: iter([b"<ListBucketResult/>"])
        found = HTTPHeaders()
        for name, text in headers.items():
            found[name] = text
        return AWSResponse("http://synthetic", 200, found, raw)

    client, _ = clients(owner)
    client.meta.events.register("before-send", cast("Callable[..., None]", answer))
    with aws_calls():
        client.list_objects_v2(Bucket="b")
    return requests[0]


def test_a_call_names_the_account_that_owns_the_bucket() -> None:
    assert listed(OWNER, OF_AWS).headers["x-amz-expected-bucket-owner"] == OWNER.encode()
    assert "x-amz-expected-bucket-owner" not in listed(None, OF_AWS).headers


def test_an_answer_that_is_not_of_aws_is_a_failure_that_may_pass() -> None:
    with pytest.raises(LakeUnavailableError, match="what answered with 200 is not AWS"):
        listed(OWNER, {})


@pytest.mark.parametrize(
    ("error", "expected", "status"),
    [(ContendedError, LakeUnavailableError, 74), (CompactionError, CannotCompactError, 65)],
)
def test_a_lake_that_fails_ends_the_compaction_with_metrics(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: type[Exception],
    expected: type[LakeUnavailableError | CannotCompactError],
    status: int,
) -> None:
    def fail(*_: object) -> None:
        raise error("synthetic")

    monkeypatch.setattr(Compaction, "run", fail)
    settings = settings_of(metrics_namespace="lake")
    with pytest.raises(expected, match="synthetic") as raised:
        compact_once(settings, go_on)
    assert raised.value.exit_status == status
    (metrics,) = (line for line in capsys.readouterr().out.splitlines() if "_aws" in line)
    sent = json.loads(metrics)
    assert sent["MonthsCompacted"] == 0
    assert sent.keys() - {"_aws"} == {m for m in Metric if m.sender is Sender.COMPACTOR}


def test_the_settings_reach_the_compaction(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Compaction] = []

    class Noting(Compaction):
        """A compaction that is noted and does nothing."""

        def run(self, done: object) -> list[str]:  # noqa: ARG002
            made.append(self)
            return []

    monkeypatch.setattr(compacting, "Compaction", Noting)
    compact_once(settings_of(margin_hours=1.5), go_on)
    (compaction,) = made
    assert compaction.margin.total_seconds() == 5400
    store: Any = compaction.store
    assert (store.raw_bucket, store.curated_bucket) == ("r", "c")


def test_the_views_of_the_history_are_published_and_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[str, str]] = []

    def publish(_store: object, _glue: object, database: str, compacted: str) -> list[str]:
        asked.append((database, compacted))
        return ["changes"]

    class Publishing(Compaction):
        """A compaction that only publishes."""

        def run(self, done: object) -> list[str]:  # noqa: ARG002
            self.publish()
            return []

    monkeypatch.setattr(compacting, "Compaction", Publishing)
    monkeypatch.setattr(compacting, "publish_history", publish)
    compact_once(settings_of(), go_on)
    assert asked == [("lake", "lake_compacted")]
    assert "views_published" in capsys.readouterr().out
