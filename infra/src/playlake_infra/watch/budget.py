"""The budget of the account: it tells before a month costs more than somebody meant to spend.

It covers everything in the account, because AWS finds the costs of one deployment only by a tag
that somebody has activated for that before:
https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_budgets as budgets
from constructs import Construct

if TYPE_CHECKING:
    from aws_cdk import aws_sns as sns

    from playlake_infra.settings import Settings

_Notification = budgets.CfnBudget.NotificationProperty
_WithSubscribers = budgets.CfnBudget.NotificationWithSubscribersProperty
_SPENT_PERCENT = 80
_FORECAST_PERCENT = 100


class Budget(Construct):
    """A monthly budget whose notices go to the alarm topic."""

    def __init__(
        self, scope: Construct, name: str, settings: Settings, topic: sns.Topic, usd: float
    ) -> None:
        super().__init__(scope, name)
        self._topic = topic
        budgets.CfnBudget(
            self,
            "Resource",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_name=settings.name,
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=usd, unit="USD"),
            ),
            notifications_with_subscribers=[
                self._notice("ACTUAL", _SPENT_PERCENT),
                self._notice("FORECASTED", _FORECAST_PERCENT),
            ],
        )

    def _notice(self, kind: str, percent: int) -> _WithSubscribers:
        return _WithSubscribers(
            notification=_Notification(
                comparison_operator="GREATER_THAN",
                notification_type=kind,
                threshold=percent,
                threshold_type="PERCENTAGE",
            ),
            subscribers=[
                budgets.CfnBudget.SubscriberProperty(
                    address=self._topic.topic_arn, subscription_type="SNS"
                )
            ],
        )
