"""Scaling of the transformer by the length of the queue, and back once the queue is empty.

CPU is not a useful measure, because a transformer waits for S3 most of the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import Duration
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

if TYPE_CHECKING:
    from aws_cdk import aws_sqs as sqs

    from playlake_infra.compute.transformer import Transformer
    from playlake_infra.settings import Settings

_MESSAGES_PER_TASK = 100
_MINUTE = Duration.minutes(1)
# Longer than the crawler's quiet time, so that the crawl of the last run starts first.
_IDLE_MINUTES = 15
_COOLDOWN_SECONDS = 60
_Step = autoscaling.CfnScalingPolicy.StepAdjustmentProperty


class Scaling(Construct):
    """Step scaling of the transformer's service."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        settings: Settings,
        transformer: Transformer,
        queue: sqs.Queue,
    ) -> None:
        super().__init__(scope, name)
        target = self._target(settings, transformer)
        self._policy("Out", target, _steps(settings.transformer_maximum), self._backlog(queue))
        fewest = _Step(
            metric_interval_upper_bound=0, scaling_adjustment=settings.transformer_minimum
        )
        self._policy("In", target, [fewest], self._idle(queue))

    def _target(
        self, settings: Settings, transformer: Transformer
    ) -> autoscaling.CfnScalableTarget:
        service = transformer.service
        return autoscaling.CfnScalableTarget(
            self,
            "Target",
            service_namespace="ecs",
            scalable_dimension="ecs:service:DesiredCount",
            resource_id=f"service/{service.cluster.cluster_name}/{service.service_name}",
            min_capacity=settings.transformer_minimum,
            max_capacity=settings.transformer_maximum,
        )

    def _policy(
        self,
        name: str,
        target: autoscaling.CfnScalableTarget,
        steps: list[autoscaling.CfnScalingPolicy.StepAdjustmentProperty],
        alarm: cloudwatch.Alarm,
    ) -> None:
        """Set the number of tasks to that of the matching step while the alarm is on."""
        policy = autoscaling.CfnScalingPolicy(
            self,
            name,
            policy_name=name,
            policy_type="StepScaling",
            scaling_target_id=target.ref,
            step_scaling_policy_configuration=(
                autoscaling.CfnScalingPolicy.StepScalingPolicyConfigurationProperty(
                    adjustment_type="ExactCapacity",
                    cooldown=_COOLDOWN_SECONDS,
                    metric_aggregation_type="Maximum",
                    step_adjustments=steps,
                )
            ),
        )
        cast("cloudwatch.CfnAlarm", alarm.node.default_child).alarm_actions = [policy.ref]

    def _backlog(self, queue: sqs.Queue) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            "Backlog",
            alarm_description="Scales out: messages wait for a transformer",
            metric=queue.metric_approximate_number_of_messages_visible(
                period=_MINUTE, statistic="Maximum"
            ),
            threshold=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _idle(self, queue: sqs.Queue) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            "Idle",
            alarm_description="Scales in: nothing has been queued or worked on for a while",
            metric=_messages_held(queue),
            threshold=1,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            evaluation_periods=_IDLE_MINUTES,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )


def _messages_held(queue: sqs.Queue) -> cloudwatch.MathExpression:
    """The number of messages that wait or are in flight."""
    return cloudwatch.MathExpression(
        expression="waiting + taken",
        label="messages held",
        period=_MINUTE,
        using_metrics={
            "waiting": queue.metric_approximate_number_of_messages_visible(
                period=_MINUTE, statistic="Maximum"
            ),
            "taken": queue.metric_approximate_number_of_messages_not_visible(
                period=_MINUTE, statistic="Maximum"
            ),
        },
    )


def _steps(maximum: int) -> list[autoscaling.CfnScalingPolicy.StepAdjustmentProperty]:
    """One task, and one more per hundred messages; bounds are relative to the threshold of 1."""
    lowest = [0.0, *(n * _MESSAGES_PER_TASK - 1.0 for n in range(1, maximum))]
    highest = [*lowest[1:], None]
    return [
        _Step(
            metric_interval_lower_bound=low,
            metric_interval_upper_bound=high,
            scaling_adjustment=tasks,
        )
        for tasks, (low, high) in enumerate(zip(lowest, highest, strict=True), start=1)
    ]
