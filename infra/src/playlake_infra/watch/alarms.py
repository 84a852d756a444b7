"""The alarm topic, an alarm for each condition, and a rule for failed crawls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from playlake_infra.watch.conditions import all_conditions

if TYPE_CHECKING:
    from playlake_infra.compute.schedule import Schedule
    from playlake_infra.data.crawler import Crawler
    from playlake_infra.data.resources import Data
    from playlake_infra.settings import Settings
    from playlake_infra.watch.conditions import Condition
    from playlake_infra.watch.metrics import Metrics


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
        metrics: Metrics,
    ) -> None:
        super().__init__(scope, name)
        self._settings = settings
        self.topic = self._topic()
        conditions = all_conditions(settings, data.events, schedule, metrics)
        self.alarms = [self._alarm(condition) for condition in conditions]
        self._report_failed_crawls(data.crawler)

    def _topic(self) -> sns.Topic:
        topic = sns.Topic(
            self, "Topic", topic_name=f"{self._settings.name}-alarms", enforce_ssl=True
        )
        topic.add_to_resource_policy(_may_publish("cloudwatch", topic))
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

    def _report_failed_crawls(self, crawler: Crawler) -> None:
        """Send failed crawls to the topic: Glue publishes events of crawls, but no metric."""
        rule = events.CfnRule(
            self,
            "CrawlFailed",
            description="A crawl failed",
            event_pattern={
                "source": ["aws.glue"],
                "detail-type": ["Glue Crawler State Change"],
                "detail": {"crawlerName": [crawler.crawler_name], "state": ["Failed"]},
            },
            targets=[events.CfnRule.TargetProperty(arn=self.topic.topic_arn, id="topic")],
        )
        self.topic.add_to_resource_policy(_may_publish("events", self.topic, rule.attr_arn))


def _may_publish(service: str, topic: sns.Topic, source: str | None = None) -> iam.PolicyStatement:
    account = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}}
    return iam.PolicyStatement(
        principals=[iam.ServicePrincipal(f"{service}.amazonaws.com")],
        actions=["sns:Publish"],
        resources=[topic.topic_arn],
        conditions=account if source is None else {"ArnEquals": {"aws:SourceArn": source}},
    )
