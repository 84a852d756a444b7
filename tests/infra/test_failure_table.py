"""The table of failures in docs/operations.md and the templates say the same, in both ways."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from synthesised import VARIANTS, of_type
from synthesised import template as synthesised_template

if TYPE_CHECKING:
    from playlake_infra.run_schedule import RunSchedule
    from playlake_infra.settings import Settings
    from playlake_infra.synth import Template

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
SIGNS = {"GreaterThanThreshold": ">", "LessThanThreshold": "<"}
HOUR = timedelta(hours=1)


class Row(NamedTuple):
    """A row of the table."""

    name: str
    failure: str
    rings: str
    after: str
    do: str


def rows() -> list[Row]:
    """The rows of the table, without its head."""
    section = PAGE.read_text(encoding="utf-8").partition("\n## Alarms\n")[2]
    table = section.partition("| alarm or rule |")[2].partition("\n\n")[0].splitlines()[2:]
    return [Row(*(cell.strip() for cell in line.strip("| ").split(" | "))) for line in table]


def alarms(template: Template) -> dict[str, dict[str, Any]]:
    """The alarms that tell somebody, by name."""
    found = of_type(template, "AWS::CloudWatch::Alarm").values()
    return {alarm["AlarmName"]: alarm for alarm in found if "AlarmName" in alarm}


def rules(template: Template) -> dict[str, dict[str, Any]]:
    """The rules that tell somebody of events, by name."""
    found = of_type(template, "AWS::Events::Rule").items()
    return {rule["Name"]: rule for logical_id, rule in found if logical_id.startswith("Alarms")}


def of_spotify(name: str) -> str:
    """The name that an alarm of a further source would have for Spotify: both share a row."""
    return re.sub("^playlake-(listenbrainz|youtube)-", "playlake-", name)


def schedule_of(name: str, settings: Settings) -> RunSchedule:
    """The schedule of the runs that an alarm is about."""
    sources = {f"playlake-{each.name}-": each for each in settings.sources.chosen}
    return next((each for start, each in sources.items() if name.startswith(start)), settings)


def bound(alarm: dict[str, Any], runs: RunSchedule) -> str:
    """When an alarm rings, as the table says it."""
    threshold = f"{alarm['Threshold']:g}"
    if alarm["MetricName"] == "HoursSinceFinishedRun":
        threshold = f"{alarm['Threshold'] * HOUR / runs.interval:g} intervals"
    return f"`{alarm['MetricName']}` {SIGNS[alarm['ComparisonOperator']]} {threshold}"


def window(alarm: dict[str, Any], runs: RunSchedule) -> str:
    """The longest time after which an alarm rings, as the table says it."""
    period = timedelta(seconds=alarm["Period"])
    whole = period * alarm["EvaluationPeriods"]
    if alarm["MetricName"] == "RunsFinished":
        assert timedelta() <= whole - runs.interval * 1.5 < period
        return "1.5 intervals"
    if whole >= 24 * HOUR:
        return f"{whole.days} days"
    return f"{whole / HOUR:g} h" if whole >= HOUR else f"{whole.seconds // 60} min"


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_alarm_and_every_rule_has_its_row(variant: str) -> None:
    template, settings = synthesised_template(variant), VARIANTS[variant]
    table = {row.name.strip("`"): row for row in rows()}
    for name, alarm in alarms(template).items():
        row, runs = table[of_spotify(name)], schedule_of(name, settings)
        assert (row.rings, row.after) == (bound(alarm, runs), window(alarm, runs)), name
    for name, rule in rules(template).items():
        kinds = ", ".join(f"`{kind}`" for kind in rule["EventPattern"]["detail-type"])
        assert table[name].rings == kinds


def test_every_row_is_an_alarm_or_a_rule_of_some_deployment() -> None:
    templates = [synthesised_template(variant) for variant in VARIANTS]
    known = {
        of_spotify(name) for template in templates for name in (*alarms(template), *rules(template))
    }
    named = [row.name.strip("`") for row in rows()]
    assert sorted(named) == sorted(known)
    assert all(row.failure and row.do for row in rows())


def test_every_alarm_and_every_rule_says_what_to_do(template: Template) -> None:
    for alarm in alarms(template).values():
        failure, colon, advice = alarm["AlarmDescription"].partition(": ")
        assert failure, alarm["AlarmName"]
        assert colon, alarm["AlarmName"]
        assert len(advice) > 20, alarm["AlarmName"]
    for rule in rules(template).values():
        (target,) = rule["Targets"]
        assert ": " in target["InputTransformer"]["InputTemplate"]
        placeholders = set(re.findall("<([a-z]+)>", target["InputTransformer"]["InputTemplate"]))
        assert placeholders == set(target["InputTransformer"].get("InputPathsMap", {}))
