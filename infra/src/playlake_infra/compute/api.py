"""Access to the transformer's API from the internet, with requests signed by IAM credentials.

The signature takes the header Authorization, so a token is sent as X-Playlake-Token. The tasks
answer to one name, which each request is given.

API Gateway finds the tasks in Cloud Map and reaches them through a VPC link; none of them has an
hourly price. The tasks' security group accepts connections from the link only.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_servicediscovery as discovery
from constructs import Construct

from playlake_contracts.deployed_settings import HTTP_PORT
from playlake_infra.compute.transformer import SERVICE, api_host
from playlake_infra.watch.logs import log_group

if TYPE_CHECKING:
    from playlake_infra.compute.network import Network
    from playlake_infra.compute.transformer import Transformer
    from playlake_infra.settings import Settings

_REQUESTS_PER_SECOND = 10
_ACCESS = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "method": "$context.httpMethod",
    "path": "$context.path",
    "status": "$context.status",
    "caller": "$context.identity.caller",
}


class Api(Construct):
    """An HTTP API in front of the transformer.

    Attributes:
        url: the URL of the API.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        settings: Settings,
        network: Network,
        transformer: Transformer,
    ) -> None:
        super().__init__(scope, name)
        self._settings = settings
        api = gateway.HttpApi(
            self,
            "Http",
            api_name=settings.name,
            create_default_stage=False,
            default_authorizer=authorizers.HttpIamAuthorizer(),
        )
        api.add_routes(
            path="/{proxy+}",
            methods=[gateway.HttpMethod.GET, gateway.HttpMethod.HEAD, gateway.HttpMethod.POST],
            integration=integrations.HttpServiceDiscoveryIntegration(
                "Tasks",
                self._tasks(network, transformer),
                vpc_link=self._link(network),
                parameter_mapping=gateway.ParameterMapping().overwrite_header(
                    "host", gateway.MappingValue.custom(api_host(settings))
                ),
            ),
        )
        self.url = self._stage(api).url

    def _tasks(self, network: Network, transformer: Transformer) -> discovery.Service:
        namespace = discovery.PrivateDnsNamespace(
            self, "Namespace", name=f"{self._settings.name}.internal", vpc=network.vpc
        )
        # Only an SRV record holds a port.
        return transformer.service.enable_cloud_map(
            cloud_map_namespace=namespace,
            name=SERVICE,
            container=transformer.task.container,
            container_port=HTTP_PORT,
            dns_record_type=discovery.DnsRecordType.SRV,
        )

    def _link(self, network: Network) -> gateway.VpcLink:
        group = ec2.SecurityGroup(
            self,
            "LinkGroup",
            vpc=network.vpc,
            description="VPC link: to the transformers",
            allow_all_outbound=False,
        )
        tasks = network.transformer_group
        group.add_egress_rule(tasks, ec2.Port.tcp(HTTP_PORT), "API of transformers")
        tasks.add_ingress_rule(group, ec2.Port.tcp(HTTP_PORT), "API Gateway's VPC link")
        return gateway.VpcLink(
            self,
            "Link",
            vpc=network.vpc,
            subnets=network.transformer_subnets,
            security_groups=[group],
            vpc_link_name=self._settings.name,
        )

    def _stage(self, api: gateway.HttpApi) -> gateway.HttpStage:
        log = log_group(self, "Log", self._settings, "api")
        stage = gateway.HttpStage(
            self,
            "Stage",
            http_api=api,
            auto_deploy=True,
            throttle=gateway.ThrottleSettings(
                rate_limit=_REQUESTS_PER_SECOND, burst_limit=_REQUESTS_PER_SECOND
            ),
        )
        resource = cast("gateway.CfnStage", stage.node.default_child)
        resource.access_log_settings = gateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=log.log_group_arn, format=json.dumps(_ACCESS)
        )
        return stage
