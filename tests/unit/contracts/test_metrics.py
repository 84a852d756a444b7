"""Metrics in CloudWatch's embedded metric format, as its specification describes it."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest

from playlake_contracts.metrics import Metric, embedded_metrics, print_metrics

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
VALUES = {Metric.RUNS_FINISHED: 1, Metric.PLAYLISTS_FAILED_PERCENT: 12.5}


def test_metrics_are_one_line_in_the_embedded_metric_format() -> None:
    line = embedded_metrics("playlake", VALUES, NOON)
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
    assert to.getvalue() == ""
    print_metrics("playlake", VALUES, NOON, to)
    assert to.getvalue() == f"{embedded_metrics('playlake', VALUES, NOON)}\n"
