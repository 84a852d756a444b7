"""The subnets of an existing network: whether tasks reach S3, AWS's services and Spotify there.

A template cannot see routes, so the check before a deployment reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playlake_infra.checks.aws_clients import Clients, Permitted
    from playlake_infra.compute.existing_vpc import ExistingVpc

_ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet.

    Attributes:
        name: its id.
        vpc: the VPC that it is in.
        zone: its zone.
        default_route: where its default route leads, such as igw-…; empty without one.
        has_s3_endpoint: whether its route table has a gateway endpoint.
    """

    name: str
    vpc: str
    zone: str
    default_route: str
    has_s3_endpoint: bool


def read_subnets(
    clients: Clients, permitted: Permitted, chosen: ExistingVpc
) -> list[Subnet] | None:
    """Read the subnets that are there; None if the credentials may not."""
    found = permitted.read(
        "the subnets of existing_vpc",
        "ec2:DescribeSubnets",
        # Named by a filter, those that are there are found although others are not.
        lambda: clients.ec2.describe_subnets(
            Filters=[{"Name": "subnet-id", "Values": list(chosen.subnet_ids)}]
        ),
    )
    tables = permitted.read(
        "the routes of existing_vpc",
        "ec2:DescribeRouteTables",
        lambda: clients.ec2.describe_route_tables(
            Filters=[{"Name": "vpc-id", "Values": [chosen.vpc_id]}]
        ),
    )
    if found is None or tables is None:
        return None
    return [_subnet(each, tables["RouteTables"]) for each in found["Subnets"]]


def subnet_problems(chosen: ExistingVpc, subnets: Sequence[Subnet]) -> Iterator[str]:
    """Find what keeps tasks from running there, a sentence each."""
    known = {each.name for each in subnets}
    for name in chosen.subnet_ids:
        if name not in known:
            yield f"there is no subnet {name}: correct subnet_ids in existing_vpc"
    for each in subnets:
        yield from _problems(chosen, each)
    if len(subnets) > 1 and len({each.zone for each in subnets}) == 1:
        yield (
            f"the subnets of existing_vpc are both in {subnets[0].zone}: choose two in different "
            "zones"
        )


def _problems(chosen: ExistingVpc, subnet: Subnet) -> Iterator[str]:
    if subnet.vpc != chosen.vpc_id:
        yield f"the subnet {subnet.name} is in {subnet.vpc}, and not in {chosen.vpc_id}: correct it"
        return
    route = subnet.default_route
    if not route:
        lacks = "Spotify" if subnet.has_s3_endpoint else "S3 nor Spotify"
        verb = "does not reach" if subnet.has_s3_endpoint else "reaches neither"
        yield (
            f"a task in the subnet {subnet.name} {verb} {lacks}: its route table needs a default "
            f"route{'' if subnet.has_s3_endpoint else ', and a gateway endpoint of S3 saves money'}"
        )
    elif route.startswith("igw-") != chosen.public_addresses:
        needed = str(not chosen.public_addresses).lower()
        yield (
            f"the default route of the subnet {subnet.name} is {route}, which "
            f"{'needs' if needed == 'true' else 'takes no'} public addresses: set "
            f"public_addresses = {needed} in existing_vpc"
        )


def _subnet(found: Any, tables: Any) -> Subnet:  # noqa: ANN401  what EC2 answers
    routes = _routes(found["SubnetId"], tables)
    return Subnet(
        found["SubnetId"],
        found["VpcId"],
        found["AvailabilityZone"],
        next(
            (_target(each) for each in routes if each.get("DestinationCidrBlock") == _ANYWHERE), ""
        ),
        any(
            each.get("GatewayId", "").startswith("vpce-") and "DestinationPrefixListId" in each
            for each in routes
        ),
    )


def _routes(subnet: str, tables: Any) -> list[dict[str, Any]]:  # noqa: ANN401  likewise
    """The routes of the subnet's own table, or of the main one."""
    for is_wanted in (
        lambda each: each.get("SubnetId") == subnet,
        lambda each: each.get("Main") is True,
    ):
        for table in tables:
            if any(map(is_wanted, table["Associations"])):
                return list(table["Routes"])
    return []


def _target(route: dict[str, Any]) -> str:
    names = ("GatewayId", "NatGatewayId", "TransitGatewayId", "NetworkInterfaceId")
    return next((route[name] for name in names if name in route), "another gateway")
