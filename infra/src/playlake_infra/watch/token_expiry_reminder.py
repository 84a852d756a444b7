"""A reminder before the refresh token expires, which is six months after it was issued.

https://developer.spotify.com/documentation/web-api/tutorials/refreshing-tokens
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

if TYPE_CHECKING:
    from aws_cdk import aws_sns as sns

    from playlake_infra.settings import Settings

_TOKEN_MONTHS = 6
_NOTICE = timedelta(days=21)


class TokenExpiryReminder(Construct):
    """A one-time schedule that publishes a message on the alarm topic."""

    def __init__(
        self, scope: Construct, name: str, settings: Settings, topic: sns.Topic, authorised_on: date
    ) -> None:
        super().__init__(scope, name)
        expires_on = token_expires_on(authorised_on)
        scheduler.CfnSchedule(
            self,
            "Schedule",
            name=f"{settings.name}-refresh-token",
            description="Spotify's refresh token expires soon",
            schedule_expression=f"at({reminded_on(authorised_on)}T09:00:00)",
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=f"arn:{cdk.Aws.PARTITION}:scheduler:::aws-sdk:sns:publish",
                role_arn=self._role(topic).role_arn,
                input=_message(settings, topic, expires_on),
            ),
        )

    def _role(self, topic: sns.Topic) -> iam.Role:
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
            ),
        )
        role.add_to_principal_policy(
            iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn])
        )
        return role


def token_expires_on(authorised_on: date) -> date:
    """The day on which a refresh token expires."""
    years, month = divmod(authorised_on.month - 1 + _TOKEN_MONTHS, 12)
    year, month = authorised_on.year + years, month + 1
    return date(year, month, min(authorised_on.day, calendar.monthrange(year, month)[1]))


def reminded_on(authorised_on: date) -> date:
    """The day on which the reminder is sent."""
    return token_expires_on(authorised_on) - _NOTICE


def _message(settings: Settings, topic: sns.Topic, expires_on: date) -> str:
    stack = cdk.Stack.of(topic)
    return stack.to_json_string(
        {
            "TopicArn": topic.topic_arn,
            "Subject": f"{settings.name}: Spotify's refresh token expires on {expires_on}",
            "Message": f"Before {expires_on}, run `playlake login --to "
            f"secretsmanager:{settings.spotify_secret}` and deploy with the new "
            "spotify_authorised_on.",
        }
    )
