"""What S3 refuses or breaks off: tried again, taken for absence, or an error. S3 is a stub."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, IncompleteReadError

from playlake_aws.s3_store import S3Store
from playlake_lake.errors import ContendedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = "compacted/in-force.json"


@dataclass
class Answer:
    """The body of an object, which may break off."""

    left: list[bytes]
    breaks_off: bool

    def read(self, _: int) -> bytes:
        if self.left:
            return self.left.pop()
        if self.breaks_off:
            raise IncompleteReadError(actual_bytes=9, expected_bytes=10)
        return b""


@dataclass
class Stub:
    """S3, which refuses the first puts with these codes of HTTP, and breaks off some answers."""

    refusals: list[int]
    bodies: list[bytes] = field(default_factory=list)
    breaks: int = 0
    requests: int = 0

    def get_object(self, **_: str) -> dict[str, Answer]:
        self.requests += 1
        return {"Body": Answer([b"synthetic"], breaks_off=self.requests <= self.breaks)}

    def put_object(self, Body: Any, **_: str) -> None:  # noqa: ANN401, N803 - boto3's
        self.bodies.append(Body.read())
        if self.refusals:
            answer = {"HTTPStatusCode": self.refusals.pop(0)}
            raise ClientError({"ResponseMetadata": answer}, "PutObject")  # type: ignore[typeddict-item]


def store(stub: Stub, pauses: list[float]) -> S3Store:
    return S3Store(stub, "raw", "curated", pauses.append)  # type: ignore[arg-type]


@dataclass
class Guarded:
    """S3 for a role that may list some prefixes only, so that it hides which keys are free."""

    keys: list[str]

    def get_object(self, **_: str) -> None:
        raise forbidden("AccessDenied")

    def head_object(self, **_: str) -> None:
        raise forbidden("403")

    def get_paginator(self, _: str) -> Guarded:
        return self

    def paginate(self, Prefix: str, **_: str) -> list[dict[str, Any]]:  # noqa: N803 - boto3's
        found = [{"Key": key, "ETag": "etag"} for key in self.keys if key.startswith(Prefix)]
        return [{"Contents": found}]


def forbidden(code: str) -> ClientError:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": 403}}
    return ClientError(answer, "GetObject")


def test_an_object_that_is_not_there_is_none_though_s3_says_that_it_is_forbidden() -> None:
    guarded: Any = Guarded([f"{KEY}.other"])
    lake = S3Store(guarded, "raw", "curated")
    assert lake.read(KEY) is None
    assert lake.size(KEY) is None


def test_an_object_that_is_there_and_forbidden_is_an_error() -> None:
    guarded: Any = Guarded([KEY])
    lake = S3Store(guarded, "raw", "curated")
    with pytest.raises(ClientError, match="AccessDenied"):
        lake.read(KEY)
    with pytest.raises(ClientError, match="403"):
        lake.size(KEY)


def test_a_put_that_meets_another_is_tried_again_with_the_same_bytes() -> None:
    stub, pauses = Stub([409, 409]), list[float]()
    assert store(stub, pauses).put_new(KEY, b"synthetic")
    assert stub.bodies == [b"synthetic"] * 3
    assert pauses == [0.2, 0.5]


def test_a_key_that_the_other_took_is_taken() -> None:
    assert not store(Stub([409, 412]), []).put_new(KEY, b"synthetic")


def test_a_put_that_meets_others_for_ever_is_an_error() -> None:
    with pytest.raises(ContendedError, match="is being written by others again and again"):
        store(Stub([409] * 4), []).put_new(KEY, b"synthetic")


def test_what_is_in_force_is_not_replaced_while_another_replaces_it() -> None:
    stub, pauses = Stub([409]), list[float]()
    assert not store(stub, pauses).replace(KEY, b"synthetic", "etag")
    assert (len(stub.bodies), pauses) == (1, [])


def test_a_download_that_breaks_off_is_begun_again(tmp_path: Path) -> None:
    stub = Stub([], breaks=2)
    (path,) = store(stub, []).local_files([KEY], tmp_path)
    assert (path.read_bytes(), stub.requests) == (b"synthetic", 3)


def test_a_download_that_breaks_off_again_and_again_is_an_error(tmp_path: Path) -> None:
    stub = Stub([], breaks=3)
    with pytest.raises(IncompleteReadError):
        store(stub, []).local_files([KEY], tmp_path)
    assert stub.requests == 3


@dataclass
class Versioned:
    """S3 with versions of objects, a page of one at a time; it refuses to delete some."""

    versions: list[tuple[str, str]]
    refused: str = ""

    def get_paginator(self, name: str) -> Versioned:
        assert name == "list_object_versions"
        return self

    def paginate(self, Prefix: str, **_: str) -> Iterator[dict[str, Any]]:  # noqa: N803 - boto3's
        kinds = ("Versions", "DeleteMarkers")
        found = [each for each in self.versions if each[0].startswith(Prefix)]
        for number, (key, version) in enumerate(found):
            yield {kinds[number % 2]: [{"Key": key, "VersionId": version}]}
        yield {}

    def delete_objects(self, Delete: dict[str, Any], **_: str) -> dict[str, Any]:  # noqa: N803
        for each in Delete["Objects"]:
            if each["Key"] == self.refused:
                return {"Errors": [{"Code": "AccessDenied", "Message": "Denied", **each}]}
            self.versions.remove((each["Key"], each["VersionId"]))
        return {}


def test_every_version_of_an_object_goes_and_no_other_object() -> None:
    kept = [("a/x.parquet", "1"), ("a/b/x", "1"), ("b/x/more", "1")]
    gone = [("a/b/y", "1"), ("a/b/y", "2"), ("a/b/z", "1"), ("b/x", "1"), ("b/x", "2")]
    versioned: Any = Versioned([*kept, *gone])
    S3Store(versioned, "raw", "curated").remove_for_good(["b/x", "a/b/z", "a/b/y", "a/none"])
    assert versioned.versions == kept
    S3Store(versioned, "raw", "curated").remove_for_good([])


def test_a_version_that_may_not_be_deleted_is_an_error_that_names_it() -> None:
    versioned: Any = Versioned([("a/b", "1"), ("a/c", "1")], refused="a/c")
    with pytest.raises(ClientError, match=r"AccessDenied.*a/c"):
        S3Store(versioned, "raw", "curated").remove_for_good(["a/b", "a/c"])
    assert versioned.versions == [("a/c", "1")]
