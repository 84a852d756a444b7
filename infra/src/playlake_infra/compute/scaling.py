"""Scaling of the transformer by the length of the queue, and back once the queue is empty.

CPU is not a useful measure, because a transformer waits for S3 most of the time. Scaling policies
are invoked again every minute while their alarm is on, so each policy sets a number of tasks
instead of adding some.
https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import aws_applicationautoscaling as autoscaling
from constructs import Construct

from playlake_infra.compute.scaling_alarms import backlog_alarm, idle_alarm

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_sqs as sqs

    from playlake_infra.compute.transformer import Transformer
    from playlake_infra.settings import Settings

_MESSAGES_PER_TASK = 100
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
        steps = _steps(settings.transformer_maximum)
        self._policy("Out", target, steps, backlog_alarm(self, queue))
        fewest = _Step(
            metric_interval_upper_bound=0, scaling_adjustment=settings.transformer_minimum
        )
        self._policy("In", target, [fewest], idle_alarm(self, queue))

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


def _steps(maximum: int) -> list[autoscaling.CfnScalingPolicy.StepAdjustmentProperty]:
    """One task, and one more per hundred messages; bounds are relative to the threshold of 1.

    The number falls with the backlog, step by step, as it rose.
    """
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
