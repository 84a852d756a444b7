"""What the check before a deployment says of the subnets of an existing network."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from playlake_infra.checks.aws_clients import Clients, Permitted
from playlake_infra.checks.subnets import read_subnets, subnet_problems
from playlake_infra.compute.existing_vpc import ExistingVpc

# Synthetic ids in the formats of EC2.
VPC = "vpc-0123456789abcdef0"
A, B = "subnet-0123456789abcdef0", "subnet-0123abcd"
CHOSEN = ExistingVpc(vpc_id=VPC, subnet_ids=(A, B))
PUBLIC = CHOSEN.model_copy(update={"public_addresses": True})
NAT = {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"}
INTERNET = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"}
S3 = {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1"}
LOCAL = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}


def subnet(name: str, zone: str, vpc: str = VPC) -> dict[str, Any]:
    return {"SubnetId": name, "VpcId": vpc, "AvailabilityZone": zone}


TWO = [subnet(A, "eu-central-1a"), subnet(B, "eu-central-1b")]


def said(
    chosen: ExistingVpc,
    subnets: list[dict[str, Any]],
    main: list[Any],
    own: list[Any] | None = None,
) -> list[str]:
    """The problems with subnets; the first has a route table of its own if one is given."""
    session = boto3.Session("synthetic", "synthetic", region_name="eu-central-1")
    clients = Clients.of(session)
    tables = [{"Associations": [{"Main": True}], "Routes": main}]
    if own is not None:
        tables.append({"Associations": [{"Main": False, "SubnetId": A}], "Routes": own})
    with Stubber(clients.ec2) as ec2:
        wanted = {"Filters": [{"Name": "subnet-id", "Values": [A, B]}]}
        ec2.add_response("describe_subnets", {"Subnets": subnets}, wanted)
        ec2.add_response("describe_route_tables", {"RouteTables": tables})
        found = read_subnets(clients, Permitted(), chosen)
    assert found is not None
    return list(subnet_problems(chosen, found))


@pytest.mark.parametrize(
    ("chosen", "routes"), [(CHOSEN, [LOCAL, NAT]), (CHOSEN, [S3, NAT]), (PUBLIC, [INTERNET])]
)
def test_two_subnets_with_a_default_route_are_accepted(
    chosen: ExistingVpc, routes: list[Any]
) -> None:
    assert said(chosen, TWO, routes) == []


def test_a_subnet_without_a_way_out_is_named() -> None:
    assert said(CHOSEN, TWO, [NAT], own=[LOCAL]) == [
        (
            f"a task in the subnet {A} reaches neither S3 nor Spotify: its route table needs "
            "a default route, and a gateway endpoint of S3 saves money"
        )
    ]
    assert said(CHOSEN, TWO, [NAT], own=[LOCAL, S3]) == [
        f"a task in the subnet {A} does not reach Spotify: its route table needs a default route"
    ]


def test_an_internet_gateway_needs_public_addresses_and_another_way_takes_none() -> None:
    assert said(CHOSEN, TWO, [NAT], own=[INTERNET]) == [
        (
            f"the default route of the subnet {A} is igw-1, which needs public addresses: set "
            "public_addresses = true in existing_vpc"
        )
    ]
    assert said(PUBLIC, TWO, [INTERNET], own=[NAT]) == [
        (
            f"the default route of the subnet {A} is nat-1, which takes no public addresses: set "
            "public_addresses = false in existing_vpc"
        )
    ]


def test_subnets_of_one_zone_or_of_another_network_are_named() -> None:
    one_zone = [subnet(A, "eu-central-1a"), subnet(B, "eu-central-1a")]
    assert said(CHOSEN, one_zone, [NAT]) == [
        "the subnets of existing_vpc are both in eu-central-1a: choose two in different zones"
    ]
    foreign = [subnet(A, "eu-central-1a", "vpc-0badcafe"), TWO[1]]
    assert said(CHOSEN, foreign, [NAT]) == [
        f"the subnet {A} is in vpc-0badcafe, and not in {VPC}: correct it"
    ]


def test_a_subnet_that_is_not_there_is_named() -> None:
    missing = f"there is no subnet {A}: correct subnet_ids in existing_vpc"
    assert said(CHOSEN, [TWO[1]], [NAT]) == [missing]


def test_what_may_not_be_read_is_no_problem_but_is_said() -> None:
    clients = Clients.of(boto3.Session("synthetic", "synthetic", region_name="eu-central-1"))
    permitted = Permitted()
    with Stubber(clients.ec2) as ec2:
        ec2.add_client_error("describe_subnets", "UnauthorizedOperation")
        ec2.add_client_error("describe_route_tables", "UnauthorizedOperation")
        assert read_subnets(clients, permitted, CHOSEN) is None
    assert [sentence.rpartition(" ")[2] for sentence in permitted.unread] == [
        "ec2:DescribeSubnets",
        "ec2:DescribeRouteTables",
    ]
