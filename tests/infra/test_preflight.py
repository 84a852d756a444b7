"""The check before a deployment, against stubs of AWS and without a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from playlake_infra.checks.preflight import Clients, PreflightError, check, read_state
from playlake_infra.checks.preflight_checks import find_problems
from playlake_infra.presets import PRESETS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    UnreachableAws = Callable[[dict[str, str]], None]

ACCOUNT, REGION, TAG = "123456789012", "eu-central-1", "v1"
SETTINGS = PRESETS["thrifty"]
RAW, CURATED = f"playlake-raw-{ACCOUNT}-{REGION}", f"playlake-curated-{ACCOUNT}-{REGION}"
FREE, OURS = 404, 200
SECRET = {"client_id": "synthetic", "client_secret": "synthetic", "refresh_token": "synthetic"}
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "synthetic", "AWS_SECRET_ACCESS_KEY": "synthetic"}
# The configuration of this machine is not read, and no server listens at the endpoint.
UNREACHABLE = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "NO_PROXY": "127.0.0.1",
}


class Aws:
    """Stubs of AWS, which answer in the order in which they were prepared."""

    def __init__(self) -> None:
        session = boto3.Session("synthetic", "synthetic", region_name=REGION)
        self.clients = Clients.of(session)
        self.sts = Stubber(self.clients.sts)
        self.s3 = Stubber(self.clients.s3)
        self.secrets = Stubber(self.clients.secrets)
        self.ecr = Stubber(self.clients.ecr)
        self.sts.add_response("get_caller_identity", {"Account": ACCOUNT})

    def bucket(self, name: str, status: int, region: str = REGION) -> None:
        expected = {"Bucket": name, "ExpectedBucketOwner": ACCOUNT}
        if status == OURS:
            self.s3.add_response("head_bucket", {"BucketRegion": region}, expected)
        else:
            self.s3.add_client_error(
                "head_bucket", str(status), http_status_code=status, expected_params=expected
            )

    def buckets(self) -> None:
        self.bucket(RAW, FREE)
        self.bucket(CURATED, FREE)

    def secret(self, content: str | None) -> None:
        expected = {"SecretId": "playlake/spotify"}
        if content is None:
            self.secrets.add_client_error(
                "get_secret_value", "ResourceNotFoundException", expected_params=expected
            )
        else:
            self.secrets.add_response("get_secret_value", {"SecretString": content}, expected)

    def image(self, repository: str, error: str | None = None) -> None:
        expected = {"repositoryName": repository, "imageIds": [{"imageTag": TAG}]}
        if error is not None:
            self.ecr.add_client_error("describe_images", error, expected_params=expected)
        else:
            found = {"imageDetails": [{"imageTags": [TAG]}]}
            self.ecr.add_response("describe_images", found, expected)


@pytest.fixture
def aws() -> Iterator[Aws]:
    """Stubs of AWS; at the end every prepared answer must have been used."""
    stubbed = Aws()
    stubs = (stubbed.sts, stubbed.s3, stubbed.secrets, stubbed.ecr)
    with ExitStack() as stack:
        for stub in stubs:
            stack.enter_context(stub)
        yield stubbed
        for stub in stubs:
            stub.assert_no_pending_responses()


@pytest.fixture
def unreachable_aws(monkeypatch: pytest.MonkeyPatch) -> UnreachableAws:
    """`unreachable_aws(variables)` sets these variables and an endpoint without a server."""

    def configure(variables: dict[str, str]) -> None:
        for name in filter(lambda name: name.startswith("AWS_"), tuple(os.environ)):
            monkeypatch.delenv(name)
        for name, value in (UNREACHABLE | variables).items():
            monkeypatch.setenv(name, value)

    return configure


def problems(aws: Aws, tag: str | None = None) -> list[str]:
    return find_problems(read_state(aws.clients, SETTINGS, tag))


@pytest.mark.parametrize("status", [FREE, OURS])
def test_a_bucket_that_is_free_or_ours_is_accepted(aws: Aws, status: int) -> None:
    aws.bucket(RAW, status)
    aws.bucket(CURATED, status)
    assert problems(aws) == []


@pytest.mark.parametrize("status", [301, 400, 403])
def test_a_bucket_name_that_is_taken_is_reported(aws: Aws, status: int) -> None:
    aws.bucket(RAW, OURS)
    aws.bucket(CURATED, status)
    [problem] = problems(aws)
    assert problem.startswith(f"the bucket {CURATED} belongs to another account")


def test_a_bucket_of_ours_in_another_region_is_reported(aws: Aws) -> None:
    aws.bucket(RAW, OURS, region="us-east-1")
    aws.bucket(CURATED, FREE)
    [problem] = problems(aws)
    assert RAW in problem
    assert "is in another region" in problem


def test_an_outage_of_s3_is_not_reported_as_a_problem_of_a_bucket(aws: Aws) -> None:
    aws.bucket(RAW, 503)
    with pytest.raises(ClientError, match="503"):
        problems(aws)


@pytest.mark.parametrize("tag", [None, "none"])
def test_without_a_tag_neither_secret_nor_images_are_checked(aws: Aws, tag: str | None) -> None:
    aws.buckets()
    assert problems(aws, tag) == []


def test_a_complete_secret_and_both_images_are_accepted(aws: Aws) -> None:
    aws.buckets()
    aws.secret(json.dumps(SECRET))
    aws.image("playlake/extractor")
    aws.image("playlake/transformer")
    assert problems(aws, TAG) == []


def test_all_problems_are_reported_at_once(aws: Aws) -> None:
    aws.bucket(RAW, 403)
    aws.bucket(CURATED, 403)
    aws.secret(None)
    aws.image("playlake/extractor", "RepositoryNotFoundException")
    aws.image("playlake/transformer", "ImageNotFoundException")
    reported = problems(aws, TAG)
    assert [problem.split(":")[0] for problem in reported[2:]] == [
        "there is no secret playlake/spotify",
        "there is no image playlake/extractor",
        "there is no image playlake/transformer",
    ]
    assert len(reported) == 5
    assert not any("\n" in problem for problem in reported)


def test_a_missing_image_is_named_with_its_tag(aws: Aws) -> None:
    aws.buckets()
    aws.secret(json.dumps(SECRET))
    aws.image("playlake/extractor")
    aws.image("playlake/transformer", "ImageNotFoundException")
    assert problems(aws, TAG) == ["there is no image playlake/transformer:v1: push it first"]


def test_a_missing_permission_is_reported_in_one_sentence(
    aws: Aws, unreachable_aws: UnreachableAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    unreachable_aws(CREDENTIALS | {"AWS_REGION": REGION})
    monkeypatch.setattr(Clients, "of", lambda _: aws.clients)
    aws.buckets()
    aws.secrets.add_client_error("get_secret_value", "AccessDeniedException", "synthetic\nreason")
    with pytest.raises(PreflightError, match=r"^AWS refuses a request, check cred") as refusal:
        check(SETTINGS, TAG)
    assert str(refusal.value).endswith("GetSecretValue operation: synthetic reason")


@pytest.mark.parametrize(
    ("region", "sentences"),
    [
        ({"AWS_REGION": REGION}, ["there are no AWS credentials"]),
        ({"AWS_DEFAULT_REGION": REGION}, ["there are no AWS credentials"]),
        ({}, ["there are no AWS credentials", "there is no AWS region"]),
    ],
)
def test_missing_credentials_and_region_are_reported_without_a_request(
    unreachable_aws: UnreachableAws, region: dict[str, str], sentences: list[str]
) -> None:
    unreachable_aws(region)
    with pytest.raises(PreflightError) as refusal:
        check(SETTINGS, TAG)
    reported = str(refusal.value).splitlines()
    assert [line.split(":")[0] for line in reported] == sentences


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        (CREDENTIALS | {"AWS_REGION": REGION}, "Could not connect to the endpoint URL"),
        (CREDENTIALS | {"AWS_REGION": "eu central"}, "eu central"),
        ({"AWS_REGION": REGION, "AWS_PROFILE": "synthetic"}, "(synthetic) could not be found"),
    ],
)
def test_an_unreachable_aws_is_reported_in_one_sentence(
    unreachable_aws: UnreachableAws, variables: dict[str, str], reason: str
) -> None:
    unreachable_aws(variables)
    with pytest.raises(PreflightError, match=r"^AWS cannot be reached, check cred") as refusal:
        check(SETTINGS, TAG)
    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_the_command_without_credentials_ends_with_78_and_one_sentence() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "playlake_infra", "check", "--tag", TAG],
        env=UNREACHABLE | {"AWS_REGION": REGION, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (78, "")
    assert ended.stderr == (
        "playlake-infra: there are no AWS credentials: run `aws configure`, or set AWS_PROFILE\n"
    )
