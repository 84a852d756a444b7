"""The network: no NAT gateway, no inbound rules, and a gateway endpoint for S3.

Tasks in public subnets have a public address. In the private network the transformer has no
public address and reaches AWS through interface endpoints, and so does the compactor, which runs
beside it. The extractor stays in a public subnet, because Spotify is on the internet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from playlake_infra.checks.nag_suppressions import suppress

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        is_private: whether transformers run in private subnets.
        extractor_group: the extractor's security group.
        transformer_group: the security group of transformers and the compactor.
    """

    def __init__(self, scope: Construct, name: str, settings: Settings) -> None:
        super().__init__(scope, name)
        self.is_private = settings.network == "private"
        self.vpc = self._vpc(settings)
        self.vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
        self.extractor_group = self._group("Extractor")
        self.transformer_group = self._group("Transformer")
        if self.is_private:
            self._add_endpoints(_endpoints(settings))

    @property
    def public_subnets(self) -> ec2.SubnetSelection:
        """The subnets with a route to the internet."""
        return ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)

    @property
    def transformer_subnets(self) -> ec2.SubnetSelection:
        """The subnets that transformers and the compactor run in."""
        if not self.is_private:
            return self.public_subnets
        return ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)

    def _vpc(self, settings: Settings) -> ec2.Vpc:
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
        return [public, private] if self.is_private else [public]

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
