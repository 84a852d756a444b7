"""Each role of the template can make exactly its calls: `calls.json`, row by row.

A row is a real call with the role's own credentials: it succeeds, or it is denied.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from playlake.local_aws.resources import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake.local_aws import LocalAws


_TABLE = json.loads(Path(__file__).with_name("calls.json").read_text(encoding="utf-8"))
_REFUSALS = {"AccessDenied", "AccessDeniedException"}
_HARMLESS = ("get_", "list_", "receive_", "describe_")
_ANOTHER = "another"
_CURATED = (
    "failures",
    "rejected",
    "curated",
    "quarantine",
    "compacted",
    "iceberg",
    "athena-results",
)
_SOURCES = ("spotify", "listenbrainz", "youtube")


class Row(NamedTuple):
    role: str
    call: str
    arguments: dict[str, Any]

    def __str__(self) -> str:
        return " ".join([self.role, self.call, *map(str, self.arguments.values())])


def _rows(kind: str) -> list[Row]:
    return [Row(role, *row) for role, kinds in _TABLE.items() for row in kinds[kind]]


ALLOWED, DENIED = _rows("allowed"), _rows("denied")
HARMLESS = [row for row in DENIED if row.call.split(".")[1].startswith(_HARMLESS)]


@pytest.fixture(scope="module")
def names(
    enforcing_aws: LocalAws, role_names: dict[str, str], client_of: Callable[[str, str], Any]
) -> dict[str, str]:
    """The values for the braces of the table, after the named objects are created."""
    resources = enforcing_aws.resources
    version_id = _put_objects(enforcing_aws)
    client_of("root", "secretsmanager").create_secret(Name=_ANOTHER, SecretString="synthetic")
    glue = client_of("root", "glue")
    glue.create_database(DatabaseInput={"Name": _ANOTHER})
    glue.create_database(DatabaseInput={"Name": "playlake_iceberg"})
    for table in ("synthetic", "outdated"):
        glue.create_table(DatabaseName="playlake_iceberg", TableInput={"Name": table})
    for source in _SOURCES[1:]:
        client_of("root", "secretsmanager").put_secret_value(
            SecretId=f"playlake/{source}", SecretString="synthetic"
        )
    # The tests run in any order, so what a role reads, updates or deletes is here before.
    day = {"DatabaseName": "playlake", "TableName": "tracks"}
    glue.create_partition(**day, PartitionInput={"Values": ["2026-11-20"]})
    one_receipt, another_receipt = _receive_two(enforcing_aws)
    return role_names | {
        "account": ACCOUNT,
        "raw": resources.raw_bucket,
        "curated": resources.curated_bucket,
        "queue": enforcing_aws.queue_url,
        "dead_letters": enforcing_aws.dead_letter_queue_url,
        "overwrites": f"{enforcing_aws.endpoint_url}/{ACCOUNT}/playlake-overwrites",
        "failed_starts": f"{enforcing_aws.endpoint_url}/{ACCOUNT}/playlake-failed-starts",
        "version_id": version_id,
        "one_receipt": one_receipt,
        "another_receipt": another_receipt,
    }


@pytest.fixture(scope="module")
def make_call(
    client_of: Callable[[str, str], Any], names: dict[str, str]
) -> Callable[[str, Row], None]:
    """`make_call(role, row)`: the row's call with the credentials of a role."""

    def call(role: str, row: Row) -> None:
        service, operation = row.call.split(".")
        getattr(client_of(role, service), operation)(**_filled(row.arguments, names))

    return call


def test_the_table_has_every_role_of_the_template(role_names: dict[str, str]) -> None:
    assert set(_TABLE) == set(role_names)


def test_at_least_forty_calls_are_denied_by_the_local_aws() -> None:
    assert len(set(map(str, DENIED))) == len(DENIED) >= 40


@pytest.mark.parametrize("row", ALLOWED, ids=str)
def test_a_role_can_make_its_allowed_calls(
    row: Row, make_call: Callable[[str, Row], None], record_property: Callable[[str, object], None]
) -> None:
    make_call(row.role, row)
    record_property("iam", "allowed")


@pytest.mark.parametrize("row", DENIED, ids=str)
def test_a_forbidden_call_is_denied(
    row: Row, make_call: Callable[[str, Row], None], record_property: Callable[[str, object], None]
) -> None:
    with pytest.raises(ClientError, match="not authorized to perform") as refusal:
        make_call(row.role, row)
    assert refusal.value.response["Error"]["Code"] in _REFUSALS
    record_property("iam", "denied")


@pytest.mark.parametrize("row", HARMLESS, ids=str)
def test_a_forbidden_call_succeeds_with_root_credentials(
    row: Row, make_call: Callable[[str, Row], None]
) -> None:
    make_call("root", row)


def _put_objects(aws: LocalAws) -> str:
    """Put an object under each prefix of the table, and return the version of the raw one."""
    for prefix in _CURATED:
        aws.s3.put_object(Bucket=aws.resources.curated_bucket, Key=f"{prefix}/there", Body=b"")
    aws.s3.put_object(Bucket=aws.resources.curated_bucket, Key="state/retention.json", Body=b"")
    of_sources = [f"{word}/source={source}" for word in ("raw", "state") for source in _SOURCES]
    for prefix in ("state", "config", *of_sources):
        aws.s3.put_object(Bucket=aws.resources.raw_bucket, Key=f"{prefix}/there", Body=b"")
    raw = aws.s3.put_object(Bucket=aws.resources.raw_bucket, Key="raw/there", Body=b"")
    return raw["VersionId"]


def _receive_two(aws: LocalAws) -> tuple[str, str]:
    """Receipt handles of two messages that stay hidden while the tests run."""
    for _ in range(2):
        aws.sqs.send_message(QueueUrl=aws.queue_url, MessageBody="{}")
    found = aws.sqs.receive_message(
        QueueUrl=aws.queue_url, MaxNumberOfMessages=2, VisibilityTimeout=3600
    )
    one, another = found["Messages"]
    return one["ReceiptHandle"], another["ReceiptHandle"]


def _filled(value: Any, names: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON, as it stands
    """The same JSON with the names in its braces filled in."""
    if isinstance(value, dict):
        return {key: _filled(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, names) for inner in value]
    return value.format_map(names) if isinstance(value, str) else value
