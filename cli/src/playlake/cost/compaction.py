"""The lines of the bill for compaction: the task, its requests, and the compacted files."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from playlake.cost import prices
from playlake.cost.lines import MONTHS_GATHERED, TASK_OVERHEAD, Line, fargate
from playlake.cost.load import CURATED_BYTES_PER_ENTRY
from playlake.cost.prices import HOURS_PER_MONTH
from playlake_contracts.metrics import Metric, Sender
from playlake_contracts.tables import MANIFEST_TABLES, PART_TABLES, TABLES

if TYPE_CHECKING:
    from playlake.cost.deployment import Compactor
    from playlake.cost.load import Load

_HOUR = timedelta(hours=1)
_GB = 1e9

# Of one vCPU, for each entry of the month that is made anew: measured with 600,000 entries.
CPU_PER_ENTRY: Final = timedelta(microseconds=25)
# The present month is made anew for each day that closes, so half of it is read on average.
MONTH_READ: Final = 0.5
# A file that is no longer in force stays for a day, and its versions for another.
DAYS_REPLACED: Final = 2
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
KEYS_PER_LIST: Final = 1000
FREE_DISK_GB: Final = 20
IMAGE_GB: Final = 0.12
_METRICS: Final = sum(metric.sender is Sender.COMPACTOR for metric in Metric)


def compaction(compactor: Compactor, load: Load) -> list[Line]:
    """The lines of a month's bill for a compactor."""
    hours = compactor_hours(compactor, load)
    sent = min(compactor.runs, HOURS_PER_MONTH) / HOURS_PER_MONTH
    disk = max(0.0, compactor.disk_gb - FREE_DISK_GB)
    return [
        *fargate("compactor", compactor.size, hours),
        Line("compactor, disk", disk * hours, prices.FARGATE_DISK),
        Line("compactor, public address", hours, prices.PUBLIC_ADDRESS),
        Line("compactor, S3 reads", compactor.runs * _reads(load), prices.S3_GET),
        Line("compactor, S3 lists and writes", compactor.runs * _writes(load), prices.S3_PUT),
        Line("compacted files", _stored_bytes(load) / _GB, prices.S3_STORAGE),
        Line("compactor, metrics", _METRICS * sent, prices.CUSTOM_METRIC),
        Line("compactor, image", IMAGE_GB, prices.IMAGE_STORAGE),
    ]


def compactor_hours(compactor: Compactor, load: Load) -> float:
    """Hours a month that compactors run."""
    entries = load.runs * load.snapshots * load.entries * MONTH_READ
    busy = entries * CPU_PER_ENTRY / compactor.size.vcpus
    return compactor.runs * ((busy + TASK_OVERHEAD) / _HOUR)


def _reads(load: Load) -> float:
    """Of half a month, each file and each mark."""
    of_a_run = load.parts * (len(PART_TABLES) + 1) + len(MANIFEST_TABLES) + 1
    return load.runs * of_a_run * MONTH_READ


def _writes(load: Load) -> float:
    """A file for each table, and lists of the marks of all runs that have gathered."""
    marks = load.runs * load.raw_objects * MONTHS_GATHERED
    return len(TABLES) + marks / KEYS_PER_LIST


def _stored_bytes(load: Load) -> float:
    """As many bytes as the tables have, and what the last compactions have replaced."""
    month = load.runs * load.snapshots * load.entries * CURATED_BYTES_PER_ENTRY
    return month * (MONTHS_GATHERED + DAYS_REPLACED * MONTH_READ)
