"""Alarms, the dashboard, the token expiry reminder and the API."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from synthesised import VARIANTS, as_list, of_type, only, values
from synthesised import template as synthesised_template

from playlake_contracts.metrics import Metric
from playlake_infra.presets import PRESETS, InvalidSettingsError, settings_of
from playlake_infra.watch.metrics import metric_of
from playlake_infra.watch.receivers import receiver_warnings
from playlake_infra.watch.token_expiry_reminder import token_expires_on

if TYPE_CHECKING:
    from playlake_infra.synth import Template

ALARM = "AWS::CloudWatch::Alarm"
SENT = {metric.value for metric in Metric if metric.is_on_cloudwatch}


def test_every_named_alarm_is_sent_to_the_topic_and_so_is_its_end(
    template: Template,
) -> None:
    for alarm in of_type(template, ALARM).values():
        if "AlarmName" in alarm:
            assert alarm["AlarmActions"] == alarm["OKActions"]
            (topic,) = (a["Ref"] for a in alarm["AlarmActions"])
            named = of_type(template, "AWS::SNS::Topic")[topic]["TopicName"]
            assert named == "playlake-alarms"


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


def test_no_alarm_counts_log_lines(template: Template) -> None:
    assert of_type(template, "AWS::Logs::MetricFilter") == {}


def test_every_metric_of_an_alarm_is_one_that_a_service_sends(template: Template) -> None:
    alarms = of_type(template, ALARM).values()
    own = [alarm for alarm in alarms if alarm.get("Namespace", "").startswith("playlake")]
    assert {alarm["MetricName"] for alarm in own} <= SENT
    assert not any("Dimensions" in alarm for alarm in own)
    given = [v for v in values(template) if isinstance(v, dict) and "Value" in v]
    namespaces = [v["Value"] for v in given if v.get("Name") == "PLAYLAKE_METRICS_NAMESPACE"]
    assert len(namespaces) == len(of_type(template, "AWS::ECS::TaskDefinition"))
    assert set(namespaces) == {alarm["Namespace"] for alarm in own}


def test_an_alarm_of_a_run_stays_until_a_run_is_fine(template: Template) -> None:
    runs = {
        "authorisation",
        "failed-playlists",
        "partial-runs",
        "read-too-little",
        "token",
    }
    missing = {
        alarm["AlarmName"].removeprefix("playlake-")
        for alarm in of_type(template, ALARM).values()
        if alarm.get("TreatMissingData") == "ignore"
    }
    sources = {i.removeprefix("playlake/") for i in _namespaces(template)} - {"playlake"}
    # Only Spotify is read with a consent that ends.
    assert missing == runs | {f"{s}-{one}" for s in sources for one in runs - {"token"}}


def test_only_alarms_and_budgets_of_this_account_and_the_rules_may_publish(
    template: Template,
) -> None:
    policy = only(template, "AWS::SNS::TopicPolicy", "Alarms")["PolicyDocument"]
    allowed = {
        service: s["Condition"]
        for s in policy["Statement"]
        if s["Effect"] == "Allow"
        for service in as_list(s["Principal"]["Service"])
    }
    assert set(allowed) - {"budgets.amazonaws.com"} == {
        "cloudwatch.amazonaws.com",
        "events.amazonaws.com",
    }
    assert all(allowed.values())
    rules = allowed["events.amazonaws.com"]["ArnEquals"]["aws:SourceArn"]
    told = {i for i in of_type(template, "AWS::Events::Rule") if i.startswith("Alarms")}
    assert {arn["Fn::GetAtt"][0] for arn in rules} == told
    assert any(
        s.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        for s in policy["Statement"]
        if s["Effect"] == "Deny"
    )


def test_runs_that_are_far_apart_have_a_watcher_instead_of_an_alarm_that_waits() -> None:
    weekly = synthesised_template("fixed")
    watcher = only(weekly, "AWS::Scheduler::Schedule", "Watcher")
    assert watcher["ScheduleExpression"] == "rate(1 day)"
    (override,) = json.loads(watcher["Target"]["Input"])["containerOverrides"]
    assert override == {"name": "extractor", "command": ["overdue", "--after", "252h"]}
    alarm = _alarm(weekly, "overdue")
    assert (alarm["Threshold"], alarm["TreatMissingData"]) == (252, "breaching")
    named = {a.get("AlarmName") for a in of_type(weekly, ALARM).values()}
    assert "playlake-no-finished-run" not in named


def test_every_preset_has_an_alarm_that_waits_and_no_watcher(thrifty: Template) -> None:
    names = {each["Name"] for each in of_type(thrifty, "AWS::Scheduler::Schedule").values()}
    assert names == {"playlake-extract", "playlake-overwrite", "playlake-retention"}
    assert _alarm(thrifty, "no-finished-run")


@pytest.mark.parametrize(
    ("schedule", "needs_watcher"),
    [
        ("rate(1 minute)", False),
        ("rate(112 hours)", False),
        ("rate(113 hours)", True),
        ("rate(31 days)", True),
    ],
)
def test_every_interval_up_to_31_days_is_accepted(schedule: str, needs_watcher: bool) -> None:
    settings = settings_of("thrifty", {"schedule": schedule})
    assert settings.needs_watcher == needs_watcher


def test_a_longer_interval_is_refused() -> None:
    with pytest.raises(InvalidSettingsError, match="may be 31 days apart at most: run more often"):
        settings_of("thrifty", {"schedule": "rate(32 days)"})


def test_a_budget_tells_the_topic_before_a_month_costs_more(everything: Template) -> None:
    budget = only(everything, "AWS::Budgets::Budget")
    assert budget["Budget"]["BudgetLimit"] == {"Amount": 30, "Unit": "USD"}
    (topic,) = (each for each in of_type(everything, "AWS::SNS::Topic") if "Alarms" in each)
    notices = budget["NotificationsWithSubscribers"]
    assert {n["Notification"]["NotificationType"] for n in notices} == {"ACTUAL", "FORECASTED"}
    assert all(
        n["Subscribers"] == [{"Address": {"Ref": topic}, "SubscriptionType": "SNS"}]
        for n in notices
    )
    policy = only(everything, "AWS::SNS::TopicPolicy", "Alarms")["PolicyDocument"]["Statement"]
    allowed = [
        a for s in policy if s["Effect"] == "Allow" for a in as_list(s["Principal"]["Service"])
    ]
    assert "budgets.amazonaws.com" in allowed
    assert of_type(synthesised_template("thrifty"), "AWS::Budgets::Budget") == {}


@pytest.mark.parametrize("preset", PRESETS)
def test_nobody_is_told_of_runs_by_default(preset: str) -> None:
    found = synthesised_template(preset)
    assert [t["TopicName"] for t in of_type(found, "AWS::SNS::Topic").values()] == [
        "playlake-alarms"
    ]
    assert "PLAYLAKE_NOTICES_TOPIC" not in str(found)


def test_runs_are_told_by_mail_and_https_through_a_topic_of_their_own(
    everything: Template,
) -> None:
    (topic,) = (each for each in of_type(everything, "AWS::SNS::Topic") if "Notices" in each)
    told = {
        (each["Protocol"], each["Endpoint"])
        for each in of_type(everything, "AWS::SNS::Subscription").values()
        if each["TopicArn"] == {"Ref": topic}
    }
    assert told == {
        ("email", "listener@example.com"),
        ("https", "https://example.com/hook?for=playlake"),
    }
    (statement,) = only(everything, "AWS::SNS::TopicPolicy", "Notices")["PolicyDocument"][
        "Statement"
    ]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    variables = {
        v["Name"]: v["Value"]
        for v in values(everything)
        if isinstance(v, dict) and {"Name", "Value"} <= set(v)
    }
    assert variables["PLAYLAKE_NOTICES_TOPIC"] == {"Ref": topic}
    assert everything["Outputs"]["NoticeTopic"]["Value"] == {"Ref": topic}


@pytest.mark.parametrize(
    "wrong",
    [
        {"notice_url": "http://example.com/hook"},
        {"notice_url": "https://"},
        {"notice_url": "https://user:password@example.com"},
        {"notice_email": "nobody"},
    ],
)
def test_an_address_that_no_notice_reaches_is_refused(wrong: dict[str, str]) -> None:
    (name,) = wrong
    with pytest.raises(InvalidSettingsError, match=f"correct {name}"):
        settings_of("thrifty", wrong)


def test_a_deployment_that_tells_nobody_says_so() -> None:
    (warning,) = receiver_warnings(VARIANTS["thrifty"])
    assert warning == (
        "nobody is told of an alarm: set alarm_email, or subscribe to the topic playlake-alarms"
    )
    assert list(receiver_warnings(VARIANTS["everything"])) == []
    described = {
        v: synthesised_template(v)["Outputs"]["AlarmTopic"]["Description"] for v in VARIANTS
    }
    assert described["thrifty"].startswith("Nobody is told of an alarm: set alarm_email")
    assert described["everything"].startswith("Alarms go to somebody@example.com")


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
    assert {(r["RouteKey"], r["AuthorizationType"]) for r in routes} == {
        (f"{method} /{{proxy+}}", "AWS_IAM") for method in ("GET", "HEAD", "POST")
    }


def test_the_api_is_reached_through_its_link_limited_and_logged(everything: Template) -> None:
    assert only(everything, "AWS::ApiGatewayV2::Integration")["ConnectionType"] == "VPC_LINK"
    stage = only(everything, "AWS::ApiGatewayV2::Stage")
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == 10
    assert set(stage["AccessLogSettings"]) == {"DestinationArn", "Format"}


def test_a_dashboard_is_a_setting(thrifty: Template) -> None:
    assert of_type(thrifty, "AWS::CloudWatch::Dashboard") == {}
    assert only(synthesised_template("standard"), "AWS::CloudWatch::Dashboard")


@pytest.mark.parametrize("variant", ["standard", "large", "everything"])
def test_every_metric_of_the_dashboard_is_one_that_a_service_sends(variant: str) -> None:
    own = [(name, how["stat"]) for space, name, how in _shown(variant) if space == "playlake"]
    assert {name for name, _ in own} <= SENT
    for latency in (Metric.EVENT_TO_ROW_SECONDS, Metric.TRANSFORM_SECONDS):
        assert [stat for name, stat in own if name == latency] == ["p50", "p99"]
    assert (Metric.PARTS_COMMITTED, "Sum") in own


def test_the_dashboard_shows_the_sync_of_iceberg_tables_if_there_is_one() -> None:
    of_sync = {Metric.FILES_ADOPTED, Metric.ICEBERG_SYNC_SECONDS}
    shown = {
        variant: {name for _, name, _ in _shown(variant)} for variant in ("large", "everything")
    }
    assert of_sync <= shown["everything"]
    assert not of_sync & shown["large"]


def test_what_only_prometheus_sees_can_be_in_no_template() -> None:
    with pytest.raises(ValueError, match="RowsCommitted is not on CloudWatch"):
        metric_of("playlake", Metric.ROWS_COMMITTED)


def _namespaces(template: Template) -> set[str]:
    """The namespaces of the metrics that alarms watch and Playlake sends."""
    found = {alarm.get("Namespace", "") for alarm in of_type(template, ALARM).values()}
    return {namespace for namespace in found if namespace.startswith("playlake")}


def _shown(variant: str) -> list[tuple[str, str, dict[str, Any]]]:
    """The metrics on the dashboard: namespace, name and how they are shown."""
    page = only(synthesised_template(variant), "AWS::CloudWatch::Dashboard")
    pieces = page["DashboardBody"]["Fn::Join"][1]
    text = "".join(piece if isinstance(piece, str) else "synthetic" for piece in pieces)
    return [
        (space, name, rest[-1])
        for widget in json.loads(text)["widgets"]
        for space, name, *rest in widget["properties"].get("metrics", ())
    ]


def _alarm(template: Template, word: str) -> dict[str, Any]:
    (alarm,) = (
        a for a in of_type(template, ALARM).values() if a.get("AlarmName") == f"playlake-{word}"
    )
    return alarm
