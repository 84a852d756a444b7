"""The check before a deployment, against stubs of AWS and without a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber
from file_server import served
from synthesised import TOKENS_SECRET

from playlake_infra.checks.aws_clients import Clients, Permitted
from playlake_infra.checks.preflight import PreflightError, check, check_destroy
from playlake_infra.checks.preflight_checks import find_notes, find_problems
from playlake_infra.checks.read_buckets import read_bucket
from playlake_infra.checks.read_state import read_state
from playlake_infra.checks.released_registry import is_public
from playlake_infra.place import Place
from playlake_infra.presets import settings_of
from playlake_infra.released_images import ImageChoice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    UnreachableAws = Callable[[dict[str, str]], None]
    ServedFiles = Callable[[dict[str, bytes]], str]

ACCOUNT, REGION, TAG = "123456789012", "eu-central-1", "v1"
OWN, NOTHING = ImageChoice(TAG, {}), ImageChoice(None, {})
RELEASED = ImageChoice(None, {"extractor": "registry/a", "transformer": "registry/b"})
# Without the task that needs the image of the compactor as well.
TWO_IMAGES = {"retention": "off"}
YOUTUBE = {"schedule": "rate(1 day)", "keep_days": "forever"}
SETTINGS = settings_of("thrifty", TWO_IMAGES)
RAW, CURATED = f"playlake-raw-{ACCOUNT}-{REGION}", f"playlake-curated-{ACCOUNT}-{REGION}"
PLACE = Place(ACCOUNT, REGION)
FREE, OURS = 404, 200
NOW = datetime(2026, 11, 28, tzinfo=UTC)
DIGEST = "sha256:" + "a" * 64
# The record of a build that an index has beside its images.
PROVENANCE = {"platform": {"architecture": "unknown", "os": "unknown"}}
ROLE = {
    "Path": "/synthetic/",
    "RoleName": "synthetic",
    "RoleId": "synthetic-synthetic",
    "Arn": "arn:aws:iam::123456789012:role/synthetic",
    "CreateDate": NOW,
}
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


@cache
def clients() -> Clients:
    """The clients of all tests: the models of AWS are read once."""
    return Clients.of(boto3.Session("synthetic", "synthetic", region_name=REGION))


class Aws:
    """Stubs of AWS, which answer in the order in which they were prepared."""

    def __init__(self) -> None:
        self.clients = clients()
        self.stubs = {
            field.name: Stubber(getattr(self.clients, field.name)) for field in fields(Clients)
        }

    def __getattr__(self, client: str) -> Stubber:
        return self.stubs[client]

    def account(self) -> None:
        """An account in which nothing is missing and nothing is deployed."""
        self.cloudformation.add_client_error(
            "describe_stacks", "ValidationError", "Stack with id playlake does not exist"
        )
        self.ssm.add_response("get_parameter", {"Parameter": {"Value": "6"}})
        self.iam.add_response("get_role", {"Role": ROLE})
        self.secrets.add_client_error("describe_secret", "ResourceNotFoundException")

    def bucket(self, name: str, status: int, region: str = REGION) -> None:
        expected = {"Bucket": name, "ExpectedBucketOwner": ACCOUNT}
        if status == OURS:
            self.s3.add_response("head_bucket", {"BucketRegion": region}, expected)
        else:
            self.s3.add_client_error(
                "head_bucket", str(status), http_status_code=status, expected_params=expected
            )

    def configuration(self) -> None:
        """A bucket without any configuration but its encryption."""
        default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        rules = {"ServerSideEncryptionConfiguration": {"Rules": [default]}}
        self.s3.add_response("get_bucket_encryption", rules)
        self.s3.add_client_error("get_bucket_tagging", "NoSuchTagSet")
        self.s3.add_response("get_bucket_versioning", {})
        self.s3.add_client_error(
            "get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration"
        )
        self.s3.add_response("get_bucket_notification_configuration", {})
        self.s3.add_client_error("get_public_access_block", "NoSuchPublicAccessBlockConfiguration")

    def listed(self, name: str, *names: str) -> None:
        found = {"Buckets": [{"Name": each} for each in names]}
        self.s3.add_response("list_buckets", found, {"Prefix": name})

    def buckets(self) -> None:
        self.bucket(RAW, FREE)
        self.bucket(CURATED, FREE)

    def secret(self, content: str | None, name: str = "playlake/spotify") -> None:
        expected = {"SecretId": name}
        if content is None:
            self.secrets.add_client_error(
                "get_secret_value", "ResourceNotFoundException", expected_params=expected
            )
        else:
            self.secrets.add_response("get_secret_value", {"SecretString": content}, expected)

    def image(self, repository: str, *architectures: str) -> None:
        platforms = [{"platform": {"architecture": each}} for each in architectures]
        self.manifest(repository, {"manifests": [*platforms, PROVENANCE]})

    def manifest(self, repository: str, manifest: object) -> None:
        image = {"imageManifest": json.dumps(manifest)}
        expected = {
            "repositoryName": repository,
            "imageIds": [{"imageTag": TAG}],
            "acceptedMediaTypes": ANY,
        }
        self.ecr.add_response("batch_get_image", {"images": [image]}, expected)

    def no_image(self) -> None:
        self.ecr.add_response("batch_get_image", {"images": []})

    def no_repository(self) -> None:
        self.ecr.add_client_error("batch_get_image", "RepositoryNotFoundException")


@pytest.fixture
def aws() -> Iterator[Aws]:
    """Stubs of AWS; at the end every prepared answer must have been used."""
    stubbed = Aws()
    with ExitStack() as stack:
        for stub in stubbed.stubs.values():
            stack.enter_context(stub)
        yield stubbed
        for stub in stubbed.stubs.values():
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


@pytest.fixture
def here(aws: Aws, unreachable_aws: UnreachableAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stubs are what the command finds with the credentials of the shell."""
    unreachable_aws(CREDENTIALS | {"AWS_REGION": REGION})
    monkeypatch.setattr(Clients, "of", lambda _: aws.clients)
    monkeypatch.setattr(Clients, "place", lambda _: PLACE)


@pytest.fixture
def served_files() -> Iterator[ServedFiles]:
    """`served_files(contents)` is the address of a server that has these files and no other."""
    with ExitStack() as stack:
        yield lambda contents: stack.enter_context(served(contents))


def problems(aws: Aws, images: ImageChoice = NOTHING) -> list[str]:
    return find_problems(SETTINGS, PLACE, read_state(aws.clients, SETTINGS, PLACE, images))


def test_free_names_in_a_ready_account_are_accepted(aws: Aws) -> None:
    aws.account()
    aws.buckets()
    assert problems(aws) == []


def test_a_bucket_of_another_account_is_reported(aws: Aws) -> None:
    aws.account()
    aws.bucket(RAW, FREE)
    aws.bucket(CURATED, 403)
    aws.listed(CURATED)
    [problem] = problems(aws)
    assert problem.startswith(f"the bucket {CURATED} belongs to another account: ")


def test_a_bucket_of_ours_that_may_not_be_listed_is_not_said_to_be_of_somebody(aws: Aws) -> None:
    aws.account()
    aws.bucket(RAW, FREE)
    aws.bucket(CURATED, 403)
    aws.listed(CURATED, CURATED, "another")
    [problem] = problems(aws)
    assert problem.startswith(f"the bucket {CURATED} belongs to another account, or you may not")


@pytest.mark.parametrize(
    ("status", "stack"), [("CREATE_COMPLETE", "another"), ("DELETE_SKIPPED", "")]
)
def test_the_stack_of_a_bucket_is_one_that_still_has_it(aws: Aws, status: str, stack: str) -> None:
    aws.bucket(RAW, OURS)
    aws.configuration()
    aws.cloudformation.add_response("list_stack_resources", {"StackResourceSummaries": []})
    found = {
        "StackName": "another",
        "LogicalResourceId": "Raw",
        "ResourceType": "AWS::S3::Bucket",
        "Timestamp": NOW,
        "ResourceStatus": status,
    }
    aws.cloudformation.add_response(
        "describe_stack_resources", {"StackResources": [found]}, {"PhysicalResourceId": RAW}
    )
    read = read_bucket(aws.clients, Permitted(), RAW, ACCOUNT, "playlake")
    assert (read.stack, read.is_kept) == (stack, not stack)


def test_what_may_not_be_read_of_a_bucket_is_named(aws: Aws) -> None:
    aws.bucket(RAW, OURS)
    for call in ("encryption", "tagging", "versioning", "lifecycle_configuration"):
        aws.s3.add_client_error(f"get_bucket_{call}", "AccessDenied")
    aws.s3.add_client_error("get_bucket_notification_configuration", "AccessDenied")
    aws.s3.add_client_error("get_public_access_block", "AccessDenied")
    aws.cloudformation.add_client_error("list_stack_resources", "AccessDenied")
    permitted = Permitted()
    read = read_bucket(aws.clients, permitted, RAW, ACCOUNT, "playlake")
    assert (read.stack, read.project, read.key, read.actual) == (None, None, None, {})
    assert [sentence.rpartition(" ")[2] for sentence in permitted.unread] == [
        "s3:GetEncryptionConfiguration",
        "cloudformation:DescribeStackResources",
        "s3:GetBucketTagging",
        "s3:GetBucketVersioning",
        "s3:GetLifecycleConfiguration",
        "s3:GetBucketNotification",
        "s3:GetBucketPublicAccessBlock",
    ]


@pytest.mark.parametrize("status", [301, 400])
def test_a_bucket_in_another_region_is_reported(aws: Aws, status: int) -> None:
    aws.account()
    aws.bucket(RAW, FREE)
    aws.bucket(CURATED, status)
    [problem] = problems(aws)
    assert problem.startswith(f"the bucket {CURATED} is in another region: ")


def test_a_bucket_that_botocore_finds_in_another_region_is_reported(aws: Aws) -> None:
    aws.account()
    aws.bucket(RAW, OURS, region="us-east-1")
    aws.bucket(CURATED, FREE)
    [problem] = problems(aws)
    assert problem.startswith(f"the bucket {RAW} is in another region: ")


def test_an_outage_of_s3_is_not_reported_as_a_problem_of_a_bucket(aws: Aws) -> None:
    aws.bucket(RAW, 503)
    with pytest.raises(ClientError, match="503"):
        problems(aws)


def test_a_complete_secret_and_both_images_are_accepted(aws: Aws) -> None:
    aws.account()
    aws.buckets()
    aws.secret(json.dumps(SECRET))
    aws.image("playlake/extractor", "amd64", "arm64")
    aws.image("playlake/transformer", "arm64")
    assert problems(aws, OWN) == []


@pytest.mark.parametrize("setting", ["compaction", "iceberg", "retention"])
def test_a_lake_that_is_looked_after_needs_the_image_of_the_compactor(
    aws: Aws, setting: str
) -> None:
    aws.account()
    aws.buckets()
    aws.secret(json.dumps(SECRET))
    aws.no_image()
    aws.image("playlake/extractor", "arm64")
    aws.image("playlake/transformer", "arm64")
    settings = settings_of("thrifty", {**TWO_IMAGES, setting: "rate(1 day)"})
    (problem,) = find_problems(settings, PLACE, read_state(aws.clients, settings, PLACE, OWN))
    assert problem.startswith("there is no image playlake/compactor:")


@pytest.mark.parametrize(("content", "is_empty"), [(None, True), (" ", True), ("key", False)])
def test_the_secret_of_a_further_source_has_to_be_filled_in(
    aws: Aws, content: str | None, *, is_empty: bool
) -> None:
    aws.account()
    aws.buckets()
    aws.secret(json.dumps(SECRET))
    aws.secret(content, "playlake/youtube")
    for service in ("extractor", "transformer"):
        aws.image(f"playlake/{service}", "arm64")
    sources = {"youtube": YOUTUBE, "listenbrainz": {"schedule": "rate(1 day)"}}
    settings = settings_of("thrifty", {**TWO_IMAGES, "sources": sources})
    state = read_state(aws.clients, settings, PLACE, OWN)
    assert find_problems(settings, PLACE, state) == []
    notes = find_notes(settings, state)
    assert [note.partition(" has no value")[0] for note in notes] == (
        ["the secret playlake/youtube"] if is_empty else []
    )


@pytest.mark.usefixtures("here")
def test_a_destroy_while_a_run_of_a_further_source_goes_on_is_refused(aws: Aws) -> None:
    task = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/playlake/0123456789abcdef"
    stack = {"StackName": "playlake", "StackStatus": "CREATE_COMPLETE", "CreationTime": NOW}
    aws.cloudformation.add_response("describe_stacks", {"Stacks": [stack]})
    for family, tasks in (("extractor", []), ("extractor-youtube", [task])):
        expected = {"cluster": "playlake", "family": f"playlake-{family}"}
        aws.ecs.add_response("list_tasks", {"taskArns": tasks}, expected)
    with pytest.raises(PreflightError, match=r"goes on in the task 0123456789abcdef: wait"):
        check_destroy(settings_of("thrifty", {**TWO_IMAGES, "sources": {"youtube": YOUTUBE}}))


@pytest.mark.parametrize("is_public", [True, False])
def test_released_images_need_the_secret_and_to_be_public(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, *, is_public: bool
) -> None:
    monkeypatch.setattr("playlake_infra.checks.read_state.is_public", lambda _: is_public)
    aws.account()
    aws.buckets()
    aws.secret(json.dumps(SECRET))
    found = problems(aws, RELEASED)
    assert [problem.partition(",")[0] for problem in found] == [
        f"the image {image} cannot be pulled without a login"
        for image in RELEASED.released.values()
        if not is_public
    ]


@pytest.mark.usefixtures("here")
def test_a_registry_that_does_not_answer_is_a_note(aws: Aws) -> None:
    aws.account()
    aws.buckets()
    aws.secret(json.dumps(SECRET))
    closed = ImageChoice(None, {"extractor": f"127.0.0.1:9/owner/name@{DIGEST}"})
    [note] = check(SETTINGS, closed)
    assert note.startswith(f"the image 127.0.0.1:9/owner/name@{DIGEST} was not checked: ")


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        ({"token": b'{"token": "synthetic"}', f"v2/owner/name/manifests/{DIGEST}": b"{}"}, True),
        ({"token": b'{"token": "synthetic"}'}, False),
        ({}, False),
    ],
)
def test_an_image_is_public_if_its_manifest_can_be_read_without_a_login(
    served_files: ServedFiles, contents: dict[str, bytes], *, expected: bool
) -> None:
    registry = served_files(contents).removeprefix("http://")
    assert is_public(f"{registry}/owner/name@{DIGEST}", scheme="http") is expected


def test_all_problems_are_reported_at_once(aws: Aws) -> None:
    aws.account()
    for name in (RAW, CURATED):
        aws.bucket(name, 403)
        aws.listed(name)
    aws.secret(None)
    aws.no_repository()
    aws.no_image()
    reported = problems(aws, OWN)
    assert [problem.split(":")[0] for problem in reported[2:]] == [
        "there is no secret playlake/spotify",
        "there is no image playlake/extractor",
        "there is no image playlake/transformer",
    ]
    assert len(reported) == 5
    assert not any("\n" in problem for problem in reported)


def test_an_image_for_one_other_platform_is_reported(aws: Aws, served_files: ServedFiles) -> None:
    aws.account()
    aws.buckets()
    aws.secret(json.dumps(SECRET))
    aws.manifest("playlake/extractor", {"config": {"digest": DIGEST}})
    address = served_files({"config.json": b'{"architecture": "amd64"}'})
    aws.ecr.add_response(
        "get_download_url_for_layer",
        {"downloadUrl": f"{address}/config.json", "layerDigest": DIGEST},
        {"repositoryName": "playlake/extractor", "layerDigest": DIGEST},
    )
    aws.image("playlake/transformer", "arm64")
    [problem] = problems(aws, OWN)
    assert problem.startswith("the image playlake/extractor:v1 is for amd64, and the tasks run on")


def test_an_image_for_several_other_platforms_is_reported(aws: Aws) -> None:
    aws.account()
    aws.buckets()
    aws.secret(json.dumps(SECRET))
    aws.image("playlake/extractor", "amd64", "s390x")
    aws.image("playlake/transformer", "arm64")
    [problem] = problems(aws, OWN)
    assert problem.startswith("the image playlake/extractor:v1 is for amd64, s390x, and the tasks")


@pytest.mark.usefixtures("here")
def test_a_configuration_that_cannot_be_fetched_is_one_sentence(
    aws: Aws, served_files: ServedFiles
) -> None:
    aws.account()
    aws.buckets()
    aws.secret(json.dumps(SECRET))
    aws.manifest("playlake/extractor", {"config": {"digest": DIGEST}})
    aws.ecr.add_response(
        "get_download_url_for_layer", {"downloadUrl": f"{served_files({})}/config.json"}
    )
    with pytest.raises(PreflightError, match=r"^the configuration of an image cannot be read"):
        check(SETTINGS, OWN)


@pytest.mark.usefixtures("here")
def test_missing_permissions_are_named_and_hide_no_finding(aws: Aws) -> None:
    aws.bucket(RAW, FREE)
    aws.bucket(CURATED, 403)
    aws.s3.add_client_error("list_buckets", "AccessDenied")
    aws.cloudformation.add_client_error("describe_stacks", "AccessDenied")
    aws.ssm.add_client_error("get_parameter", "AccessDeniedException")
    aws.iam.add_client_error("get_role", "AccessDenied")
    aws.secrets.add_client_error("get_secret_value", "AccessDeniedException", "synthetic\nreason")
    aws.ecr.add_client_error("batch_get_image", "AccessDeniedException")
    aws.no_image()
    with pytest.raises(PreflightError) as refusal:
        check(SETTINGS, OWN)
    bucket, image, *unread = str(refusal.value).splitlines()
    assert bucket.startswith(f"the bucket {CURATED} belongs to another account, or you may not")
    assert image == "there is no image playlake/transformer:v1: push it first"
    assert [sentence.partition(" was not checked, because the credentials lack ")[::2]
            for sentence in unread] == [
        (f"the owner of the bucket {CURATED}", "s3:ListAllMyBuckets"),
        ("the stack playlake", "cloudformation:DescribeStacks"),
        ("the CDK's bootstrap", "ssm:GetParameter"),
        ("the role AWSServiceRoleForECS", "iam:GetRole"),
        ("the secret playlake/spotify", "secretsmanager:GetSecretValue"),
        ("the image playlake/extractor:v1", "ecr:BatchGetImage or ecr:GetDownloadUrlForLayer"),
    ]  # fmt: skip


@pytest.mark.usefixtures("here")
def test_what_was_not_checked_alone_does_not_end_the_deployment(aws: Aws) -> None:
    aws.buckets()
    aws.cloudformation.add_client_error("describe_stacks", "AccessDenied")
    aws.ssm.add_client_error("get_parameter", "AccessDeniedException")
    aws.iam.add_client_error("get_role", "AccessDenied")
    assert len(check(SETTINGS, NOTHING)) == 3


@pytest.mark.usefixtures("here")
def test_the_subnets_of_an_existing_network_are_checked(aws: Aws) -> None:
    ids = ["subnet-0123456789abcdef0", "subnet-0123abcd"]
    network = {"vpc_id": "vpc-0123abcd", "subnet_ids": ids}
    found = [{"SubnetId": each, "VpcId": "vpc-0123abcd", "AvailabilityZone": each} for each in ids]
    aws.account()
    aws.buckets()
    aws.ec2.add_response("describe_subnets", {"Subnets": found})
    aws.ec2.add_response("describe_route_tables", {"RouteTables": []})
    with pytest.raises(PreflightError) as refusal:
        check(settings_of("thrifty", {"existing_vpc": network}), NOTHING)
    assert [line.partition(" reaches ")[0] for line in str(refusal.value).splitlines()] == [
        f"a task in the subnet {each}" for each in ids
    ]


def test_the_zones_of_the_subnets_are_read_for_the_api(aws: Aws) -> None:
    settings = settings_of("standard", {"api": True, "tokens_secret_arn": TOKENS_SECRET})
    aws.account()
    aws.buckets()
    zones = [{"ZoneName": f"{REGION}{letter}", "ZoneId": f"euc1-az{letter}"} for letter in "cba"]
    aws.ec2.add_response("describe_availability_zones", {"AvailabilityZones": zones})
    state = read_state(aws.clients, settings, PLACE, NOTHING)
    assert state.zones == {f"{REGION}a": "euc1-aza", f"{REGION}b": "euc1-azb"}


def test_zones_that_may_not_be_read_are_named(aws: Aws) -> None:
    aws.account()
    aws.buckets()
    aws.ec2.add_client_error("describe_availability_zones", "UnauthorizedOperation")
    state = read_state(
        aws.clients,
        settings_of("standard", {"api": True, "tokens_secret_arn": TOKENS_SECRET}),
        PLACE,
        NOTHING,
    )
    assert (state.zones, len(state.unread)) == ({}, 1)
    assert state.unread[0].endswith("the credentials lack ec2:DescribeAvailabilityZones")


def test_released_images_are_out_of_reach_of_the_private_network() -> None:
    with pytest.raises(PreflightError, match=r"^released images come from GHCR, which the private"):
        check(settings_of("thrifty", {"network": "private"}), RELEASED)


@pytest.mark.usefixtures("here")
def test_a_destroy_while_a_run_goes_on_is_refused(aws: Aws) -> None:
    task = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/playlake/0123456789abcdef"
    expected = {"cluster": "playlake", "family": "playlake-extractor"}
    stack = {"StackName": "playlake", "StackStatus": "DELETE_FAILED", "CreationTime": NOW}
    aws.cloudformation.add_response("describe_stacks", {"Stacks": [stack]})
    aws.ecs.add_response("list_tasks", {"taskArns": [task]}, expected)
    with pytest.raises(PreflightError, match=r"^a run or a compaction goes on in the task"):
        check_destroy(SETTINGS)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("overrides", "service"),
    [
        ({"compaction": "cron(30 6 * * ? *)"}, "compactor"),
        ({"iceberg": "rate(1 day)"}, "iceberg"),
        ({"retention": "rate(1 day)"}, "retention"),
    ],
)
def test_a_destroy_while_a_scheduled_task_goes_on_is_refused(
    aws: Aws, overrides: dict[str, str], service: str
) -> None:
    task = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/playlake/0123456789abcdef"
    stack = {"StackName": "playlake", "StackStatus": "CREATE_COMPLETE", "CreationTime": NOW}
    aws.cloudformation.add_response("describe_stacks", {"Stacks": [stack]})
    for family, tasks in (("extractor", []), (service, [task])):
        expected = {"cluster": "playlake", "family": f"playlake-{family}"}
        aws.ecs.add_response("list_tasks", {"taskArns": tasks}, expected)
    with pytest.raises(PreflightError, match=r"goes on in the task 0123456789abcdef: wait"):
        check_destroy(settings_of("thrifty", {**TWO_IMAGES, **overrides}))


@pytest.mark.usefixtures("here")
def test_a_destroy_while_a_deployment_goes_on_is_refused(aws: Aws) -> None:
    stack = {"StackName": "playlake", "StackStatus": "UPDATE_IN_PROGRESS", "CreationTime": NOW}
    aws.cloudformation.add_response("describe_stacks", {"Stacks": [stack]})
    aws.ecs.add_client_error("list_tasks", "ClusterNotFoundException")
    with pytest.raises(PreflightError, match=r"^the stack playlake is UPDATE_IN_PROGRESS: another"):
        check_destroy(SETTINGS)


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
        check(SETTINGS, OWN)
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
        check(SETTINGS, OWN)
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
