"""Scaling: the alarms' math on shapes of SQS's metrics, and the number of tasks that follows.

The shapes are synthetic. They follow what AWS documents of SQS's metrics: the count of waiting
messages is sent every minute while the queue is active, that of messages in flight only while
there are some, nothing after six quiet hours, and up to 15 minutes late after that.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/monitoring-using-cloudwatch.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cloudwatch
import pytest
from synthesised import of_type, only
from synthesised import template as synthesised_template

if TYPE_CHECKING:
    from cloudwatch import Series

    from playlake_infra.synth import Template

ALARM = "AWS::CloudWatch::Alarm"
POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"
PRESETS = ("thrifty", "standard", "large")
NOTHING = None
IDLE = 20


@dataclass(frozen=True)
class Shape:
    """Waiting and taken messages, minute by minute, and the minutes by which values are late."""

    waiting: Series
    taken: Series
    late: int = 0

    def until(self, minute: int) -> dict[str, Series]:
        """What CloudWatch has at the end of a minute."""
        known, late = (
            slice(0, max(0, minute + 1 - self.late)),
            [NOTHING] * min(minute + 1, self.late),
        )
        return {
            "ApproximateNumberOfMessagesVisible": [*self.waiting[known], *late],
            "ApproximateNumberOfMessagesNotVisible": [*self.taken[known], *late],
        }


def _shape(*phases: tuple[int, float | None, float | None], late: int = 0) -> Shape:
    """A shape of phases: so many minutes with a count of waiting and of taken messages."""
    return Shape(
        waiting=[waiting for minutes, waiting, _ in phases for _ in range(minutes)],
        taken=[taken for minutes, _, taken in phases for _ in range(minutes)],
        late=late,
    )


STEADY = _shape((60, 0, NOTHING))
ASLEEP = _shape((60, NOTHING, NOTHING))
IN_FLIGHT = _shape((60, 0, 2))
LONG_BACKLOG = _shape((60, 50, 10), (60, 30, NOTHING))
# Messages arrive after 60 minutes. SQS sends nothing for 15 minutes more; a task takes them three
# minutes later and works for 5 minutes.
WOKEN = _shape((75, NOTHING, NOTHING), (3, 3, NOTHING), (5, 0, 3), (60, 0, NOTHING))
SHAPES = (STEADY, ASLEEP, IN_FLIGHT, LONG_BACKLOG, WOKEN)


@pytest.mark.parametrize(
    ("row", "breaching", "not_breaching"),
    [
        ("0-X-X", False, False),
        ("0----", False, False),
        ("-----", True, False),
        ("0XX-X", True, True),
        ("----X", True, False),
        ("X----", True, False),
    ],
)
def test_the_evaluation_agrees_with_the_documented_table(
    row: str, breaching: bool, not_breaching: bool
) -> None:
    assert _table(row, needed=3) == (breaching, not_breaching)


@pytest.mark.parametrize(
    ("row", "breaching", "not_breaching"),
    [
        ("0-X-X", True, True),
        ("00X0X", True, True),
        ("0-X--", True, False),
        ("----0", True, False),
        ("----X", True, False),
    ],
)
def test_the_evaluation_agrees_with_the_documented_table_of_two_out_of_three(
    row: str, breaching: bool, not_breaching: bool
) -> None:
    assert _table(row, needed=2) == (breaching, not_breaching)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("shape", [STEADY, ASLEEP], ids=["steady", "asleep"])
def test_a_queue_without_messages_is_idle_whether_or_not_sqs_reports_it(
    preset: str, shape: Shape
) -> None:
    assert _minutes_on(preset, "Idle", shape)[-1] == 59
    assert _minutes_on(preset, "Backlog", shape) == []


@pytest.mark.parametrize("preset", PRESETS)
def test_a_queue_that_never_reported_anything_is_idle(preset: str) -> None:
    nothing: dict[str, Series] = Shape([], []).until(0)
    template = synthesised_template(preset)
    assert cloudwatch.is_on(only(template, ALARM, "Idle"), nothing)
    assert not cloudwatch.is_on(only(template, ALARM, "Backlog"), nothing)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("shape", [IN_FLIGHT, LONG_BACKLOG], ids=["in flight", "backlog"])
def test_a_queue_with_messages_is_never_idle(preset: str, shape: Shape) -> None:
    held = range(IDLE, len(shape.waiting))
    assert not set(held) & set(_minutes_on(preset, "Idle", shape))


def test_messages_that_wait_are_seen_at_once_in_an_active_queue() -> None:
    shape = _shape((30, 0, NOTHING), (5, 7, NOTHING))
    assert _minutes_on("thrifty", "Backlog", shape) == [*range(30, 35)]


@pytest.mark.parametrize("late", [0, 1, 2])
def test_a_woken_queue_scales_out_as_soon_as_its_metrics_arrive(late: int) -> None:
    shape = Shape(WOKEN.waiting, WOKEN.taken, late)
    assert _minutes_on("thrifty", "Backlog", shape)[0] == 75 + late


@pytest.mark.parametrize("late", [0, 3, 15])
def test_late_metrics_do_not_stop_a_task_that_works(late: int) -> None:
    shape = _shape((60, NOTHING, NOTHING), (20, 3, 3), (60, 0, NOTHING), late=late)
    idle = set(_minutes_on("thrifty", "Idle", shape))
    working = range(60 + late, 80)
    assert not idle & set(working)
    assert min(idle - set(range(60 + late))) == 79 + IDLE


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_alarms_are_never_on_together(preset: str, shape: Shape) -> None:
    both = set(_minutes_on(preset, "Idle", shape)) & set(_minutes_on(preset, "Backlog", shape))
    assert both == set()


def test_the_number_of_transformers_follows_the_backlog() -> None:
    steps = _steps(synthesised_template("standard"), "Out")
    assert steps == [
        {
            "MetricIntervalLowerBound": 0,
            "MetricIntervalUpperBound": 99,
            "ScalingAdjustment": 1,
        },
        {"MetricIntervalLowerBound": 99, "ScalingAdjustment": 2},
    ]


def test_large_comes_back_from_its_maximum_step_by_step() -> None:
    falling: Series = [*range(640, 0, -20)]
    shape = Shape([*falling, *[0] * 40], [*[60] * len(falling), *[NOTHING] * 40])
    tasks = _tasks("large", shape, start=1)
    assert tasks[0] == 6
    assert sorted(set(tasks), reverse=True) == [6, 5, 4, 3, 2, 1]
    assert tasks == sorted(tasks, reverse=True)


@pytest.mark.parametrize(("preset", "most", "least"), [("thrifty", 1, 0), ("large", 6, 1)])
def test_a_backlog_that_is_gone_at_once_leads_back_to_the_minimum(
    preset: str, most: int, least: int
) -> None:
    tasks = _tasks(preset, _shape((3, 700, NOTHING), (40, 0, NOTHING)), start=least)
    assert tasks == [*[most] * (3 + IDLE - 1), *[least] * (41 - IDLE)]


def test_a_task_that_a_deployment_started_is_stopped_though_the_queue_sleeps() -> None:
    assert _tasks("thrifty", ASLEEP, start=1)[-1] == 0


def test_a_thrifty_run_starts_and_stops_one_task_once() -> None:
    tasks = _tasks("thrifty", WOKEN, start=0)
    changes = [
        (m, now) for m, (was, now) in enumerate(zip([0, *tasks], tasks, strict=False)) if was != now
    ]
    assert changes == [(75, 1), (82 + IDLE, 0)]


def test_nothing_scales_before_images_are_pushed(thrifty: Template) -> None:
    scaling = [r for i, r in thrifty["Resources"].items() if i.startswith("Scaling")]
    assert len(scaling) == 5
    assert {r["Condition"] for r in scaling} == {"ImagesArePushed"}


def test_there_is_no_scaling_if_minimum_and_maximum_are_equal() -> None:
    assert of_type(synthesised_template("fixed"), POLICY) == {}


@pytest.mark.parametrize("preset", PRESETS)
def test_a_deployment_keeps_the_number_of_tasks_that_scaling_has_chosen(preset: str) -> None:
    count = only(synthesised_template(preset), "AWS::ECS::Service")["DesiredCount"]["Fn::If"]
    assert count == ["ImagesArePushed", {"Ref": "AWS::NoValue"}, 0]


def test_a_fixed_number_of_tasks_is_the_templates() -> None:
    count = only(synthesised_template("fixed"), "AWS::ECS::Service")["DesiredCount"]["Fn::If"]
    assert count == ["ImagesArePushed", 1, 0]


def _table(row: str, needed: int) -> tuple[bool, bool]:
    """Evaluate a row of AWS's table with missing data as breaching, and as not breaching."""
    series: Series = [{"0": 0.0, "X": 1.0, "-": None}[point] for point in row]
    as_breaching, as_not_breaching = (
        cloudwatch.is_breached(series, 3, needed, bool, missing) for missing in (True, False)
    )
    return as_breaching, as_not_breaching


def _alarm(preset: str, word: str) -> dict[str, Any]:
    return only(synthesised_template(preset), ALARM, f"Scaling{word}")


def _minutes_on(preset: str, word: str, shape: Shape) -> list[int]:
    alarm = _alarm(preset, word)
    minutes = range(len(shape.waiting))
    return [minute for minute in minutes if cloudwatch.is_on(alarm, shape.until(minute))]


def _tasks(preset: str, shape: Shape, start: int) -> list[int]:
    """The number of tasks after each minute: policies act every minute while their alarm is on.

    A metric's value is compared with the bounds of the steps, relative to the threshold.
    """
    template, tasks = synthesised_template(preset), [start]
    for minute in range(len(shape.waiting)):
        tasks.append(tasks[-1])
        for word, policy in (("Backlog", "Out"), ("Idle", "In")):
            alarm, metrics = _alarm(preset, word), shape.until(minute)
            if cloudwatch.is_on(alarm, metrics):
                latest = [v for v in cloudwatch.points(alarm, metrics) if v is not None][-1]
                tasks[-1] = _adjustment(_steps(template, policy), latest - alarm["Threshold"])
    return tasks[1:]


def _adjustment(steps: list[dict[str, Any]], above: float) -> int:
    (step,) = (
        step
        for step in steps
        if step.get("MetricIntervalLowerBound", above)
        <= above
        < step.get("MetricIntervalUpperBound", above + 1)
    )
    return int(step["ScalingAdjustment"])


def _steps(template: Template, name: str) -> list[dict[str, Any]]:
    (policy,) = (p for p in of_type(template, POLICY).values() if p["PolicyName"] == name)
    return list(policy["StepScalingPolicyConfiguration"]["StepAdjustments"])
