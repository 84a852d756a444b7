"""The network: no NAT gateway, no inbound rules, and a gateway endpoint for S3.

Tasks in public subnets have a public address. In the private network the transformer has no
public address and reaches AWS through interface endpoints, and so does the compactor, which runs
beside it. The extractor stays in a public subnet, because Spotify is on the internet.

In an existing network all tasks run in the two subnets that the settings name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from playlake_infra.checks.nag_suppressions import suppress

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_infra.compute.existing_vpc import ExistingVpc
    from playlake_infra.settings import Settings

_SUBNET_BITS = 24
ZONES = 2
_HTTPS = ec2.Port.tcp(443)

# The AWS services that a transformer in a private subnet calls, besides S3.
_ENDPOINTS = {
    "Sqs": ec2.InterfaceVpcEndpointAwsService.SQS,
    "Glue": ec2.InterfaceVpcEndpointAwsService.GLUE,
    "Logs": ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
    "EcrApi": ec2.InterfaceVpcEndpointAwsService.ECR,
    "EcrDocker": ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
}
_OF_QUERIES = {"Athena": ec2.InterfaceVpcEndpointAwsService.ATHENA}
_OF_NOTICES = {"Sns": ec2.InterfaceVpcEndpointAwsService.SNS}


class Network(Construct):
    """The VPC with its subnets and security groups.

    Attributes:
        vpc: the VPC.
        has_public_transformers: whether transformers get a public address.
        has_public_extractor: whether the extractor does.
        extractor_group: the extractor's security group.
        transformer_group: the security group of transformers and the compactor.
    """

    def __init__(self, scope: Construct, name: str, settings: Settings) -> None:
        super().__init__(scope, name)
        existing = settings.existing_vpc
        self._is_private = settings.network == "private"
        self.has_public_extractor = existing is None or existing.public_addresses
        self.has_public_transformers = self.has_public_extractor and not self._is_private
        self.vpc = self._own(settings) if existing is None else self._found(existing)
        self.extractor_group = self._group("Extractor")
        self.transformer_group = self._group("Transformer")
        if self._is_private:
            self._add_endpoints(_endpoints(settings))

    @property
    def extractor_subnets(self) -> ec2.SubnetSelection:
        """The subnets that the extractor runs in: they lead to the internet."""
        return ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)

    @property
    def transformer_subnets(self) -> ec2.SubnetSelection:
        """The subnets that transformers and the compactor run in."""
        if not self._is_private:
            return self.extractor_subnets
        return ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)

    def _found(self, existing: ExistingVpc) -> ec2.IVpc:
        """The network of the account. Its subnets are public to the CDK, whatever they are."""
        return ec2.Vpc.from_vpc_attributes(
            self,
            "Vpc",
            vpc_id=existing.vpc_id,
            availability_zones=cdk.Stack.of(self).availability_zones,
            public_subnet_ids=list(existing.subnet_ids),
        )

    def _own(self, settings: Settings) -> ec2.IVpc:
        vpc = ec2.Vpc(
            self,
            "Vpc",
            vpc_name=settings.name,
            ip_addresses=ec2.IpAddresses.cidr(settings.vpc_cidr),
            max_azs=ZONES,
            nat_gateways=0,
            # Restricting the default group would add a Lambda, and nothing uses that group.
            restrict_default_security_group=False,
            subnet_configuration=self._subnets(),
        )
        suppress(
            vpc,
            "VPC7",
            "nothing accepts connections here; flow logs would cost more than the tasks do",
        )
        vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
        return vpc

    def _subnets(self) -> list[ec2.SubnetConfiguration]:
        public = ec2.SubnetConfiguration(
            name="Public",
            subnet_type=ec2.SubnetType.PUBLIC,
            cidr_mask=_SUBNET_BITS,
            map_public_ip_on_launch=False,
        )
        private = ec2.SubnetConfiguration(
            name="Private", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=_SUBNET_BITS
        )
        return [public, private] if self._is_private else [public]

    def _group(self, task: str) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(
            self,
            f"{task}Group",
            vpc=self.vpc,
            description=f"{task}: no way in, HTTPS out",
            allow_all_outbound=False,
        )
        group.add_egress_rule(ec2.Peer.any_ipv4(), _HTTPS, "HTTPS")
        return group

    def _add_endpoints(self, endpoints: Mapping[str, ec2.InterfaceVpcEndpointAwsService]) -> None:
        group = ec2.SecurityGroup(
            self,
            "EndpointGroup",
            vpc=self.vpc,
            description="Endpoints: HTTPS in from transformers",
            allow_all_outbound=False,
        )
        group.add_ingress_rule(self.transformer_group, _HTTPS, "HTTPS of transformers")
        for name, service in endpoints.items():
            self.vpc.add_interface_endpoint(
                name,
                service=service,
                open=False,
                security_groups=[group],
                subnets=self.transformer_subnets,
            )


def _endpoints(settings: Settings) -> dict[str, ec2.InterfaceVpcEndpointAwsService]:
    of_queries = _OF_QUERIES if settings.is_queried else {}
    of_notices = _OF_NOTICES if settings.is_told else {}
    return {**_ENDPOINTS, **of_queries, **of_notices}
