"""Metrics that CloudWatch counts from the log lines of the services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

from playlake_contracts.errors import ErrorCode
from playlake_contracts.log_events import ObjectRejected, RunAlreadyComplete, RunFinished

if TYPE_CHECKING:
    from playlake_infra.compute.extractor import Extractor
    from playlake_infra.compute.transformer import Transformer
    from playlake_infra.settings import Settings


class Metrics(Construct):
    """Counts of log events.

    Attributes:
        runs: runs that landed their manifest.
        refused: runs whose credentials Spotify refused.
        rejects: raw objects and messages that were rejected.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        settings: Settings,
        extractor: Extractor,
        transformer: Transformer,
    ) -> None:
        super().__init__(scope, name)
        self._namespace = settings.name
        runs, objects = extractor.task.log, transformer.task.log
        finished = logs.FilterPattern.any(
            *(
                logs.FilterPattern.string_value("$.event", "=", event.name())
                for event in (RunFinished, RunAlreadyComplete)
            )
        )
        refused = logs.FilterPattern.string_value("$.code", "=", ErrorCode.AUTHORISATION_NEEDED)
        rejected = logs.FilterPattern.string_value("$.event", "=", ObjectRejected.name())
        self.runs = self._count("RunsFinished", runs, finished)
        self.refused = self._count("RunsRefused", runs, refused)
        self.rejects = self._count("ObjectsRejected", objects, rejected)

    def _count(
        self, name: str, log: logs.LogGroup, pattern: logs.IFilterPattern
    ) -> cloudwatch.Metric:
        found = logs.MetricFilter(
            self,
            name,
            log_group=log,
            filter_pattern=pattern,
            metric_namespace=self._namespace,
            metric_name=name,
            metric_value="1",
        )
        return found.metric(statistic="Sum")
