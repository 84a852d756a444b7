"""EventBridge rules that send events of ECS and Glue to the alarm topic, as a sentence each.

AWS publishes these events within seconds and without a metric, and rules on them cost nothing:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import aws_events as events
from constructs import Construct

from playlake_contracts.errors import ErrorCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aws_cdk import aws_ecs as ecs
    from aws_cdk import aws_sns as sns

    from playlake_infra.settings import Settings

# A run that leaves playlists to the next has ended as it should.
_EXPECTED_STATUSES: Final = [0, ErrorCode.STOPPED_EARLY.info.exit_status]
_SERVICE_TROUBLE: Final = [
    "SERVICE_DEPLOYMENT_FAILED",
    "SERVICE_TASK_CONFIGURATION_FAILURE",
    "SERVICE_TASK_PLACEMENT_FAILURE",
    "SERVICE_TASK_START_IMPAIRED",
]
_TASK: Final = {"group": "$.detail.group", "task": "$.detail.taskArn"}


@dataclass(frozen=True, slots=True)
class Notice:
    """An event that somebody is told of.

    Attributes:
        name: the rule's name after that of the deployment.
        pattern: which events match.
        sentence: what happened and what to do; `<name>` is a value of the event.
        values: where those values are in an event. None of them can hold a quotation mark, which
            would break the message: reasons of AWS can, so a command shows them.
    """

    name: str
    pattern: Mapping[str, Any]
    sentence: str
    values: Mapping[str, str] = field(default_factory=dict)


class EventRules(Construct):
    """A rule for each notice.

    Attributes:
        arns: the ARNs of the rules, which may publish on the topic.
    """

    def __init__(
        self, scope: Construct, name: str, settings: Settings, topic: sns.Topic, watched: Watched
    ) -> None:
        super().__init__(scope, name)
        notices = _notices(settings, watched)
        self.arns = [self._rule(settings, topic, notice).attr_arn for notice in notices]

    def _rule(self, settings: Settings, topic: sns.Topic, notice: Notice) -> events.CfnRule:
        target = events.CfnRule.TargetProperty(
            arn=topic.topic_arn,
            id="topic",
            input_transformer=events.CfnRule.InputTransformerProperty(
                input_paths_map=notice.values, input_template=json.dumps(notice.sentence)
            ),
        )
        return events.CfnRule(
            self,
            notice.name,
            name=f"{settings.name}-{notice.name}",
            description=notice.sentence.partition(":")[0],
            event_pattern=notice.pattern,
            targets=[target],
        )


@dataclass(frozen=True, slots=True)
class Watched:
    """The resources whose events are watched; the service is the transformer's."""

    cluster: ecs.ICluster
    service_arn: str
    crawler_name: str


def _notices(settings: Settings, watched: Watched) -> Iterator[Notice]:
    describe = f"aws ecs describe-tasks --cluster {settings.name} --tasks <task>"
    stopped = {"clusterArn": [watched.cluster.cluster_arn], "lastStatus": ["STOPPED"]}
    yield Notice(
        "task-failed",
        _from_ecs(
            {
                **stopped,
                # A task that runs out of memory ends with 137.
                "containers": {"exitCode": [{"anything-but": _EXPECTED_STATUSES}]},
            },
            "ECS Task State Change",
        ),
        f"A task of <group> failed: read its exit status by `{describe}`, its log in the log group "
        f"/{settings.name}/ with the name of the service, and what to do under "
        "«Exit status» of docs/operations.md.",
        _TASK,
    )
    yield Notice(
        "task-not-started",
        _from_ecs({**stopped, "stopCode": ["TaskFailedToStart"]}, "ECS Task State Change"),
        f"A task of <group> could not be started: read the reason by `{describe}`; usually the "
        "image or the secret is missing, or the task cannot reach AWS.",
        _TASK,
    )
    yield Notice(
        "service-impaired",
        {
            **_from_ecs(
                {"eventName": _SERVICE_TROUBLE}, "ECS Service Action", "ECS Deployment State Change"
            ),
            "resources": [watched.service_arn],
        },
        "ECS cannot keep the transformer running (<event>): read the events of the service by "
        f"`aws ecs describe-services --cluster {settings.name} --services {settings.name}"
        f"-transformer`, and the log group /{settings.name}/transformer.",
        {"event": "$.detail.eventName"},
    )
    yield Notice(
        "crawl-failed",
        {
            "source": ["aws.glue"],
            "detail-type": ["Glue Crawler State Change"],
            "detail": {"crawlerName": [watched.crawler_name], "state": ["Failed"]},
        },
        "A crawl failed: queries still work, because commits register their days; read its log in "
        "the log group /aws-glue/crawlers.",
    )
    if settings.backfill != "off":
        yield Notice(
            "backfill-failed",
            _failure_of(settings.names.backfill_job),
            "A backfill failed: what it committed stays; read its log in the log group "
            "/aws-glue/jobs/error, and start the job again.",
        )
    if settings.compaction_engine == "glue":
        yield Notice(
            "compaction-failed",
            _failure_of(settings.names.compaction_job),
            "A compaction failed: what it brought into force stays; read its log in the log group "
            "/aws-glue/jobs/error; the next one goes on.",
        )


def _failure_of(job: str) -> dict[str, Any]:
    """The events of a Glue job that failed."""
    return {
        "source": ["aws.glue"],
        "detail-type": ["Glue Job State Change"],
        "detail": {"jobName": [job], "state": ["ERROR", "FAILED", "TIMEOUT"]},
    }


def _from_ecs(detail: Mapping[str, Any], *kinds: str) -> dict[str, Any]:
    return {"source": ["aws.ecs"], "detail-type": list(kinds), "detail": dict(detail)}
