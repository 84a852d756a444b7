"""What a governed account asks for: a boundary of roles, tags, and addresses of its choice."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from synthesised import SNOWFLAKE, SOURCES, TOKENS_SECRET, of_type, only

from playlake_infra.presets import InvalidSettingsError, settings_of
from playlake_infra.synth import synthesise

if TYPE_CHECKING:
    from playlake_infra.synth import Template

BOUNDARY = "arn:aws:iam::123456789012:policy/teams/boundary"
EXISTING: dict[str, Any] = {
    "vpc_id": "vpc-0123456789abcdef0",
    "subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123abcd"],
}
TAGS = {"cost-centre": "4711", "Owner": "data@example.com"}
# What CloudFormation gives no tags to.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
UNTAGGED = {
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::Athena::NamedQuery",
    "AWS::Budgets::Budget",
    "AWS::CloudWatch::Dashboard",
    "AWS::EC2::Route",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::Glue::Database",
    "AWS::Glue::Table",
    "AWS::IAM::Policy",
    "AWS::KMS::Alias",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::Schedule",
}


@cache
def governed() -> Template:
    """A deployment with everything, in a governed account."""
    overrides: dict[str, Any] = {
        "permissions_boundary_arn": BOUNDARY,
        "tags": TAGS,
        "vpc_cidr": "172.20.8.0/22",
        "network": "private",
        "api": True,
        "tokens_secret_arn": TOKENS_SECRET,
        "backfill": "after_each_run",
        "iceberg": "rate(1 hour)",
        "snowflake": SNOWFLAKE,
        "sources": SOURCES,
        "notice_email": "listener@example.com",
        "spotify_authorised_on": "2026-11-21",
        "budget_usd": 30,
        "eraser": True,
    }
    return synthesise(settings_of("large", overrides))


def test_every_role_has_the_boundary() -> None:
    roles = of_type(governed(), "AWS::IAM::Role").values()
    assert len(roles) > 15
    assert {role["PermissionsBoundary"] for role in roles} == {BOUNDARY}


def test_everything_that_takes_tags_has_them_and_the_deployment_s_own() -> None:
    wanted = {**TAGS, "project": "playlake"}
    for name, resource in governed()["Resources"].items():
        if resource["Type"] in UNTAGGED:
            continue
        given = resource["Properties"].get("Tags", {})
        if isinstance(given, list):
            given = {tag["Key"]: tag["Value"] for tag in given}
        assert wanted.items() <= given.items(), (name, resource["Type"])


def test_the_network_has_the_chosen_addresses() -> None:
    assert only(governed(), "AWS::EC2::VPC")["CidrBlock"] == "172.20.8.0/22"
    blocks = [each["CidrBlock"] for each in of_type(governed(), "AWS::EC2::Subnet").values()]
    assert blocks == [f"172.20.{number}.0/24" for number in (8, 9, 10, 11)]


@cache
def in_existing(*, public: bool) -> Template:
    overrides = {"existing_vpc": {**EXISTING, "public_addresses": public}, "iceberg": "rate(1 day)"}
    return synthesise(settings_of("standard", overrides))


@pytest.mark.parametrize("public", [True, False])
def test_in_an_existing_network_there_are_two_security_groups_and_nothing_else(
    *, public: bool
) -> None:
    found = in_existing(public=public)
    kinds = {r["Type"] for r in found["Resources"].values() if r["Type"].startswith("AWS::EC2")}
    assert kinds == {"AWS::EC2::SecurityGroup"}
    groups = of_type(found, "AWS::EC2::SecurityGroup").values()
    assert [group["VpcId"] for group in groups] == [EXISTING["vpc_id"]] * 2


@pytest.mark.parametrize("public", [True, False])
def test_in_an_existing_network_every_task_runs_in_its_two_subnets(*, public: bool) -> None:
    found = in_existing(public=public)
    places = [
        schedule["Target"]["EcsParameters"]["NetworkConfiguration"]["AwsvpcConfiguration"]
        for schedule in of_type(found, "AWS::Scheduler::Schedule").values()
    ]
    service = only(found, "AWS::ECS::Service")["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert len(places) == 5
    for place in (*places, service):
        assert place["Subnets"] == EXISTING["subnet_ids"]
        assert place["AssignPublicIp"] == ("ENABLED" if public else "DISABLED")


def test_an_existing_network_takes_the_place_of_an_own_one() -> None:
    overrides = {"existing_vpc": EXISTING, "network": "private", "vpc_cidr": "10.0.0.0/16"}
    with pytest.raises(InvalidSettingsError) as refusal:
        settings_of("thrifty", overrides)
    assert str(refusal.value) == (
        "existing_vpc takes the place of the deployment's own network: remove network, vpc_cidr"
    )


def test_without_the_settings_there_is_neither_boundary_nor_tag(thrifty: Template) -> None:
    for role in of_type(thrifty, "AWS::IAM::Role").values():
        assert "PermissionsBoundary" not in role
        assert [tag["Key"] for tag in role["Tags"]] == ["project"]


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("permissions_boundary_arn", "boundary", "write the ARN of a managed policy"),
        (
            "permissions_boundary_arn",
            "arn:aws:iam::1:policy/a",
            "write the ARN of a managed policy",
        ),
        ("tags", {"": "x"}, "AWS takes no tag"),
        ("tags", {"k" * 129: "x"}, "AWS takes no tag"),
        ("tags", {"key": "v" * 257}, "AWS takes no tag"),
        ("tags", {"key": "<x>"}, "AWS takes no tag"),
        ("tags", {"AWS:x": "x"}, "is taken: choose another key"),
        ("tags", {"project": "x"}, "is taken: choose another key"),
        ("tags", {f"key-{number}": "x" for number in range(41)}, "there are 41 tags, and 40 fit"),
        ("vpc_cidr", "10.42.0.0", "write a block of IPv4 addresses from /16 to /22"),
        ("vpc_cidr", "10.42.0.0/15", "write a block of IPv4 addresses from /16 to /22"),
        ("vpc_cidr", "10.42.0.0/23", "write a block of IPv4 addresses from /16 to /22"),
        ("vpc_cidr", "10.42.0.1/20", "begins at its first address"),
        ("vpc_cidr", "fd00::/20", "write a block of IPv4 addresses"),
        ("vpc_cidr", "8.8.0.0/20", "its addresses are public"),
    ],
)
def test_a_wrong_setting_is_refused_with_a_sentence(
    setting: str, value: object, sentence: str
) -> None:
    with pytest.raises(InvalidSettingsError, match=f"^correct {setting} = ") as refusal:
        settings_of("thrifty", {setting: value})
    assert sentence in str(refusal.value)
    assert ";" not in str(refusal.value)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"vpc_id": "vpc-1"}, "correct existing_vpc.vpc_id = 'vpc-1': "),
        ({"subnet_ids": ["subnet-0123abcd"]}, "correct existing_vpc.subnet_ids.1 = "),
        ({"subnet_ids": ["subnet-0123abcd", "x"]}, "correct existing_vpc.subnet_ids.1 = 'x': "),
        ({"subnet_ids": ["subnet-0123abcd"] * 2}, "names one subnet twice"),
        ({"public_addresses": "perhaps"}, "correct existing_vpc.public_addresses = 'perhaps': "),
        ({"zones": []}, "there is no setting existing_vpc.zones: remove it"),
    ],
)
def test_a_wrong_network_is_refused_with_a_sentence(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidSettingsError, match=re.escape(sentence)):
        settings_of("thrifty", {"existing_vpc": {**EXISTING, **wrong}})
