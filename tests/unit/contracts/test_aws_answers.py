"""An answer without the id of AWS's request is no answer of AWS, whatever its status."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError

from playlake_aws.clients import AwsOfEnvironment
from playlake_aws.errors import AwsError, explained
from playlake_contracts.aws_answers import NotAwsError, refuse_others

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client


def s3(status: int, headers: dict[str, str]) -> S3Client:
    """A client whose calls are all answered with a status and headers."""
    made = boto3.Session("synthetic", "synthetic", region_name="us-east-1").client("s3")
    refuse_others(made.meta.events)
    answer_always(made, status, headers)
    return made


def answer_always(client: S3Client, status: int, headers: dict[str, str]) -> None:
    """Answer every call of a client with a status and headers."""
    answered = HTTPHeaders()
    for name, value in headers.items():
        answered[name] = value

    def answer(**_: object) -> AWSResponse:
        raw: Any = io.BytesIO(b"")
        raw.stream = lambda: iter([b""])
        return AWSResponse("http://synthetic", status, answered, raw)

    client.meta.events.register("before-send", cast("Callable[..., None]", answer))


@pytest.mark.parametrize("name", ["x-amz-request-id", "X-Amzn-RequestId"])
def test_an_answer_with_an_id_is_taken(name: str) -> None:
    found = s3(200, {name: "synthetic"}).put_object(Bucket="b", Key="k", Body=b"")
    assert found["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("status", [200, 403, 404])
def test_an_answer_without_an_id_is_refused(status: int) -> None:
    with pytest.raises(NotAwsError, match=f"what answered with {status} is not AWS"):
        s3(status, {"Server": "synthetic"}).head_object(Bucket="b", Key="k")


def test_a_refusal_of_aws_stays_one() -> None:
    with pytest.raises(ClientError, match="404"):
        s3(404, {"x-amz-request-id": "synthetic"}).head_object(Bucket="b", Key="k")


def test_the_clients_of_a_lake_on_aws_refuse_others(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "synthetic")
    aws = AwsOfEnvironment("us-east-1")
    answer_always(aws.s3, 200, {"Server": "synthetic"})
    with (
        pytest.raises(AwsError, match=r"AWS did not answer for s3://b: .* is not AWS"),
        explained("s3://b"),
    ):
        aws.s3.list_objects_v2(Bucket="b")
