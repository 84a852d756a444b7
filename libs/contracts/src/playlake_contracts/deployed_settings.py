"""The settings that a deployment passes to a service: type, bounds, default and description.

The template and the services use the same definitions, so they accept the same values. The type
has the bounds and the description; the constant below it is the default.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


RequestsPerSecond = Annotated[
    float, Field(ge=0.001, le=100, description="Most requests sent to a source per second.")
]
REQUESTS_PER_SECOND: Final = 1.0

RefreshAfterDays = Annotated[
    float,
    Field(
        ge=0,
        le=3650,
        description="Days after which an unchanged playlist is landed again, because popularity "
        "changes; 0: in every run.",
    ),
]
REFRESH_AFTER_DAYS: Final = 7

Enrich = Annotated[
    bool,
    Field(
        description="Whether details of the playlists' artists and albums are fetched as well, "
        "for each at most once in 30 days."
    ),
]
ENRICH: Final = False

Covers = Annotated[
    bool,
    Field(
        description="Whether the cover of each playlist that is landed is kept as well, because "
        "its address expires within a day."
    ),
]
COVERS: Final = False

LikedSongs = Annotated[
    bool,
    Field(
        description="Whether `mine` has the user's Liked Songs as well, as the playlist "
        "`liked-songs`. The login needs a scope for it: `playlake login --liked-songs`."
    ),
]
LIKED_SONGS: Final = False

LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"],
    BeforeValidator(_lower),
    Field(description="Lowest level that is logged."),
]
LOG_LEVEL: Final = "info"

CrawlMode = Literal["every_run", "on_schema_change", "never"]
Crawl = Annotated[
    CrawlMode,
    Field(
        description="When the crawler audits the tables: after every run, once after their schema "
        "has changed, or never. Queries do not depend on it."
    ),
]
CRAWL: Final = "every_run"

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
MetricsNamespace = Annotated[
    str | None,
    Field(
        pattern=r"^[A-Za-z0-9._/#-][A-Za-z0-9._/#:-]{0,254}$",
        description="Namespace of the metrics that are printed for CloudWatch; without it none "
        "are printed.",
    ),
]
METRICS_NAMESPACE: Final = None

LeastReadPercent = Annotated[
    float,
    Field(
        ge=0,
        le=100,
        description="Percentage of its playlists that a run has to read, or to find unchanged, to "
        "count as finished; 0: any run does.",
    ),
]
LEAST_READ_PERCENT: Final = 50

CrawlsPerDay = Annotated[
    int,
    Field(
        ge=1,
        le=144,
        description="Most crawls per day, evenly apart. AWS bills each as ten minutes at least.",
    ),
]
CRAWLS_PER_DAY: Final = 24

BucketOwner = Annotated[
    str | None,
    Field(
        pattern="^[0-9]{12}$",
        description="Account that owns the buckets: a bucket of another account is refused.",
    ),
]
BUCKET_OWNER: Final = None

HttpPort = Annotated[int, Field(ge=0, le=65535, description="Port that the API listens on.")]
HTTP_PORT: Final = 8080

VisibilityTimeoutSeconds = Annotated[
    int,
    Field(
        ge=3, le=43_200, description="Time that a message stays hidden; extended during processing."
    ),
]
VISIBILITY_TIMEOUT_SECONDS: Final = 120

DrainSeconds = Annotated[
    float,
    Field(
        gt=0,
        le=86_400,
        description="Time to finish the messages in progress after a signal to stop.",
    ),
]
DRAIN_SECONDS: Final = 90

ReconcileSeconds = Annotated[
    float,
    Field(
        ge=1,
        le=86_400,
        description="Time between two comparisons of the landed raw objects with what is "
        "committed; the first is at the start.",
    ),
]
RECONCILE_SECONDS: Final = 3600

ReconcileDays = Annotated[
    int,
    Field(
        ge=1,
        le=3650,
        description="Number of days, up to today in UTC, whose raw objects are compared with what "
        "is committed.",
    ),
]
RECONCILE_DAYS: Final = 3

ReconcileGraceSeconds = Annotated[
    float,
    Field(
        ge=0,
        le=86_400,
        description="Time for which the event of a raw object is taken to be on its way.",
    ),
]
RECONCILE_GRACE_SECONDS: Final = 600

# An idle transformer stops after its poll, so this is much shorter than SQS allows.
POLL_WAIT_SECONDS: Final = 5
