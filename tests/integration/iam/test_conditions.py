"""The conditions in the production template that the enforcing AWS cannot evaluate.

`conftest.py` removes them before it deploys, so these tests read the template.
"""

from __future__ import annotations

import json
import os
from typing import Any

from playlake.local_aws.provision import PRESET
from playlake.project import Project

_ACCOUNT = "${AWS::AccountId}"
_HERE = f"${{AWS::Region}}:{_ACCOUNT}"
_TASKS_OF_THIS_ACCOUNT = {
    "ArnLike": {"aws:SourceArn": f"arn:${{AWS::Partition}}:ecs:{_HERE}:*"},
    "StringEquals": {"aws:SourceAccount": _ACCOUNT},
}
_GLUE_OF_THIS_ACCOUNT = {"StringEqualsIfExists": {"aws:SourceAccount": _ACCOUNT}}
_SCHEDULES_OF_THIS_GROUP = {
    "ArnEquals": {
        "aws:SourceArn": f"arn:${{AWS::Partition}}:scheduler:{_HERE}:schedule-group/playlake"
    },
    "StringEquals": {"aws:SourceAccount": _ACCOUNT},
}


def test_a_role_is_assumed_for_this_account_only() -> None:
    assert _conditions("AWS::IAM::Role", "AssumeRolePolicyDocument") == [
        ("CompactorRole", "sts:AssumeRole", _SCHEDULES_OF_THIS_GROUP),
        ("CompactorTaskRole", "sts:AssumeRole", _TASKS_OF_THIS_ACCOUNT),
        ("CrawlerRole", "sts:AssumeRole", _GLUE_OF_THIS_ACCOUNT),
        ("ExtractorTaskRole", "sts:AssumeRole", _TASKS_OF_THIS_ACCOUNT),
        ("OverwriterRole", "sts:AssumeRole", _SCHEDULES_OF_THIS_GROUP),
        ("OverwriterTaskRole", "sts:AssumeRole", _TASKS_OF_THIS_ACCOUNT),
        ("RetentionRole", "sts:AssumeRole", _SCHEDULES_OF_THIS_GROUP),
        ("RetentionTaskRole", "sts:AssumeRole", _TASKS_OF_THIS_ACCOUNT),
        ("ScheduleRole", "sts:AssumeRole", _SCHEDULES_OF_THIS_GROUP),
        ("TransformerTaskRole", "sts:AssumeRole", _TASKS_OF_THIS_ACCOUNT),
    ]


def test_the_scheduler_is_limited_to_one_cluster_and_passes_roles_to_tasks_only() -> None:
    cluster = {"ArnEquals": {"ecs:cluster": "${Cluster.Arn}"}}
    tasks = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    policies = _conditions("AWS::IAM::Policy", "PolicyDocument")
    assert [found for found in policies if "s3:" not in str(found[1])] == [
        ("CompactorRoleDefaultPolicy", "ecs:RunTask", cluster),
        ("CompactorRoleDefaultPolicy", "iam:PassRole", tasks),
        ("OverwriterRoleDefaultPolicy", "ecs:RunTask", cluster),
        ("OverwriterRoleDefaultPolicy", "iam:PassRole", tasks),
        ("RetentionRoleDefaultPolicy", "ecs:RunTask", cluster),
        ("RetentionRoleDefaultPolicy", "iam:PassRole", tasks),
        ("ScheduleRoleDefaultPolicy", "ecs:RunTask", cluster),
        ("ScheduleRoleDefaultPolicy", "iam:PassRole", tasks),
    ]


def _conditions(kind: str, document: str) -> list[tuple[str, str, Any]]:
    """Every condition of the resources of a type, in order: resource, action, condition."""
    path = Project.find(os.environ).templates / f"{PRESET}.json"
    resources = json.loads(path.read_text(encoding="utf-8"))["Resources"]
    return [
        (_word(name), statement["Action"], _plain(statement["Condition"]))
        for name, resource in sorted(resources.items())
        if resource["Type"] == kind
        for statement in resource["Properties"][document]["Statement"]
        if "Condition" in statement
    ]


def _word(logical_id: str) -> str:
    return logical_id[:-8]  # the CDK ends each with eight hexadecimal digits


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON of a template
    """The same JSON with its intrinsic functions written in the form of `Fn::Sub`."""
    match value:
        case {"Ref": name}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"${{{_word(name)}.{attribute}}}"
        case {"Fn::Join": [separator, parts]}:
            return separator.join(map(_plain, parts))
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
        case _:
            return value
