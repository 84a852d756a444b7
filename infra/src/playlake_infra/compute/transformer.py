"""The transformer: its task definition, its permissions and its ECS service.

No task is protected from scale-in or from the end of a Spot instance, because a stop loses
nothing. ECS allows two minutes, and the transformer needs 90 s at most to finish or return its
messages. SQS delivers every other message again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import Duration
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from playlake_contracts.deployed_settings import (
    DRAIN_SECONDS,
    HTTP_PORT,
    VISIBILITY_TIMEOUT_SECONDS,
)
from playlake_contracts.environment import PREFIX
from playlake_contracts.keys import (
    CURATED_PREFIX,
    ERASURES_PREFIX,
    FAILURES_PREFIX,
    QUARANTINE_PREFIX,
    RAW_PREFIX,
    REJECTED_PREFIX,
)
from playlake_infra.compute.lake_environment import lake_environment
from playlake_infra.compute.page import allow_page
from playlake_infra.compute.querying import allow_queries
from playlake_infra.compute.task import Container, Task

if TYPE_CHECKING:
    from aws_cdk import aws_sqs as sqs

    from playlake_infra.compute.images import Images
    from playlake_infra.compute.runtime import Runtime
    from playlake_infra.data.resources import Data
    from playlake_infra.data.storage import Storage
    from playlake_infra.settings import Settings
    from playlake_infra.watch.notices import Notices

SERVICE = "transformer"
# What the reconciler compares, and what is looked for before a file is written anew.
_LISTED = (CURATED_PREFIX, QUARANTINE_PREFIX, REJECTED_PREFIX)
_PYTHON = "/opt/venv/bin/python"
_CPU_UNITS_PER_PROCESS = 1024
_LIVENESS_CHECK = (
    f"import urllib.request as r; r.urlopen('http://127.0.0.1:{HTTP_PORT}/livez', timeout=4)"
)


class Transformer(Construct):
    """The transformer.

    Attributes:
        task: its task definition with roles and log.
        service: its ECS service.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        settings: Settings,
        data: Data,
        runtime: Runtime,
        notices: Notices | None = None,
    ) -> None:
        super().__init__(scope, name)
        self._settings = settings
        self._topic = None if notices is None else notices.topic.topic_arn
        container = Container(
            service=SERVICE,
            image=runtime.images.transformer,
            size=settings.transformer,
            environment=self._environment(data),
            health_check=_health_check(),
            secrets=self._secrets(),
        )
        self.task = Task(self, "Task", settings, container)
        port = ecs.PortMapping(container_port=HTTP_PORT, name="http")
        self.task.container.add_port_mappings(port)
        _allow(self.task, data)
        if settings.is_queried:
            allow_queries(self.task, settings, data)
        if settings.api:
            allow_page(self.task, data)
        if notices is not None:
            notices.allow(self.task, data.storage)
        self.service = self._service(runtime)

    def _environment(self, data: Data) -> dict[str, str]:
        settings = self._settings
        return environment_of(
            settings,
            data,
            queue_url=data.events.queue.queue_url,
            overwrites_queue_url=data.events.overwrites.queue_url,
            crawl=settings.crawl,
            crawler_daily_limit=settings.crawls_per_day,
            reconcile_seconds=settings.reconcile_seconds,
            reconcile_days=settings.reconcile_days,
            http_port=HTTP_PORT,
            **({} if self._topic is None else {"notices_topic": self._topic}),
            **self._served(),
        )

    def _served(self) -> dict[str, str]:
        """Where the page and the API listen; without an API only the task itself reaches them."""
        if not self._settings.api:
            return {}
        return {"http_host": "0.0.0.0", "http_addresses": f"https://{api_host(self._settings)}"}  # noqa: S104  the security group lets the link in alone

    def _secrets(self) -> dict[str, ecs.Secret]:
        arn = self._settings.tokens_secret_arn
        if arn is None:
            return {}
        secret = secretsmanager.Secret.from_secret_complete_arn(self, "Tokens", arn)
        return {f"{PREFIX}TOKENS": ecs.Secret.from_secrets_manager(secret)}

    def _service(self, runtime: Runtime) -> ecs.FargateService:
        network = runtime.network
        provider = "FARGATE_SPOT" if self._settings.transformer_spot else "FARGATE"
        return ecs.FargateService(
            self,
            "Service",
            service_name=f"{self._settings.name}-{SERVICE}",
            cluster=runtime.cluster,
            task_definition=self.task.definition,
            desired_count=cdk.Token.as_number(self._desired_count(runtime.images)),
            capacity_provider_strategies=[
                ecs.CapacityProviderStrategy(capacity_provider=provider, weight=1)
            ],
            circuit_breaker=ecs.DeploymentCircuitBreaker(enable=True, rollback=True),
            min_healthy_percent=100,
            max_healthy_percent=200,
            enable_execute_command=False,
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
            assign_public_ip=network.has_public_transformers,
            security_groups=[network.transformer_group],
            vpc_subnets=network.transformer_subnets,
        )

    def _desired_count(self, images: Images) -> cdk.ICfnRuleConditionExpression:
        """The number of tasks, which the template leaves to the scaling if there is one.

        Without a number a new service starts one task, and an update keeps the present number: a
        deployment in the middle of a backlog stops no task.
        https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html
        """
        minimum = self._settings.transformer_minimum
        count = cdk.Aws.NO_VALUE if self._settings.is_scaled else minimum
        return images.if_pushed(count, 0)


def api_host(settings: Settings) -> str:
    """The name under which API Gateway asks the transformers."""
    return f"{SERVICE}.{settings.name}.internal"


def _health_check() -> ecs.HealthCheck:
    return ecs.HealthCheck(
        command=["CMD", _PYTHON, "-c", _LIVENESS_CHECK],
        interval=Duration.seconds(30),
        timeout=Duration.seconds(5),
        retries=3,
        start_period=Duration.seconds(60),
    )


def environment_of(settings: Settings, data: Data, **more: str | float) -> dict[str, str]:
    """The variables of whatever commits, with some of its own."""
    return lake_environment(
        settings,
        data,
        dead_letter_queue_url=data.events.dead_letters.queue_url,
        glue_database=data.catalog.database,
        crawler_name=data.crawler.crawler_name,
        transform_processes=max(1, settings.transformer.cpu // _CPU_UNITS_PER_PROCESS),
        visibility_timeout_seconds=VISIBILITY_TIMEOUT_SECONDS,
        drain_seconds=DRAIN_SECONDS,
        **more,
    )


def allow_commits(task: Task, data: Data, queue: sqs.Queue) -> None:
    """Allow committing what a queue announces.

    Args:
        task: the task.
        data: the lake.
        queue: its queue.
    """
    _allow_objects(task, data.storage)
    task.allow(
        ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"],
        [queue.queue_arn],
    )
    task.allow(["sqs:SendMessage"], [data.events.dead_letters.queue_arn])
    task.allow(
        ["glue:BatchCreatePartition", "glue:BatchUpdatePartition", "glue:GetPartition"],
        data.catalog.arns,
        wildcard_reason="the tables of the one database",
    )


def _allow(task: Task, data: Data) -> None:
    events = data.events
    allow_commits(task, data, events.queue)
    # What the transformer itself may not do.
    task.allow(["sqs:SendMessage"], [events.overwrites.queue_arn])
    # The reconciler announces raw objects whose events were lost, unless the queue may hold them.
    task.allow(["sqs:GetQueueAttributes", "sqs:SendMessage"], [events.queue.queue_arn])
    task.allow(["glue:GetCrawler", "glue:StartCrawler"], [data.crawler.arn])


def _allow_objects(task: Task, storage: Storage) -> None:
    raw, curated = storage.raw, storage.curated
    named_at_run_time = "objects are named at run time, under fixed prefixes"
    task.allow(
        ["s3:GetObject", "s3:GetObjectVersion"],
        [raw.arn_for_objects(f"{RAW_PREFIX}*")],
        wildcard_reason=named_at_run_time,
    )
    # The reconciler compares them, and a list says whether S3 refuses an object or has none. What
    # was erased says so by the keys of its tombstones.
    task.allow(
        ["s3:ListBucket"],
        [raw.bucket_arn],
        conditions={"StringLike": {"s3:prefix": [f"{RAW_PREFIX}*", f"{ERASURES_PREFIX}*"]}},
    )
    # Reading is for the comparison with an object that another attempt has already written.
    task.allow(
        ["s3:GetObject", "s3:PutObject"],
        [curated.arn_for_objects(f"{prefix}*") for prefix in (CURATED_PREFIX, QUARANTINE_PREFIX)],
        wildcard_reason=named_at_run_time,
    )
    task.allow(
        ["s3:GetObject", "s3:PutObject"],
        [curated.arn_for_objects(f"{prefix}*") for prefix in (FAILURES_PREFIX, REJECTED_PREFIX)],
        wildcard_reason=named_at_run_time,
    )
    # As above: for a record that is not there.
    task.allow(
        ["s3:ListBucket"],
        [curated.bucket_arn],
        conditions={"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in _LISTED]}},
    )
    storage.allow_key(task.role, "kms:Decrypt", "kms:GenerateDataKey")
