"""One pure function: the production template in, a template that MiniStack 1.5.33 runs out.

Each rule mends one thing that the emulator lacks or gets wrong, says which, and changes nothing
else. What a rule takes away is not exercised locally; `docs/architecture.md` lists it.
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

# Types whose presence makes MiniStack refuse the whole stack.
UNSUPPORTED = frozenset(
    {
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "AWS::Athena::NamedQuery",
    }
)


def localise(template: Template) -> Template:
    """Localise a synthesised template; the one given is left as it is."""
    localised: Template = json.loads(json.dumps(template))
    for rule in RULES:
        localised = rule(localised)
    return localised


def drop_unsupported(template: Template) -> Template:
    """MiniStack refuses a stack that holds a type it does not know."""
    kept = {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] not in UNSUPPORTED
    }
    return _prune({**template, "Resources": kept})


def drop_metric_math_alarms(template: Template) -> Template:
    """An alarm on an expression fails to be created; MiniStack publishes no such metrics."""
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

    def mend(value: Json) -> Json:
        if isinstance(value, dict) and set(value) == {"Ref"} and value["Ref"] in secrets:
            return {"Fn::GetAtt": [value["Ref"], "Id"]}
        return value

    mended: Template = _rewrite(template, mend)
    return mended


def give_containers_credentials(template: Template) -> Template:
    """AWS clients refuse the credentials URL that MiniStack injects: keys stand in the task."""
    for container in _containers(template):
        container.setdefault("Environment", []).extend(
            [
                {"Name": "AWS_ACCESS_KEY_ID", "Value": CREDENTIAL},
                {"Name": "AWS_SECRET_ACCESS_KEY", "Value": CREDENTIAL},
            ]
        )
    return template


def allow_plain_http(template: Template) -> Template:
    """The emulator speaks plain HTTP: statements that deny it, and policies left empty, go."""
    for name, resource in list(template["Resources"].items()):
        document = resource["Properties"].get("PolicyDocument")
        if document is None:
            continue
        document["Statement"] = [s for s in document["Statement"] if not _is_about_tls(s)]
        if not document["Statement"]:
            del template["Resources"][name]
    return _prune(template)


def start_tasks_through_a_shim(template: Template) -> Template:
    """A schedule never starts an ECS task here; it does call a Lambda, which starts the task."""
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
    """The same task with the same overrides, as the input of the shim."""
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


_GONE = object()


def _prune(template: Template) -> Template:
    """Take out whatever refers to a resource that is gone: list items, outputs, dependencies."""
    there = {*template["Resources"], *template.get("Parameters", {})}

    def prune(value: Json) -> Json:
        return _GONE if _is_dangling(value, there) else value

    pruned: Template = _rewrite(template, prune)
    for resource in pruned["Resources"].values():
        if "DependsOn" in resource:
            depends_on = resource.pop("DependsOn")
            names = [depends_on] if isinstance(depends_on, str) else depends_on
            if kept := [name for name in names if name in there]:
                resource["DependsOn"] = kept
    return pruned


def _is_dangling(value: Json, there: set[str]) -> bool:
    match value:
        case {"Ref": str(name)}:
            return not name.startswith("AWS::") and name not in there
        case {"Fn::GetAtt": [str(name), *_]}:
            return name not in there
        case _:
            return False


def _rewrite(value: Json, mend: Callable[[Json], Json]) -> Json:
    """Rebuild a tree from its leaves with `mend` applied everywhere; what is `_GONE` goes."""
    if isinstance(value, dict):
        items = ((key, _rewrite(inner, mend)) for key, inner in value.items())
        return mend({key: inner for key, inner in items if inner is not _GONE})
    if isinstance(value, list):
        return [kept for kept in (_rewrite(inner, mend) for inner in value) if kept is not _GONE]
    return value
