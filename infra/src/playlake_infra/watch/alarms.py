"""The alarm topic, an alarm for each condition, and the rules on events of ECS and Glue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from playlake_infra.compute.transformer import SERVICE as TRANSFORMER
from playlake_infra.watch.budget import Budget
from playlake_infra.watch.conditions import all_conditions
from playlake_infra.watch.event_rules import EventRules, Watched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_ecs as ecs

    from playlake_infra.compute.schedule import Schedule
    from playlake_infra.data.resources import Data
    from playlake_infra.settings import Settings
    from playlake_infra.watch.condition import Condition


# https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
_OF_THIS_ACCOUNT: Final = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}}


class Alarms(Construct):
    """The topic and the alarms.

    Attributes:
        topic: the topic that alarms are sent to.
        alarms: all alarms.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        settings: Settings,
        data: Data,
        schedule: Schedule,
        transformer: ecs.FargateService,
    ) -> None:
        super().__init__(scope, name)
        self._settings = settings
        self.topic = self._topic()
        self._let_publish("cloudwatch", _OF_THIS_ACCOUNT)
        conditions = all_conditions(settings, data.events, schedule)
        self.alarms = [self._alarm(condition) for condition in conditions]
        # By its name: a reference would make every new image a change of the rules as well.
        transformers = cdk.Stack.of(self).format_arn(
            service="ecs",
            resource="service",
            resource_name=f"{settings.name}/{settings.name}-{TRANSFORMER}",
        )
        watched = Watched(transformer.cluster, transformers, data.crawler.crawler_name)
        rules = EventRules(self, "Events", settings, self.topic, watched)
        self._let_publish("events", {"ArnEquals": {"aws:SourceArn": rules.arns}})
        if settings.budget_usd is not None:
            Budget(self, "Budget", settings, self.topic, settings.budget_usd)
            self._let_publish("budgets", _OF_THIS_ACCOUNT)

    def _topic(self) -> sns.Topic:
        topic = sns.Topic(
            self, "Topic", topic_name=f"{self._settings.name}-alarms", enforce_ssl=True
        )
        if self._settings.alarm_email is not None:
            topic.add_subscription(subscriptions.EmailSubscription(self._settings.alarm_email))
        return topic

    def _alarm(self, condition: Condition) -> cloudwatch.Alarm:
        alarm = cloudwatch.Alarm(
            self,
            condition.name,
            alarm_name=f"{self._settings.name}-{condition.name}",
            alarm_description=condition.description,
            metric=condition.metric,
            threshold=condition.threshold,
            comparison_operator=condition.comparison,
            evaluation_periods=condition.periods,
            treat_missing_data=condition.missing,
        )
        action = actions.SnsAction(self.topic)
        alarm.add_alarm_action(action)
        alarm.add_ok_action(action)
        return alarm

    def _let_publish(self, service: str, condition: Mapping[str, Mapping[str, Any]]) -> None:
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal(f"{service}.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions=condition,
            )
        )
