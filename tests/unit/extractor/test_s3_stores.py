from __future__ import annotations

import base64
import io
from hashlib import sha256
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config
from botocore.response import StreamingBody
from botocore.stub import Stubber

from playlake_extractor.adapters.s3_raw_store import CLIENT_CONFIG, S3RawStore, s3_client
from playlake_extractor.errors import ConfigurationError, LandingFailedError, RunTakenError

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY = b"synthetic"
DIGEST = sha256(BODY)
PUT = {
    "Bucket": "playlake-raw",
    "Key": "raw/a",
    "Body": BODY,
    "ContentType": "application/zstd",
    "ChecksumSHA256": base64.b64encode(DIGEST.digest()).decode(),
    "Metadata": {"sha256": DIGEST.hexdigest()},
    "IfNoneMatch": "*",
}
AT = {"Bucket": "playlake-raw", "Key": "raw/a"}


class StubbedStore:
    """A raw store over botocore's Stubber, and the pauses it made."""

    def __init__(self) -> None:
        session = boto3.Session("synthetic", "synthetic", region_name="eu-central-1")
        client = session.client("s3")
        self.stub = Stubber(client)
        self.pauses: list[float] = []
        self.store = S3RawStore(client, "playlake-raw", sleep=self.pauses.append)

    def refuses_put(self, status: int, code: str) -> None:
        self.stub.add_client_error("put_object", code, http_status_code=status, expected_params=PUT)

    def land(self) -> None:
        self.store.land("raw/a", BODY, "application/zstd")


@pytest.fixture(scope="module")
def shared() -> StubbedStore:
    """One client for the module: botocore takes its time to make one."""
    return StubbedStore()


@pytest.fixture
def s3(shared: StubbedStore) -> Iterator[StubbedStore]:
    shared.pauses.clear()
    with shared.stub:
        yield shared
        shared.stub.assert_no_pending_responses()


def test_an_object_is_put_only_where_there_is_none(s3: StubbedStore) -> None:
    s3.stub.add_response("put_object", {}, PUT)

    s3.land()


def test_an_object_that_exists_with_equal_bytes_is_landed(s3: StubbedStore) -> None:
    s3.refuses_put(412, "PreconditionFailed")
    s3.stub.add_response("head_object", {"Metadata": {"sha256": DIGEST.hexdigest()}}, AT)

    s3.land()


@pytest.mark.parametrize("metadata", [{"sha256": "0" * 64}, {}])
def test_an_object_that_exists_with_other_bytes_means_that_another_carries_the_run(
    s3: StubbedStore, metadata: dict[str, str]
) -> None:
    s3.refuses_put(412, "PreconditionFailed")
    s3.stub.add_response("head_object", {"Metadata": metadata}, AT)

    with pytest.raises(RunTakenError, match="raw/a in bucket playlake-raw already holds"):
        s3.land()


def test_a_conflict_is_tried_again(s3: StubbedStore) -> None:
    s3.refuses_put(409, "ConditionalRequestConflict")
    s3.refuses_put(409, "ConditionalRequestConflict")
    s3.stub.add_response("put_object", {}, PUT)

    s3.land()

    assert s3.pauses == [0.2, 0.5]


def test_a_conflict_that_another_writer_wins_ends_in_the_comparison(s3: StubbedStore) -> None:
    s3.refuses_put(409, "ConditionalRequestConflict")
    s3.refuses_put(412, "PreconditionFailed")
    s3.stub.add_response("head_object", {"Metadata": {"sha256": DIGEST.hexdigest()}}, AT)

    s3.land()


def test_a_conflict_without_end_is_an_error(s3: StubbedStore) -> None:
    for _ in range(4):
        s3.refuses_put(409, "ConditionalRequestConflict")

    with pytest.raises(LandingFailedError, match="written by others again and again"):
        s3.land()

    assert len(s3.pauses) == 3


def test_another_refusal_is_an_error_that_names_object_and_bucket(s3: StubbedStore) -> None:
    s3.refuses_put(403, "AccessDenied")

    with pytest.raises(LandingFailedError, match=r"raw/a in bucket playlake-raw: .*AccessDenied"):
        s3.land()

    assert s3.pauses == []


def test_keys_are_listed_to_the_last_page(s3: StubbedStore) -> None:
    asked = {"Bucket": "playlake-raw", "Prefix": "raw/"}
    first = {"IsTruncated": True, "NextContinuationToken": "t", "Contents": [{"Key": "raw/a"}]}
    s3.stub.add_response("list_objects_v2", first, asked)
    last = {"IsTruncated": False, "Contents": [{"Key": "raw/b"}]}
    s3.stub.add_response("list_objects_v2", last, {**asked, "ContinuationToken": "t"})

    assert list(s3.store.keys("raw/")) == ["raw/a", "raw/b"]


def test_an_empty_prefix_has_no_keys(s3: StubbedStore) -> None:
    s3.stub.add_response("list_objects_v2", {"IsTruncated": False})

    assert list(s3.store.keys("raw/")) == []


def test_an_object_is_read_whole(s3: StubbedStore) -> None:
    s3.stub.add_response("get_object", {"Body": StreamingBody(io.BytesIO(BODY), len(BODY))}, AT)

    assert s3.store.read("raw/a") == BODY


def test_an_object_that_s3_does_not_give_is_an_error(s3: StubbedStore) -> None:
    s3.stub.add_client_error("get_object", "NoSuchKey", http_status_code=404)

    with pytest.raises(LandingFailedError, match="S3 did not give raw/a"):
        s3.store.read("raw/a")


def test_the_client_has_timeouts_and_bounded_retries() -> None:
    config = Config().merge(CLIENT_CONFIG)

    assert vars(config)["connect_timeout"] == 5
    assert vars(config)["read_timeout"] == 60
    assert vars(config)["retries"] == {"mode": "standard", "total_max_attempts": 5}


def test_an_endpoint_that_is_none_is_a_matter_of_configuration(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "not a url")

    with pytest.raises(ConfigurationError, match="AWS_ENDPOINT_URL"):
        s3_client()
