"""A conditional put on S3 that meets another one is tried again. S3 is a stub."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from aws_lakes import DEPLOYMENT
from botocore.exceptions import ClientError

from playlake.errors import CommandError
from playlake.lakes.aws import AwsLake
from playlake.lakes.aws_store import AwsStore

KEY = "compacted/in-force.json"


@dataclass
class Stub:
    """S3, which refuses the first puts with these codes of HTTP."""

    refusals: list[int]
    bodies: list[bytes] = field(default_factory=list)

    @property
    def s3(self) -> Stub:
        return self

    def put_object(self, Body: Any, **_: str) -> None:  # noqa: ANN401, N803 - boto3's
        self.bodies.append(Body.read())
        if self.refusals:
            answer = {"HTTPStatusCode": self.refusals.pop(0)}
            raise ClientError({"ResponseMetadata": answer}, "PutObject")  # type: ignore[typeddict-item]


def store(stub: Stub, pauses: list[float]) -> AwsStore:
    return AwsStore(AwsLake(DEPLOYMENT, stub), pauses.append)  # type: ignore[arg-type]


def test_a_put_that_meets_another_is_tried_again_with_the_same_bytes() -> None:
    stub, pauses = Stub([409, 409]), list[float]()
    assert store(stub, pauses).put_new(KEY, b"synthetic")
    assert stub.bodies == [b"synthetic"] * 3
    assert pauses == [0.2, 0.5]


def test_a_key_that_the_other_took_is_taken() -> None:
    assert not store(Stub([409, 412]), []).put_new(KEY, b"synthetic")


def test_a_put_that_meets_others_for_ever_is_an_error() -> None:
    with pytest.raises(CommandError, match="is being written by others again and again"):
        store(Stub([409] * 4), []).put_new(KEY, b"synthetic")


def test_what_is_in_force_is_not_replaced_while_another_replaces_it() -> None:
    stub, pauses = Stub([409]), list[float]()
    assert not store(stub, pauses).replace(KEY, b"synthetic", "etag")
    assert (len(stub.bodies), pauses) == (1, [])
