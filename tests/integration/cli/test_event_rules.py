"""The template's rules on events of ECS and Glue, matched and delivered by the local EventBridge.

The events are synthetic, with the shapes that AWS documents:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from playlake.local_aws.aws import _CONFIG
from playlake.local_aws.resources import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake.local_aws import LocalAws

Events = Any  # its types are not installed

ECS = f"arn:aws:ecs:{REGION}:{ACCOUNT}"
CLUSTER = f"{ECS}:cluster/playlake"
SERVICE = f"{ECS}:service/playlake/playlake-transformer"
TASK = f"{ECS}:task/playlake/0123456789abcdef0123456789abcdef"
RUN, WORK = "family:playlake-extractor", "service:playlake-transformer"


def envelope(source: str, kind: str, resource: str, detail: dict[str, Any]) -> dict[str, Any]:
    """A synthetic event."""
    return {
        "version": "0",
        "id": "01234567-0123-0123-0123-012345678901",
        "detail-type": kind,
        "source": source,
        "account": ACCOUNT,
        "time": "2026-11-21T06:07:08Z",
        "region": REGION,
        "resources": [resource],
        "detail": detail,
    }


def stopped(
    group: str, code: int | None, stop: str = "EssentialContainerExited", **changed: object
) -> dict[str, Any]:
    """A task has stopped; a container that never started has no exit code."""
    container = {"containerArn": f"{TASK}/c", "lastStatus": "STOPPED", "name": "synthetic"}
    exit_code = {} if code is None else {"exitCode": code}
    detail = {
        "clusterArn": CLUSTER,
        "taskArn": TASK,
        "group": group,
        "launchType": "FARGATE",
        "desiredStatus": "STOPPED",
        "lastStatus": "STOPPED",
        "stopCode": stop,
        "stoppedReason": 'Essential container in task "exited"',
        "containers": [container | exit_code],
        "version": 5,
    }
    return envelope("aws.ecs", "ECS Task State Change", TASK, detail | changed)


def service(name: str, kind: str = "ECS Service Action", resource: str = SERVICE) -> dict[str, Any]:
    """Something happened to a service."""
    detail = {"eventType": "WARN", "eventName": name, "clusterArn": CLUSTER}
    return envelope("aws.ecs", kind, resource, detail)


def crawl(state: str, crawler: str = "playlake-curated") -> dict[str, Any]:
    """A crawl has ended."""
    detail = {"crawlerName": crawler, "state": state}
    return envelope("aws.glue", "Glue Crawler State Change", "synthetic", detail)


@pytest.fixture(scope="module")
def events(local_aws: LocalAws) -> Iterator[Events]:
    client = local_aws._session.client(
        "events", endpoint_url=local_aws.endpoint_url, config=_CONFIG
    )
    yield client
    client.close()


@pytest.fixture(scope="module")
def patterns(events: Events) -> dict[str, str]:
    """The patterns of the deployed rules by the rules' names."""
    return {rule["Name"]: rule["EventPattern"] for rule in events.list_rules()["Rules"]}


MATCHED = {
    "a run that read too little": (stopped(RUN, 69), "task-failed"),
    "refused credentials": (stopped(RUN, 77), "task-failed"),
    "a wrong setting": (stopped(RUN, 78), "task-failed"),
    "a bug": (stopped(RUN, 1), "task-failed"),
    "a run that was stopped": (stopped(RUN, 143, "UserInitiated"), "task-failed"),
    "a run out of memory": (stopped(RUN, 137), "task-failed"),
    "a transformer out of memory": (stopped(WORK, 137), "task-failed"),
    "a transformer that crashes": (stopped(WORK, 1), "task-failed"),
    "a missing image": (stopped(WORK, None, "TaskFailedToStart"), "task-not-started"),
    "a missing secret": (stopped(RUN, None, "TaskFailedToStart"), "task-not-started"),
    "a crash loop": (service("SERVICE_TASK_START_IMPAIRED"), "service-impaired"),
    "no capacity": (service("SERVICE_TASK_PLACEMENT_FAILURE"), "service-impaired"),
    "a failed deployment": (
        service("SERVICE_DEPLOYMENT_FAILED", "ECS Deployment State Change"),
        "service-impaired",
    ),
    "a failed crawl": (crawl("Failed"), "crawl-failed"),
}
OTHERS = f"{ECS}:cluster/others"
NOT_MATCHED = {
    "a finished run": stopped(RUN, 0),
    "a run that left playlists to the next": stopped(RUN, 75),
    "scaling in": stopped(WORK, 0, "ServiceSchedulerInitiated"),
    "a drained Spot instance": stopped(WORK, 0, "SpotInterruption"),
    "a task that stops but has not stopped": stopped(RUN, 1, lastStatus="DEPROVISIONING"),
    "another cluster's task": stopped(RUN, 1, clusterArn=OTHERS),
    "another cluster's failed start": stopped(RUN, None, "TaskFailedToStart", clusterArn=OTHERS),
    "a steady service": service("SERVICE_STEADY_STATE"),
    "a deployment": service("SERVICE_DEPLOYMENT_COMPLETED", "ECS Deployment State Change"),
    "another service": service("SERVICE_TASK_START_IMPAIRED", resource=f"{SERVICE}-2"),
    "a crawl": crawl("Succeeded"),
    "another crawler": crawl("Failed", "others"),
}


def matching(events: Events, patterns: dict[str, str], event: dict[str, Any]) -> list[str]:
    text = json.dumps(event)
    return [
        name.removeprefix("playlake-")
        for name, pattern in patterns.items()
        if events.test_event_pattern(EventPattern=pattern, Event=text)["Result"]
    ]


@pytest.mark.parametrize("what", MATCHED)
def test_a_failure_is_told_by_one_rule(events: Events, patterns: dict[str, str], what: str) -> None:
    event, rule = MATCHED[what]
    assert matching(events, patterns, event) == [rule]


@pytest.mark.parametrize("what", NOT_MATCHED)
def test_what_is_no_failure_is_told_by_no_rule(
    events: Events, patterns: dict[str, str], what: str
) -> None:
    assert matching(events, patterns, NOT_MATCHED[what]) == []


@pytest.mark.parametrize(
    ("rule", "event", "sentence"),
    [
        (
            "task-failed",
            MATCHED["a bug"][0],
            f"A task of {RUN} failed: read its exit status by `aws ecs describe-tasks ",
        ),
        ("task-not-started", MATCHED["a missing image"][0], f"A task of {WORK} could not be star"),
        (
            "service-impaired",
            MATCHED["a crash loop"][0],
            "ECS cannot keep the transformer running (SERVICE_TASK_START_IMPAIRED): read",
        ),
        ("crawl-failed", MATCHED["a failed crawl"][0], "A crawl failed: queries still work"),
    ],
)
def test_the_message_is_a_sentence_that_says_what_to_do(
    local_aws: LocalAws,
    events: Events,
    patterns: dict[str, str],
    rule: str,
    event: dict[str, Any],
    sentence: str,
) -> None:
    # Only AWS may send events of AWS, so a copy of the rule has another source.
    name, source = f"synthetic-{rule}", "synthetic"
    queue = local_aws.sqs.create_queue(QueueName=name)["QueueUrl"]
    pattern = {**json.loads(patterns[f"playlake-{rule}"]), "source": [source]}
    (target,) = events.list_targets_by_rule(Rule=f"playlake-{rule}")["Targets"]
    target["Arn"] = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[target])
    try:
        entry = {
            "Source": source,
            "DetailType": event["detail-type"],
            "Detail": json.dumps(event["detail"]),
            "Resources": event["resources"],
        }
        events.put_events(Entries=[entry])
        received = local_aws.sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)
    finally:
        events.remove_targets(Rule=name, Ids=[target["Id"]])
        events.delete_rule(Name=name)
    (message,) = received["Messages"]
    assert json.loads(message["Body"]).startswith(sentence)
