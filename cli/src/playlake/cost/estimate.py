"""The estimate: one line for everything that AWS bills."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from playlake.cost import prices
from playlake.cost.compaction import compaction
from playlake.cost.lines import MONTHS_GATHERED, TASK_OVERHEAD, Line, fargate
from playlake.cost.prices import HOURS_PER_MONTH, SECONDS_PER_HOUR
from playlake_contracts.deployed_settings import POLL_WAIT_SECONDS
from playlake_contracts.tables import MANIFEST_TABLES, PART_TABLES

if TYPE_CHECKING:
    from playlake.cost.deployment import Deployment
    from playlake.cost.load import Load

_HOUR = timedelta(hours=1)
_GB = 1e9

# From the alarm that scales in to the end of the task.
SCALE_IN = timedelta(minutes=2)
TRANSFORM_PER_PART = timedelta(seconds=3)

# Beside its tables, each raw object becomes a row of loads.
# The mark is one more, and a good part has no `quality_results`.
OBJECTS_OF_A_PART = len(PART_TABLES)
OBJECTS_OF_A_MANIFEST = len(MANIFEST_TABLES) + 1
# For `playlist_daily` the transformer reads the parts of a run again, as many of earlier runs, and
# two files of the run before. Four lists find that run.
READS_OF_A_PART = 3
READS_OF_A_MANIFEST = 3
LISTS_OF_A_MANIFEST = 4
# Retention finds a day to remove, and the overwriter waits a minute for a message.
CHORE = timedelta(minutes=1)
RECEIVES_PER_HOUR = SECONDS_PER_HOUR / POLL_WAIT_SECONDS
REQUESTS_PER_MESSAGE = 3
IMAGES_GB = 0.3
QUERIES_PER_MONTH = 1_000
SCHEMA_CHANGES_PER_MONTH = 4 / 12


def estimate(deployment: Deployment, load: Load) -> list[Line]:
    """The lines of a month's bill, in the order in which data flows, zeros left out."""
    further = load.sources - deployment.sources
    lines = [
        *_tasks(deployment, load),
        *_storage(load),
        *_queue(deployment, load),
        *_compaction(deployment, load),
        *_chores(deployment),
        Line("crawler", _crawls(deployment, load), prices.CRAWL),
        Line("Athena", QUERIES_PER_MONTH, prices.ATHENA_QUERY),
        Line("secret", deployment.secrets + further, prices.SECRET),
        Line("encryption key", deployment.keys, prices.KEY),
        Line("alarms", deployment.alarm_metrics + further * deployment.run_alarms, prices.ALARM),
        Line("metrics of the services", _metrics(deployment, load), prices.CUSTOM_METRIC),
        Line("dashboard", deployment.dashboards, prices.DASHBOARD),
        Line("logs", load.logged_bytes / _GB, prices.LOGS),
        Line("images", IMAGES_GB, prices.IMAGE_STORAGE),
        Line(
            "interface endpoints", deployment.endpoints * HOURS_PER_MONTH, prices.INTERFACE_ENDPOINT
        ),
    ]
    return [line for line in lines if line.quantity]


def total(lines: list[Line]) -> float:
    """US dollars a month."""
    return sum(line.usd for line in lines)


def transformer_hours(deployment: Deployment, load: Load) -> float:
    """Hours a month that transformers run, all together."""
    if deployment.always_on:
        return deployment.always_on * HOURS_PER_MONTH
    idle = timedelta(minutes=deployment.idle_minutes) + SCALE_IN
    busy = load.fetching + load.raw_objects * TRANSFORM_PER_PART + idle
    return min(load.runs * (min(busy, load.every) / _HOUR), HOURS_PER_MONTH)


def extractor_hours(load: Load) -> float:
    """Hours a month that extractors run."""
    return load.runs * ((load.fetching + TASK_OVERHEAD) / _HOUR)


def _tasks(deployment: Deployment, load: Load) -> list[Line]:
    extracting, transforming = extractor_hours(load), transformer_hours(deployment, load)
    return [
        *fargate("extractor", deployment.extractor, extracting),
        *fargate("transformer", deployment.transformer, transforming),
        Line("public addresses", extracting + transforming, prices.PUBLIC_ADDRESS),
    ]


def _storage(load: Load) -> list[Line]:
    curated = load.parts * OBJECTS_OF_A_PART + OBJECTS_OF_A_MANIFEST + LISTS_OF_A_MANIFEST
    reads = load.parts * READS_OF_A_PART + READS_OF_A_MANIFEST
    return [
        Line("S3 writes", load.runs * (load.raw_objects + curated + 1), prices.S3_PUT),
        Line("S3 reads", load.runs * reads, prices.S3_GET),
        Line("S3 storage", load.stored_bytes * MONTHS_GATHERED / _GB, prices.S3_STORAGE),
    ]


def _queue(deployment: Deployment, load: Load) -> list[Line]:
    polls = transformer_hours(deployment, load) * RECEIVES_PER_HOUR
    messages = load.runs * load.raw_objects * REQUESTS_PER_MESSAGE
    return [Line("SQS", polls + messages, prices.SQS_REQUEST)]


def _compaction(deployment: Deployment, load: Load) -> list[Line]:
    return [] if deployment.compactor is None else compaction(deployment.compactor, load)


def _chores(deployment: Deployment) -> list[Line]:
    """The lines of the tasks that schedules start beside runs and compaction, all together."""
    hours = (TASK_OVERHEAD + CHORE) / _HOUR
    started = [(chore.size, chore.runs * hours) for chore in deployment.chores]
    vcpus = sum(size.vcpus * hours for size, hours in started)
    memory = sum(size.memory_gb * hours for size, hours in started)
    return [
        Line("other tasks, CPU", vcpus, prices.FARGATE_VCPU),
        Line("other tasks, memory", memory, prices.FARGATE_MEMORY),
        Line("other tasks, public addresses", sum(hours for _, hours in started),
             prices.PUBLIC_ADDRESS),
    ]  # fmt: skip


def _crawls(deployment: Deployment, load: Load) -> float:
    """None, one for each new schema, or one a run up to the daily limit."""
    if deployment.crawl == "never":
        return 0
    if deployment.crawl == "on_schema_change":
        return SCHEMA_CHANGES_PER_MONTH
    days = HOURS_PER_MONTH / 24
    return min(load.runs, deployment.crawls_per_day * days)


def _metrics(deployment: Deployment, load: Load) -> float:
    """Whole months of metrics: a metric is paid for in each hour in which it is sent.

    Every run sends each of them, in one hour. Those of faults are not counted. Each source has
    metrics of its own.
    """
    of_runs, others = deployment.run_metrics, deployment.custom_metrics - deployment.run_metrics
    of_sources = load.sources * of_runs * min(1, load.runs_of_a_source / HOURS_PER_MONTH)
    return of_sources + others * min(1, load.runs / HOURS_PER_MONTH)
