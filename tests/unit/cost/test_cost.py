"""The estimate of a deployment's bill, against the templates that are deployed."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from playlake.__main__ import run
from playlake.commands.cost import interval
from playlake.cost.compaction import compactor_hours
from playlake.cost.deployment import Deployment, deployment_of, read_deployment
from playlake.cost.estimate import estimate, total, transformer_hours
from playlake.cost.load import Load
from playlake.cost.prices import HOURS_PER_MONTH
from playlake.cost.schedules import runs_a_month
from playlake.cost.synthesised import synthesised
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.project import Project
from playlake_contracts.metrics import OF_FAULTS, Metric

if TYPE_CHECKING:
    from pathlib import Path

    from playlake.cost.lines import Line

TEMPLATES = Project.find(os.environ).templates
DAILY = Load(playlists=50, every=timedelta(days=1))
HOURLY_GATED = Load(playlists=10_000, every=timedelta(hours=1), changed=0.05)


def deployment(preset: str) -> Deployment:
    return read_deployment(TEMPLATES, preset)


def line(lines: list[Line], what: str) -> Line:
    (found,) = (line for line in lines if line.what == what)
    return found


def test_fifty_playlists_daily_cost_less_than_three_dollars() -> None:
    assert deployment("thrifty").always_on == 0
    assert 1 < total(estimate(deployment("thrifty"), DAILY)) < 3


def test_ten_thousand_playlists_hourly_cost_less_than_thirty_dollars_if_most_are_unchanged() -> (
    None
):
    assert 10 < total(estimate(deployment("thrifty"), HOURLY_GATED)) < 30


def test_the_total_is_the_sum_of_the_lines_and_no_line_is_empty() -> None:
    lines = estimate(deployment("large"), HOURLY_GATED)
    assert total(lines) == pytest.approx(sum(line.quantity * line.price.usd for line in lines))
    assert all(line.usd > 0 for line in lines)
    assert [what for what, n in Counter(line.what for line in lines).items() if n > 1] == []


@pytest.mark.parametrize("preset", ["thrifty", "standard", "large"])
def test_what_is_priced_is_what_the_template_has(preset: str) -> None:
    template = json.loads((TEMPLATES / f"{preset}.json").read_text(encoding="utf-8"))
    kinds = Counter(resource["Type"] for resource in template["Resources"].values())
    found = deployment(preset)
    # One alarm watches the sum of two metrics.
    assert found.alarm_metrics == kinds["AWS::CloudWatch::Alarm"] + 1 > 1
    assert found.secrets == kinds["AWS::SecretsManager::Secret"] == 1
    assert found.dashboards == kinds["AWS::CloudWatch::Dashboard"]
    assert found.keys == kinds["AWS::KMS::Key"]
    clusters = [r for r in template["Resources"].values() if r["Type"] == "AWS::ECS::Cluster"]
    insights = [
        setting["Value"] for c in clusters for setting in c["Properties"]["ClusterSettings"]
    ]
    assert insights == ["disabled"], "no preset pays for Container Insights"
    assert found.endpoints == 0, "no preset pays for interface endpoints"


def test_a_transformer_that_scales_to_zero_is_paid_while_it_runs() -> None:
    scaled, always = deployment("thrifty"), deployment("standard")
    assert transformer_hours(always, DAILY) == HOURS_PER_MONTH
    assert 0 < transformer_hours(scaled, DAILY) < HOURS_PER_MONTH / 20
    busy = replace(DAILY, playlists=100_000)
    assert transformer_hours(scaled, busy) <= HOURS_PER_MONTH * 1.001, "a month has no more hours"


@pytest.mark.parametrize(
    ("crawl", "per_day", "load", "crawls"),
    [
        ("every_run", 24, HOURLY_GATED, HOURS_PER_MONTH),
        ("every_run", 1, HOURLY_GATED, HOURS_PER_MONTH / 24),
        ("every_run", 24, DAILY, HOURS_PER_MONTH / 24),
        ("on_schema_change", 24, HOURLY_GATED, 1 / 3),
    ],
)
def test_crawls_follow_the_mode_up_to_the_daily_limit(
    crawl: str, per_day: int, load: Load, crawls: float
) -> None:
    found = replace(deployment("large"), crawl=crawl, crawls_per_day=per_day)
    assert line(estimate(found, load), "crawler").quantity == pytest.approx(crawls)


def test_no_crawl_is_paid_for_if_there_is_none() -> None:
    found = replace(deployment("large"), crawl="never")
    assert "crawler" not in {line.what for line in estimate(found, HOURLY_GATED)}


def test_auditing_costs_less_than_a_tenth_of_a_large_deployment() -> None:
    lines = estimate(deployment("large"), HOURLY_GATED)
    assert line(lines, "crawler").usd < total(lines) / 10


@pytest.mark.parametrize(
    ("load", "hours"), [(DAILY, HOURS_PER_MONTH / 24), (HOURLY_GATED, HOURS_PER_MONTH)]
)
def test_a_metric_is_paid_for_in_the_hours_in_which_it_is_sent(load: Load, hours: float) -> None:
    found = deployment("standard")
    metrics = line(estimate(found, load), "metrics of the services").quantity
    assert metrics * HOURS_PER_MONTH == pytest.approx(found.custom_metrics * hours)
    every_minute = replace(load, every=timedelta(minutes=1))
    most = line(estimate(found, every_minute), "metrics of the services").quantity
    assert most == found.custom_metrics > 0


def test_every_metric_that_a_run_sends_is_paid_for_whether_an_alarm_watches_it_or_not() -> None:
    sent = {m for m in Metric if m.is_on_cloudwatch and m.sender in {"extractor", "transformer"}}
    assert deployment("standard").custom_metrics == len(sent - OF_FAULTS) == 10
    template = json.loads((TEMPLATES / "standard.json").read_text(encoding="utf-8"))
    watched = {
        found["Properties"]["MetricName"]
        for found in template["Resources"].values()
        if found["Type"] == "AWS::CloudWatch::Alarm"
        and found["Properties"].get("Namespace") == "playlake"
    }
    assert watched < sent


@pytest.mark.parametrize(
    ("load", "requests"),
    [
        (Load(50, timedelta(days=1)), 50),
        (Load(50, timedelta(days=1), entries=101), 100),
        (Load(50, timedelta(days=1), entries=2_000), 50 * 39),
        (Load(1_000, timedelta(days=1), changed=0.05), 20 + 50),
    ],
)
def test_requests_are_listings_first_pages_and_further_pages(load: Load, requests: int) -> None:
    assert load.requests == pytest.approx(requests)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30m", timedelta(minutes=30)),
        ("24h", timedelta(days=1)),
        ("2d", timedelta(days=2)),
    ],
)
def test_an_interval_is_a_number_and_a_unit(text: str, expected: timedelta) -> None:
    assert interval(text) == expected


@pytest.mark.parametrize("text", ["", "h", "0h", "-1h", "1", "1w", "1.5h", "٣h"])
def test_no_interval_is_one_sentence(text: str) -> None:
    with pytest.raises(CommandError, match="not an interval: write 30m, 24h or 2d"):
        interval(text)


def test_a_compaction_is_paid_for_by_the_entries_of_half_a_month() -> None:
    assert deployment("thrifty").compactor is None
    compactor = deployment("standard").compactor
    assert compactor is not None
    assert compactor.runs == pytest.approx(HOURS_PER_MONTH / 24)
    assert (compactor.size.vcpus, compactor.size.memory_gb) == (0.25, 1.0)
    nothing = replace(DAILY, playlists=0)
    overhead = compactor.runs * 45 / 3600
    assert compactor_hours(compactor, nothing) == pytest.approx(overhead)
    # 50 playlists of 100 entries on 15.2 days, at 25 microseconds on a fourth of a vCPU
    busy = compactor.runs * (50 * 100 * HOURS_PER_MONTH / 48) * 25e-6 / 0.25 / 3600
    assert compactor_hours(compactor, DAILY) == pytest.approx(overhead + busy)


def test_compaction_doubles_what_the_tables_take_and_has_each_line_once() -> None:
    lines = estimate(deployment("standard"), DAILY)
    of_compaction = [each for each in lines if each.what.startswith("compact")]
    assert {each.what for each in of_compaction} == {
        "compactor, CPU",
        "compactor, memory",
        "compactor, disk",
        "compactor, public address",
        "compactor, S3 reads",
        "compactor, S3 lists and writes",
        "compactor, metrics",
        "compactor, image",
        "compacted files",
    }
    month = DAILY.runs * 50 * 100 * 400 / 1e9
    assert line(lines, "compacted files").quantity == pytest.approx(13 * month)
    assert 0 < sum(each.usd for each in of_compaction) < 0.2


def test_what_schedules_start_beside_runs_is_paid_for_by_the_start() -> None:
    """Retention once a day, and the overwriter each six hours."""
    retention, overwriter = sorted(deployment("thrifty").chores, key=lambda each: each.runs)
    assert retention.runs == pytest.approx(HOURS_PER_MONTH / 24)
    assert overwriter.runs == pytest.approx(HOURS_PER_MONTH / 6)
    lines = estimate(deployment("thrifty"), DAILY)
    starts = HOURS_PER_MONTH / 24 + HOURS_PER_MONTH / 6
    started = line(lines, "other tasks, public addresses").quantity
    assert started == pytest.approx(starts * (45 + 60) / 3600)
    assert 0 < sum(each.usd for each in lines if each.what.startswith("other tasks")) < 0.15


def test_a_further_source_is_paid_for_as_the_first_is() -> None:
    two = replace(DAILY, sources=2)
    alone, both = (estimate(deployment("thrifty"), load) for load in (DAILY, two))
    for what in ("extractor, CPU", "S3 writes", "S3 storage", "logs"):
        assert line(both, what).quantity == pytest.approx(2 * line(alone, what).quantity)
    # Its runs have the alarms and metrics of Spotify's, but for the end of the login.
    assert deployment("thrifty").run_alarms == 5
    assert line(both, "alarms").quantity == line(alone, "alarms").quantity + 5
    assert line(both, "secret").quantity == 2
    of_runs = deployment("thrifty").run_metrics
    assert (
        of_runs
        == sum(metric.sender == "extractor" and metric.is_on_cloudwatch for metric in Metric)
        - len(OF_FAULTS & {m for m in Metric if m.sender == "extractor"})
        - 1
    )
    assert transformer_hours(deployment("thrifty"), replace(two, every=timedelta(minutes=5))) == (
        pytest.approx(HOURS_PER_MONTH)
    )


def test_the_command_prices_further_sources(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    invocation, bills = Invocation(replace(Project.find(os.environ), home=tmp_path)), []
    for further in ([], ["--further-sources", "1"]):
        assert run(["cost", "--json", *further], invocation) == 0
        bills.append(json.loads(capsys.readouterr().out)["usd_a_month"])
    assert bills[0] < bills[1] < 2 * bills[0]


def test_an_unknown_preset_is_told_those_that_there_are() -> None:
    with pytest.raises(CommandError, match="choose large, standard, thrifty"):
        deployment("cheap")


def test_a_run_longer_than_the_interval_is_told_after_the_bill(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    invocation = Invocation(replace(Project.find(os.environ), home=tmp_path))
    arguments = ["cost", "--playlists", "10000", "--every", "1h"]
    assert run(arguments, invocation) == 1
    printed = capsys.readouterr()
    assert "together" in printed.out
    assert "longer than the 1h until the next one" in printed.err


def test_a_template_without_scaling_and_with_further_sources_is_priced() -> None:
    template = json.loads((TEMPLATES / "standard.json").read_text(encoding="utf-8"))
    resources = template["Resources"]
    for name in [n for n, r in resources.items() if "ApplicationAutoScaling" in r["Type"]]:
        del resources[name]
    (service,) = (r for r in resources.values() if r["Type"] == "AWS::ECS::Service")
    service["Properties"]["DesiredCount"] = {"Fn::If": ["ImagesArePushed", 3, 0]}
    (task,) = (
        r
        for r in resources.values()
        if r["Type"] == "AWS::ECS::TaskDefinition"
        and r["Properties"]["ContainerDefinitions"][0]["Name"] == "extractor"
    )
    other = json.loads(json.dumps(task))
    other["Properties"]["ContainerDefinitions"][0]["Name"] = "extractor-youtube"
    resources["Other"] = other
    found = deployment_of(template)
    assert (found.always_on, found.sources) == (3, 2)
    both = Load(50, timedelta(days=1), sources=2)
    assert line(estimate(found, both), "secret").quantity == found.secrets


@pytest.mark.parametrize(
    ("expression", "runs"),
    [
        ("rate(1 hour)", 730),
        ("rate(30 minutes)", 1460),
        ("rate(2 days)", 730 / 48),
        ("cron(30 6 * * ? *)", 730 / 24),
        ("cron(0 0/6 * * ? *)", 4 * 730 / 24),
        ("cron(0,30 8-17 ? * MON-FRI *)", 20 * 5 / 7 * 730 / 24),
        ("cron(0 6 1,15 * ? *)", 2),
        ("cron(0 6 1 1/3 ? *)", 4 / 12),
        ("at(2026-12-01T00:00:00)", 0),
    ],
)
def test_any_schedule_has_a_number_of_runs(expression: str, runs: float) -> None:
    assert runs_a_month(expression) == pytest.approx(runs)


def test_a_settings_file_needs_the_cdk(tmp_path: Path) -> None:
    project = Project(tmp_path, shipped=replace(Project.find(os.environ).shipped, clone=None))
    with pytest.raises(CommandError, match=r"^a settings file needs the CDK, .* leave --settings"):
        synthesised(project, "thrifty", tmp_path / "lake.toml")


def test_a_wrong_setting_is_said_as_a_deployment_says_it(tmp_path: Path) -> None:
    project, settings = Project.find(os.environ), tmp_path / "lake.toml"
    if project.cdk_python is None:
        pytest.skip("there is no CDK: run make .venv-infra/stamp")
    settings.write_text("crawls = 1\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"^there is no setting crawls: remove it$"):
        synthesised(project, "thrifty", settings)


def test_what_a_settings_file_changes_is_priced(tmp_path: Path) -> None:
    project, settings = Project.find(os.environ), tmp_path / "lake.toml"
    if project.cdk_python is None:
        pytest.skip("there is no CDK: run make .venv-infra/stamp")
    settings.write_text(
        "transformer_minimum = 1\ntransformer_maximum = 1\ncustomer_key = true\n"
        'compaction = "rate(12 hours)"\n[sources.youtube]\nschedule = "rate(1 day)"\n',
        encoding="utf-8",
    )
    found = deployment_of(synthesised(project, "thrifty", settings))
    assert (found.always_on, found.keys, found.secrets, found.sources) == (1, 1, 2, 2)
    assert found.compactor is not None
    assert found.compactor.runs == pytest.approx(730 / 12)
    assert total(estimate(found, DAILY)) > total(estimate(deployment("thrifty"), DAILY))
