"""A call to S3 names the account that the bucket has to belong to."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from playlake_contracts.bucket_owner import expect_owner

if TYPE_CHECKING:
    from collections.abc import Callable

HEADER = "x-amz-expected-bucket-owner"


def sent_by(account: str | None) -> list[AWSPreparedRequest]:
    """The requests of a few calls of a client that expects an account."""
    requests: list[AWSPreparedRequest] = []

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        requests.append(request)
        raw: Any = io.BytesIO(b"")
        raw.stream = lambda: iter([b""])
        return AWSResponse("http://synthetic", 200, HTTPHeaders(), raw)

    client = boto3.Session("synthetic", "synthetic", region_name="us-east-1").client("s3")
    client.meta.events.register("before-send", cast("Callable[..., None]", answer))
    expect_owner(client.meta.events, account)
    client.put_object(Bucket="b", Key="k", Body=b"", IfNoneMatch="*")
    client.get_object(Bucket="b", Key="k")
    client.head_object(Bucket="b", Key="k")
    client.list_objects_v2(Bucket="b")
    return requests


def test_every_call_names_the_account() -> None:
    assert [request.headers[HEADER] for request in sent_by("123456789012")] == [b"123456789012"] * 4


def test_without_an_account_none_is_named() -> None:
    assert not any(HEADER in request.headers for request in sent_by(None))


def test_a_call_without_a_bucket_is_left_alone() -> None:
    client = boto3.Session("synthetic", "synthetic", region_name="us-east-1").client("s3")
    expect_owner(client.meta.events, "123456789012")
    client.meta.events.register("before-send", cast("Callable[..., None]", _fail))
    with pytest.raises(RuntimeError, match="synthetic"):
        client.list_buckets()


def _fail(**_: object) -> None:
    raise RuntimeError("synthetic")
