"""Turns the production template into one that MiniStack 1.5.33 runs.

Each rule works around one limit of the emulator and changes nothing else. What a rule removes is
not exercised locally; `docs/architecture.md` lists it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from playlake_local.shim import RUN_TASK_SHIM

if TYPE_CHECKING:
    from collections.abc import Callable

Template = dict[str, Any]
Json = Any

CREDENTIAL = "test"
SHIM = "LocalRunTask"
SHIM_FUNCTION_NAME = "playlake-local-run-task"

# Resource types that make MiniStack refuse the whole stack.
UNSUPPORTED = frozenset(
    {
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "AWS::Athena::NamedQuery",
        "AWS::Budgets::Budget",
    }
)


def localise(template: Template) -> Template:
    """Localise a synthesised template; the argument is not modified."""
    localised: Template = json.loads(json.dumps(template))
    for rule in RULES:
        localised = rule(localised)
    return localised


def drop_unsupported(template: Template) -> Template:
    """MiniStack refuses a stack with a resource type that it does not know."""
    kept = {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] not in UNSUPPORTED
    }
    return _prune({**template, "Resources": kept})


def drop_metric_math_alarms(template: Template) -> Template:
    """MiniStack cannot create an alarm on an expression; it publishes no such metrics either."""
    kept = {
        name: resource
        for name, resource in template["Resources"].items()
        if not (
            resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]
        )
    }
    return _prune({**template, "Resources": kept})


def refer_to_secrets_by_arn(template: Template) -> Template:
    """`Ref` of a secret is its ARN on AWS and its name here; `GetAtt Id` is the ARN on both."""
    secrets = _names(template, "AWS::SecretsManager::Secret")

    def replace(value: Json) -> Json:
        if isinstance(value, dict) and set(value) == {"Ref"} and value["Ref"] in secrets:
            return {"Fn::GetAtt": [value["Ref"], "Id"]}
        return value

    replaced: Template = _rewrite(template, replace)
    return replaced


def give_containers_credentials(template: Template) -> Template:
    """AWS clients refuse the credentials URL that MiniStack injects, so the task gets keys."""
    for container in _containers(template):
        container.setdefault("Environment", []).extend(
            [
                {"Name": "AWS_ACCESS_KEY_ID", "Value": CREDENTIAL},
                {"Name": "AWS_SECRET_ACCESS_KEY", "Value": CREDENTIAL},
            ]
        )
    return template


def allow_plain_http(template: Template) -> Template:
    """MiniStack uses plain HTTP, so statements that deny it are removed, and empty policies too."""
    for name, resource in list(template["Resources"].items()):
        document = resource["Properties"].get("PolicyDocument")
        if document is None:
            continue
        document["Statement"] = [s for s in document["Statement"] if not _is_about_tls(s)]
        if not document["Statement"]:
            del template["Resources"][name]
    return _prune(template)


def start_tasks_through_a_shim(template: Template) -> Template:
    """MiniStack's schedules start no ECS tasks, but they call a Lambda, which starts the task."""
    schedules = [
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Scheduler::Schedule"
        and "EcsParameters" in resource["Properties"]["Target"]
    ]
    for schedule in schedules:
        schedule["Target"] = _shim_target(schedule["Target"])
    if schedules:
        template["Resources"][SHIM] = _shim_function()
    return template


RULES: tuple[Callable[[Template], Template], ...] = (
    drop_unsupported,
    drop_metric_math_alarms,
    refer_to_secrets_by_arn,
    give_containers_credentials,
    allow_plain_http,
    start_tasks_through_a_shim,
)


def _shim_target(target: Json) -> Json:
    """The target that passes the same task and overrides to the shim."""
    task = target["EcsParameters"]
    request = {
        "launchType": task["LaunchType"],
        "count": task["TaskCount"],
        "startedBy": "scheduler",
        "overrides": json.loads(target.get("Input", "{}")),
    }
    parts = [
        '{"cluster": "', target["Arn"],
        '", "taskDefinition": "', task["TaskDefinitionArn"],
        '", ' + json.dumps(request)[1:],
    ]  # fmt: skip
    return {
        "Arn": {"Fn::GetAtt": [SHIM, "Arn"]},
        "RoleArn": target["RoleArn"],
        "Input": {"Fn::Join": ["", parts]},
    }


def _shim_function() -> Json:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "FunctionName": SHIM_FUNCTION_NAME,
            "Runtime": "python3.11",
            "Handler": "index.handler",
            "Timeout": 60,
            "Role": {"Fn::Join": ["", ["arn:aws:iam::", {"Ref": "AWS::AccountId"}, ":role/local"]]},
            "Code": {"ZipFile": RUN_TASK_SHIM},
        },
    }


def _is_about_tls(statement: Json) -> bool:
    condition = json.dumps(statement.get("Condition", {}))
    is_denied = statement["Effect"] == "Deny"
    return is_denied and ("aws:SecureTransport" in condition or "s3:TlsVersion" in condition)


def _containers(template: Template) -> list[Json]:
    return [
        container
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::ECS::TaskDefinition"
        for container in resource["Properties"]["ContainerDefinitions"]
    ]


def _names(template: Template, kind: str) -> set[str]:
    return {name for name, resource in template["Resources"].items() if resource["Type"] == kind}


_REMOVED = object()


def _prune(template: Template) -> Template:
    """Remove list items, outputs and dependencies that refer to a removed resource."""
    present = {*template["Resources"], *template.get("Parameters", {})}

    def prune(value: Json) -> Json:
        return _REMOVED if _is_dangling(value, present) else value

    pruned: Template = _rewrite(template, prune)
    for resource in pruned["Resources"].values():
        if "DependsOn" in resource:
            depends_on = resource.pop("DependsOn")
            names = [depends_on] if isinstance(depends_on, str) else depends_on
            if kept := [name for name in names if name in present]:
                resource["DependsOn"] = kept
    return pruned


def _is_dangling(value: Json, present: set[str]) -> bool:
    match value:
        case {"Ref": str(name)}:
            return not name.startswith("AWS::") and name not in present
        case {"Fn::GetAtt": [str(name), *_]}:
            return name not in present
        case _:
            return False


def _rewrite(value: Json, change: Callable[[Json], Json]) -> Json:
    """Rebuild a tree from its leaves with `change` applied; `_REMOVED` values are left out."""
    if isinstance(value, dict):
        items = ((key, _rewrite(inner, change)) for key, inner in value.items())
        return change({key: inner for key, inner in items if inner is not _REMOVED})
    if isinstance(value, list):
        return [
            kept for kept in (_rewrite(inner, change) for inner in value) if kept is not _REMOVED
        ]
    return value
