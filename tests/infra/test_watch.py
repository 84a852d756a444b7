"""Alarms, the dashboard, the token expiry reminder and the API."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from synthesised import of_type, only
from synthesised import template as synthesised_template

from playlake_infra.watch.token_expiry_reminder import token_expires_on

if TYPE_CHECKING:
    from playlake_infra.synth import Template

ALARM = "AWS::CloudWatch::Alarm"


def test_every_condition_has_an_alarm(
    template: Template,
) -> None:
    named = {a["AlarmName"] for a in of_type(template, ALARM).values() if "AlarmName" in a}
    assert named == {
        f"playlake-{word}"
        for word in (
            "authorisation",
            "dead-letters",
            "failed-starts",
            "no-finished-run",
            "oldest-message",
            "rejects",
        )
    }


def test_every_named_alarm_is_sent_to_the_topic_and_so_is_its_end(
    template: Template,
) -> None:
    for alarm in of_type(template, ALARM).values():
        if "AlarmName" in alarm:
            assert alarm["AlarmActions"] == alarm["OKActions"]
            assert [a["Ref"] for a in alarm["AlarmActions"]] == list(
                of_type(template, "AWS::SNS::Topic")
            )


@pytest.mark.parametrize(("variant", "hours"), [("thrifty", 36), ("standard", 9), ("large", 2)])
def test_the_alarm_for_missing_runs_covers_one_and_a_half_intervals(
    variant: str, hours: int
) -> None:
    alarm = _alarm(synthesised_template(variant), "no-finished-run")
    assert alarm["Period"] * alarm["EvaluationPeriods"] == hours * 3600
    assert alarm["TreatMissingData"] == "breaching"


def test_no_alarm_looks_back_further_than_cloudwatch_can(template: Template) -> None:
    for alarm in of_type(template, ALARM).values():
        if "Period" in alarm:
            week = 7 * 86_400 if alarm["Period"] >= 3600 else 86_400
            assert alarm["Period"] * alarm["EvaluationPeriods"] <= week


def test_runs_and_rejects_are_counted_from_log_events(template: Template) -> None:
    patterns = {
        f["MetricTransformations"][0]["MetricName"]: f["FilterPattern"]
        for f in of_type(template, "AWS::Logs::MetricFilter").values()
    }
    assert patterns == {
        "ObjectsRejected": '{ $.event = "object_rejected" }',
        "RunsFinished": '{ ($.event = "run_finished") || ($.event = "run_already_complete") }',
        "RunsRefused": '{ $.code = "authorisation_needed" }',
    }


def test_a_failed_crawl_is_sent_to_the_topic(template: Template) -> None:
    rule = only(template, "AWS::Events::Rule")
    assert rule["EventPattern"]["detail"] == {
        "crawlerName": ["playlake-curated"],
        "state": ["Failed"],
    }


def test_only_alarms_of_this_account_and_the_crawler_rule_may_publish(
    template: Template,
) -> None:
    policy = only(template, "AWS::SNS::TopicPolicy")["PolicyDocument"]
    allowed = {
        s["Principal"]["Service"]: s["Condition"]
        for s in policy["Statement"]
        if s["Effect"] == "Allow"
    }
    assert set(allowed) == {"cloudwatch.amazonaws.com", "events.amazonaws.com"}
    assert all(allowed.values())
    assert any(
        s.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        for s in policy["Statement"]
        if s["Effect"] == "Deny"
    )


def test_the_expiry_of_the_refresh_token_is_announced_three_weeks_before(
    everything: Template,
) -> None:
    schedule = only(everything, "AWS::Scheduler::Schedule", "Reminder")
    # Issued on 2026-11-21; expires on 2027-05-21.
    assert schedule["ScheduleExpression"] == "at(2027-04-30T09:00:00)"
    assert "2027-05-21" in json.dumps(schedule["Target"]["Input"])


@pytest.mark.parametrize(
    ("authorised_on", "expires_on"),
    [
        (date(2026, 1, 15), date(2026, 7, 15)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 12, 1), date(2027, 6, 1)),
    ],
)
def test_a_token_expires_six_months_after_it_was_issued(
    authorised_on: date, expires_on: date
) -> None:
    assert token_expires_on(authorised_on) == expires_on


def test_there_is_no_api_by_default(thrifty: Template) -> None:
    assert of_type(thrifty, "AWS::ApiGatewayV2::Api") == {}
    assert of_type(thrifty, "AWS::ServiceDiscovery::Service") == {}


def test_every_route_of_the_api_requires_a_signature(everything: Template) -> None:
    routes = of_type(everything, "AWS::ApiGatewayV2::Route").values()
    assert [(r["RouteKey"], r["AuthorizationType"]) for r in routes] == [
        ("GET /{proxy+}", "AWS_IAM")
    ]


def test_the_api_is_reached_through_its_link_limited_and_logged(everything: Template) -> None:
    assert only(everything, "AWS::ApiGatewayV2::Integration")["ConnectionType"] == "VPC_LINK"
    stage = only(everything, "AWS::ApiGatewayV2::Stage")
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == 10
    assert set(stage["AccessLogSettings"]) == {"DestinationArn", "Format"}


def test_a_dashboard_is_a_setting(thrifty: Template) -> None:
    assert of_type(thrifty, "AWS::CloudWatch::Dashboard") == {}
    assert only(synthesised_template("standard"), "AWS::CloudWatch::Dashboard")


def _alarm(template: Template, word: str) -> dict[str, Any]:
    (alarm,) = (
        a for a in of_type(template, ALARM).values() if a.get("AlarmName") == f"playlake-{word}"
    )
    return alarm
