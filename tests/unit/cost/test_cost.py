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
from playlake.cost.deployment import Deployment, read_deployment
from playlake.cost.estimate import Line, estimate, total, transformer_hours
from playlake.cost.load import Load
from playlake.cost.prices import HOURS_PER_MONTH
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.project import Project

if TYPE_CHECKING:
    from pathlib import Path

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
    assert found.alarms == kinds["AWS::CloudWatch::Alarm"] > 0
    assert found.secrets == kinds["AWS::SecretsManager::Secret"] == 1
    assert found.dashboards == kinds["AWS::CloudWatch::Dashboard"]
    assert found.keys == kinds["AWS::KMS::Key"]
    assert found.endpoints == 0, "no preset pays for interface endpoints"


def test_a_transformer_that_scales_to_zero_is_paid_while_it_runs() -> None:
    scaled, always = deployment("thrifty"), deployment("standard")
    assert transformer_hours(always, DAILY) == HOURS_PER_MONTH
    assert 0 < transformer_hours(scaled, DAILY) < HOURS_PER_MONTH / 20
    busy = replace(DAILY, playlists=100_000)
    assert transformer_hours(scaled, busy) <= HOURS_PER_MONTH * 1.001, "a month has no more hours"


def test_crawls_are_one_a_run_up_to_the_daily_limit() -> None:
    hourly = estimate(deployment("large"), HOURLY_GATED)
    assert line(hourly, "crawler").quantity == pytest.approx(HOURS_PER_MONTH)
    daily = estimate(deployment("large"), DAILY)
    assert line(daily, "crawler").quantity == pytest.approx(HOURS_PER_MONTH / 24)
    assert "crawler" not in {line.what for line in estimate(deployment("thrifty"), DAILY)}


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
