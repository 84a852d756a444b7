"""Metrics: their names, and CloudWatch's embedded metric format, as its specification has it."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from playlake_contracts.embedded_metrics import MOST_VALUES, embedded_metrics, print_metrics
from playlake_contracts.metrics import Kind, Metric, Sender, Unit
from playlake_contracts.samples import BOUNDS, Distribution

if TYPE_CHECKING:
    from collections.abc import Sequence

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
VALUES = {Metric.RUNS_FINISHED: 1, Metric.PLAYLISTS_FAILED_PERCENT: 12.5}
# https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels
NAME = re.compile(r"playlake(_[a-z]+)+")
SUFFIXES = {Unit.SECONDS: "_seconds", Unit.BYTES: "_bytes"}


def test_metrics_are_one_line_in_the_embedded_metric_format() -> None:
    line = embedded_metrics("playlake", VALUES, NOON, {"run_id": "synthetic"})
    assert "\n" not in line
    assert json.loads(line) == {
        "_aws": {
            "Timestamp": 1_795_262_400_000,
            "CloudWatchMetrics": [
                {
                    "Namespace": "playlake",
                    "Dimensions": [[]],
                    "Metrics": [
                        {"Name": "RunsFinished", "Unit": "Count"},
                        {"Name": "PlaylistsFailedPercent", "Unit": "Percent"},
                    ],
                }
            ],
        },
        "run_id": "synthetic",
        "RunsFinished": 1,
        "PlaylistsFailedPercent": 12.5,
    }


@pytest.mark.parametrize("metric", Metric)
def test_every_metric_has_a_meaning_and_a_line_of_its_own(metric: Metric) -> None:
    assert metric.meaning.endswith(".")
    written = json.loads(embedded_metrics("playlake", {metric: 3}, NOON))
    assert written[metric.value] == 3


def test_nothing_is_printed_without_a_namespace_or_without_values() -> None:
    to = io.StringIO()
    print_metrics(None, VALUES, NOON, to)
    print_metrics("playlake", {}, NOON, to)
    print_metrics("playlake", {Metric.TRANSFORM_SECONDS: []}, NOON, to)
    assert to.getvalue() == ""
    print_metrics("playlake", VALUES, NOON, to)
    assert to.getvalue() == f"{embedded_metrics('playlake', VALUES, NOON)}\n"


def test_a_distribution_has_all_its_values_and_no_line_has_more_than_cloudwatch_takes() -> None:
    to = io.StringIO()
    latencies, times = [*map(float, range(250))], [0.5]
    values: dict[Metric, float | Sequence[float]] = {
        Metric.PARTS_COMMITTED: 250,
        Metric.EVENT_TO_ROW_SECONDS: latencies,
        Metric.TRANSFORM_SECONDS: times,
    }
    print_metrics("playlake", values, NOON, to)
    lines = [json.loads(line) for line in to.getvalue().splitlines()]
    assert [len(line["EventToRowSeconds"]) for line in lines] == [MOST_VALUES, MOST_VALUES, 50]
    assert [each for line in lines for each in line["EventToRowSeconds"]] == latencies
    assert [line.get("PartsCommitted") for line in lines] == [250, None, None]
    assert [line.get("TransformSeconds") for line in lines] == [times, None, None]
    for line in lines:
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        assert {each["Name"] for each in directive["Metrics"]} == set(line) - {"_aws"}


def test_a_name_for_prometheus_follows_its_conventions_and_is_of_one_metric() -> None:
    named = {metric: metric.prometheus_name for metric in Metric if metric.prometheus_name}
    assert len(set(named.values())) == len(named) > 20
    for metric, name in named.items():
        assert NAME.fullmatch(name), name
        assert name.endswith("_total") == (metric.kind is Kind.COUNTER)
        assert name.removesuffix("_total").endswith(SUFFIXES.get(metric.unit, "")), name
    assert named[Metric.PARTS_COMMITTED] == "playlake_parts_committed_total"
    assert named[Metric.EVENT_TO_ROW_SECONDS] == "playlake_event_to_row_seconds"


def test_a_metric_is_seen_where_its_sender_can_be_asked() -> None:
    for metric in Metric:
        ends = metric.sender not in {Sender.TRANSFORMER, Sender.LAKE}
        assert (metric.prometheus_name is None) == ends
        assert metric.is_on_cloudwatch or not ends
        assert not (metric.is_on_cloudwatch and metric.sender is Sender.LAKE)


def test_a_distribution_counts_up_to_each_bound_and_gives_each_value_once() -> None:
    found = Distribution()
    for value in (0.01, 0.011, 100, 1e9):
        found.observe(value)
    buckets = dict(found.buckets())
    assert (buckets[0.01], buckets[0.025], buckets[60.0], buckets[120.0]) == (1, 2, 2, 3)
    assert found.buckets()[-1] == (float("inf"), 4)
    assert sorted(BOUNDS) == list(BOUNDS)
    assert found.total == pytest.approx(1e9 + 100.021)
    assert found.take_new() == [0.01, 0.011, 100, 1e9]
    assert found.take_new() == []
    assert found.buckets()[-1] == (float("inf"), 4)
