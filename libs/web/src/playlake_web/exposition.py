"""Prometheus's text format, written by its own library from samples.

Nothing is kept in the library's global registry, which would mix the metrics of two applications
in one process.
"""

from __future__ import annotations

from itertools import groupby
from math import inf
from typing import TYPE_CHECKING, Final

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.registry import Collector

from playlake_contracts.metrics import Kind, Metric, Sender
from playlake_contracts.samples import Distribution, Sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus_client.metrics_core import Metric as Family

MEDIA_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
_OF_A_PROCESS: Final = "Of this process."


class _Collector(Collector):
    """Samples as a registry takes them."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        self._samples = samples

    def collect(self) -> Iterator[Family]:
        """Yield each metric with its samples, in the order of the metrics."""
        order = tuple(Metric)
        found = sorted(self._samples, key=lambda sample: order.index(sample.metric))
        for metric, samples in groupby(found, key=lambda sample: sample.metric):
            yield _family(metric, list(samples))


def exposition(samples: Iterable[Sample]) -> bytes:
    """Samples as the text that Prometheus reads."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(samples))
    return generate_latest(registry)


def help_of(metric: Metric) -> str:
    """The sentence about a metric; it says whether the value is that of one process."""
    is_of_process = metric.sender is not Sender.LAKE
    return f"{metric.meaning} {_OF_A_PROCESS}" if is_of_process else metric.meaning


def _family(metric: Metric, samples: list[Sample]) -> Family:
    name = metric.prometheus_name
    if name is None:
        raise ValueError(f"{metric} is not for Prometheus")
    labels = [label for label, _ in samples[0].labels]
    if metric.kind is Kind.DISTRIBUTION:
        return _histogram(HistogramMetricFamily(name, help_of(metric), labels=labels), samples)
    kind = CounterMetricFamily if metric.kind is Kind.COUNTER else GaugeMetricFamily
    family: CounterMetricFamily | GaugeMetricFamily = kind(name, help_of(metric), labels=labels)
    for sample in samples:
        if not isinstance(sample.value, Distribution):
            family.add_metric([text for _, text in sample.labels], sample.value)
    return family


def _histogram(family: HistogramMetricFamily, samples: list[Sample]) -> HistogramMetricFamily:
    for sample in samples:
        if isinstance(sample.value, Distribution):
            buckets = [(_bound(at_most), number) for at_most, number in sample.value.buckets()]
            family.add_metric([text for _, text in sample.labels], buckets, sample.value.total)
    return family


def _bound(at_most: float) -> str:
    return "+Inf" if at_most == inf else str(at_most)
