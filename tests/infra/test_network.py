from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from synthesised import TOKENS_SECRET, extraction, of_type, only
from synthesised import template as synthesised_template

from playlake_infra.presets import PRESETS, settings_of
from playlake_infra.synth import synthesise

if TYPE_CHECKING:
    from playlake_infra.synth import Template

SECURITY_GROUP = "AWS::EC2::SecurityGroup"
_HTTPS_OUT = {
    "CidrIp": "0.0.0.0/0",
    "Description": "HTTPS",
    "FromPort": 443,
    "IpProtocol": "tcp",
    "ToPort": 443,
}


def test_there_is_no_nat_gateway(template: Template) -> None:
    assert of_type(template, "AWS::EC2::NatGateway") == {}
    assert of_type(template, "AWS::EC2::EIP") == {}


@pytest.mark.parametrize("preset", PRESETS)
def test_no_security_group_has_an_inbound_rule(preset: str) -> None:
    template = synthesised_template(preset)
    assert of_type(template, "AWS::EC2::SecurityGroupIngress") == {}
    for group in of_type(template, SECURITY_GROUP).values():
        assert "SecurityGroupIngress" not in group


def test_tasks_may_only_open_https_connections(template: Template) -> None:
    for word in ("ExtractorGroup", "TransformerGroup"):
        assert only(template, SECURITY_GROUP, word)["SecurityGroupEgress"] == [_HTTPS_OUT]


def test_with_the_api_only_its_link_reaches_the_port_of_a_transformer(
    everything: Template,
) -> None:
    rules = of_type(everything, "AWS::EC2::SecurityGroupIngress").values()
    (link,) = (r for r in rules if "Transformer" in r["GroupId"]["Fn::GetAtt"][0])
    assert (link["FromPort"], link["ToPort"], link["IpProtocol"]) == (8080, 8080, "tcp")
    assert link["SourceSecurityGroupId"]["Fn::GetAtt"][0].startswith("ApiLinkGroup")


def test_no_inbound_rule_names_an_address_range(everything: Template) -> None:
    rules = of_type(everything, "AWS::EC2::SecurityGroupIngress").values()
    assert len(rules) == 2
    assert not any("CidrIp" in rule or "CidrIpv6" in rule for rule in rules)
    for group in of_type(everything, SECURITY_GROUP).values():
        assert "SecurityGroupIngress" not in group


def test_s3_is_reached_without_the_internet(template: Template) -> None:
    gateways = [
        e
        for e in of_type(template, "AWS::EC2::VPCEndpoint").values()
        if e["VpcEndpointType"] == "Gateway"
    ]
    assert len(gateways) == 1
    assert len(gateways[0]["RouteTableIds"]) == len(of_type(template, "AWS::EC2::RouteTable"))


def test_no_subnet_assigns_public_addresses(template: Template) -> None:
    subnets = of_type(template, "AWS::EC2::Subnet").values()
    assert not any(subnet.get("MapPublicIpOnLaunch") for subnet in subnets)


def test_the_public_network_has_no_interface_endpoints(thrifty: Template) -> None:
    kinds = [e["VpcEndpointType"] for e in of_type(thrifty, "AWS::EC2::VPCEndpoint").values()]
    assert kinds == ["Gateway"]


def test_a_private_transformer_has_an_endpoint_for_every_service_and_no_public_address(
    everything: Template,
) -> None:
    service = only(everything, "AWS::ECS::Service")
    place = service["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert place["AssignPublicIp"] == "DISABLED"
    assert all("Private" in subnet["Ref"] for subnet in place["Subnets"])
    endpoints = {
        str(e["ServiceName"]): e["PrivateDnsEnabled"]
        for e in of_type(everything, "AWS::EC2::VPCEndpoint").values()
        if e["VpcEndpointType"] == "Interface"
    }
    assert all(endpoints.values())
    for name in ("sqs", "glue", "logs", "ecr.api", "ecr.dkr", "athena", "sns"):
        assert any(f".{name}'" in endpoint for endpoint in endpoints), name


@pytest.mark.parametrize(
    ("more", "added"),
    [
        ({}, set()),
        ({"notice_email": "a@example.com"}, {"Athena", "Sns"}),
        ({"api": True, "tokens_secret_arn": TOKENS_SECRET}, {"Athena"}),
    ],
)
def test_a_private_transformer_has_an_endpoint_for_athena_and_sns_if_it_needs_them(
    more: dict[str, Any], added: set[str]
) -> None:
    found = synthesise(settings_of("standard", {"network": "private", **more}))
    endpoints = " ".join(of_type(found, "AWS::EC2::VPCEndpoint"))
    assert {name for name in ("Athena", "Sns") if f"Vpc{name}" in endpoints} == added


def test_the_extractor_has_a_public_address(
    template: Template,
) -> None:
    schedule = extraction(template)["Properties"]
    network = schedule["Target"]["EcsParameters"]["NetworkConfiguration"]
    assert network["AwsvpcConfiguration"]["AssignPublicIp"] == "ENABLED"
    assert all("Public" in s["Ref"] for s in network["AwsvpcConfiguration"]["Subnets"])
