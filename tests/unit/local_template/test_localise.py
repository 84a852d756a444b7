"""Every rule of the localiser changes one thing of a synthetic template and nothing else."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from playlake_local.localise import (
    RULES,
    SHIM,
    UNSUPPORTED,
    allow_plain_http,
    drop_metric_math_alarms,
    drop_unsupported,
    give_containers_credentials,
    localise,
    refer_to_secrets_by_arn,
    start_tasks_through_a_shim,
)

TEMPLATES = sorted((Path(__file__).resolve().parents[3] / "infra" / "template").glob("*.json"))


def template(**resources: dict[str, Any]) -> dict[str, Any]:
    return {"Parameters": {"Tag": {"Type": "String"}}, "Resources": resources}


def resource(kind: str, **properties: Any) -> dict[str, Any]:  # noqa: ANN401  a template's JSON
    return {"Type": kind, "Properties": properties}


def task(**container: Any) -> dict[str, Any]:  # noqa: ANN401  a template's JSON
    return resource("AWS::ECS::TaskDefinition", ContainerDefinitions=[{"Name": "app", **container}])


@pytest.mark.parametrize("kind", sorted(UNSUPPORTED))
def test_an_unsupported_type_is_removed_with_everything_that_refers_to_it(kind: str) -> None:
    alarm = resource(
        "AWS::CloudWatch::Alarm",
        AlarmActions=[{"Ref": "Gone"}, {"Ref": "Topic"}, {"Fn::GetAtt": ["Gone", "Arn"]}],
        Statistic={"Ref": "Tag"},
        Region={"Ref": "AWS::Region"},
    )
    given = template(
        Gone=resource(kind),
        Topic=resource("AWS::SNS::Topic"),
        Alarm={**alarm, "DependsOn": ["Gone", "Topic"]},
        Other={**resource("AWS::SNS::Topic"), "DependsOn": "Gone"},
    )
    given["Outputs"] = {"Lost": {"Value": {"Ref": "Gone"}}}
    localised_template = drop_unsupported(given)
    assert set(localised_template["Resources"]) == {"Topic", "Alarm", "Other"}
    assert localised_template["Resources"]["Alarm"]["Properties"] == {
        "AlarmActions": [{"Ref": "Topic"}],
        "Statistic": {"Ref": "Tag"},
        "Region": {"Ref": "AWS::Region"},
    }
    assert localised_template["Resources"]["Alarm"]["DependsOn"] == ["Topic"]
    assert "DependsOn" not in localised_template["Resources"]["Other"]


def test_only_an_alarm_on_an_expression_is_removed() -> None:
    localised_template = drop_metric_math_alarms(
        template(
            Math=resource("AWS::CloudWatch::Alarm", Metrics=[{"Expression": "a/b"}]),
            Plain=resource("AWS::CloudWatch::Alarm", MetricName="Age"),
        )
    )
    assert set(localised_template["Resources"]) == {"Plain"}


def test_every_reference_to_a_secret_becomes_its_arn() -> None:
    localised_template = refer_to_secrets_by_arn(
        template(
            Secret=resource("AWS::SecretsManager::Secret"),
            Topic=resource("AWS::SNS::Topic"),
            App=task(
                Environment=[
                    {"Name": "A", "Value": {"Fn::Join": ["", [{"Ref": "Secret"}, ":a::"]]}},
                    {"Name": "B", "Value": {"Ref": "Topic"}},
                ]
            ),
        )
    )
    given = localised_template["Resources"]["App"]["Properties"]["ContainerDefinitions"][0][
        "Environment"
    ]
    assert given[0]["Value"] == {"Fn::Join": ["", [{"Fn::GetAtt": ["Secret", "Id"]}, ":a::"]]}
    assert given[1]["Value"] == {"Ref": "Topic"}


def test_every_container_gets_credentials_and_keeps_its_variables() -> None:
    localised_template = give_containers_credentials(
        template(App=task(Environment=[{"Name": "OWN", "Value": "1"}]), Bare=task())
    )
    for name, own in (("App", ["OWN"]), ("Bare", [])):
        (container,) = localised_template["Resources"][name]["Properties"]["ContainerDefinitions"]
        names = [variable["Name"] for variable in container["Environment"]]
        assert names == [*own, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]


def test_only_statements_that_deny_plain_http_are_removed() -> None:
    tls = {"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    old_tls = {"Effect": "Deny", "Condition": {"NumericLessThan": {"s3:TlsVersion": 1.2}}}
    allow = {"Effect": "Allow", "Action": "sqs:SendMessage"}
    deny = {"Effect": "Deny", "Action": "s3:DeleteBucket"}
    bucket = {**resource("AWS::S3::Bucket"), "DependsOn": ["Only"]}
    localised_template = allow_plain_http(
        template(
            Only=resource("AWS::S3::BucketPolicy", PolicyDocument={"Statement": [tls, old_tls]}),
            Mixed=resource(
                "AWS::SQS::QueuePolicy", PolicyDocument={"Statement": [tls, allow, deny]}
            ),
            Bucket=bucket,
        )
    )
    assert set(localised_template["Resources"]) == {"Mixed", "Bucket"}
    assert localised_template["Resources"]["Mixed"]["Properties"]["PolicyDocument"][
        "Statement"
    ] == [
        allow,
        deny,
    ]
    assert "DependsOn" not in localised_template["Resources"]["Bucket"]


def test_a_schedule_of_a_task_calls_the_shim_with_the_same_task_and_overrides() -> None:
    overrides = {"containerOverrides": [{"name": "app", "environment": []}]}
    schedule = resource(
        "AWS::Scheduler::Schedule",
        ScheduleExpression="rate(1 day)",
        Target={
            "Arn": "cluster",
            "RoleArn": "role",
            "Input": json.dumps(overrides),
            "EcsParameters": {
                "TaskDefinitionArn": "task",
                "LaunchType": "FARGATE",
                "TaskCount": 1,
            },
        },
    )
    localised_template = start_tasks_through_a_shim(template(Schedule=schedule))
    properties = localised_template["Resources"]["Schedule"]["Properties"]
    assert properties["ScheduleExpression"] == "rate(1 day)"
    assert properties["Target"]["Arn"] == {"Fn::GetAtt": [SHIM, "Arn"]}
    text = "".join(properties["Target"]["Input"]["Fn::Join"][1])
    assert json.loads(text) == {
        "cluster": "cluster",
        "taskDefinition": "task",
        "launchType": "FARGATE",
        "count": 1,
        "startedBy": "scheduler",
        "overrides": overrides,
    }
    assert localised_template["Resources"][SHIM]["Type"] == "AWS::Lambda::Function"
    compile(
        localised_template["Resources"][SHIM]["Properties"]["Code"]["ZipFile"], "index.py", "exec"
    )


def test_a_schedule_with_another_target_is_not_changed() -> None:
    given = template(
        Schedule=resource("AWS::Scheduler::Schedule", Target={"Arn": "queue", "RoleArn": "role"})
    )
    assert start_tasks_through_a_shim(copy.deepcopy(given)) == given


def test_there_are_templates_to_localise() -> None:
    assert [path.stem for path in TEMPLATES] == ["large", "standard", "thrifty"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_production_template_keeps_every_resource_that_the_emulator_supports(path: Path) -> None:
    production = json.loads(path.read_text(encoding="utf-8"))
    given = copy.deepcopy(production)
    localised = localise(given)
    assert given == production, "the argument is not modified"
    assert localise(given) == localised, "the result is deterministic"
    dropped = {
        resource["Type"]
        for name, resource in production["Resources"].items()
        if name not in localised["Resources"] and "Metrics" not in resource["Properties"]
    }
    tls_only = {"AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"}
    assert dropped <= UNSUPPORTED | tls_only
    assert set(localised["Resources"]) - set(production["Resources"]) == {SHIM}
    assert set(localised["Outputs"]) == set(production["Outputs"])


def test_every_rule_has_a_docstring() -> None:
    assert all(rule.__doc__ and rule.__doc__.endswith(".") for rule in RULES)
