"""The settings of a deployment: one frozen class, validated before anything is created."""

from __future__ import annotations

import re
from datetime import date, timedelta
from math import ceil
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from playlake_contracts import deployed_settings as deployed
from playlake_contracts.resource_names import ResourceNames
from playlake_contracts.sources.account_names import check_account
from playlake_infra.address_block import check_block
from playlake_infra.arns import check_policy, check_secret
from playlake_infra.compute.existing_vpc import ExistingVpc
from playlake_infra.compute.fargate import Fargate
from playlake_infra.data.snowflake_account import SnowflakeAccount
from playlake_infra.keeping import KEEP_FOREVER, KeepDays, check_keeping, kept_days
from playlake_infra.run_schedule import RunSchedule
from playlake_infra.schedule_expression import OFF, check_optional_schedule, check_time_zone
from playlake_infra.sources import Account, Sources
from playlake_infra.tags import check_tags

if TYPE_CHECKING:
    from playlake_contracts.retention import KeptDays

# The schedule group and the Glue database `default` and the Athena workgroup `primary` exist in an
# account, and aliases of keys and log groups that begin with `aws` are AWS's.
_TAKEN_NAMES: Final = frozenset({"default", "primary", "aws", "amazon"})

# S3 counts the days of a lifecycle rule with a 32-bit integer; a hundred years are enough.
_MOST_DAYS: Final = 36_500

_MAIL_ADDRESS: Final = r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$"

Encrypted = Literal["images", "logs", "queues", "secrets", "topics"]
LogRetentionDays = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]


def _check_name(name: str) -> str:
    """Check the name, which begins the name of every bucket, queue and repository."""
    if not re.fullmatch(r"[a-z](-?[a-z0-9])+", name):
        raise ValueError(
            "use lower-case letters, digits and single hyphens, and begin with a letter"
        )
    if name.startswith(("xn--", "sthree", "amzn-s3-demo", "aws-", "amazon-")):
        raise ValueError("AWS reserves names with this prefix: choose another")
    if name in _TAKEN_NAMES:
        raise ValueError("AWS has resources of its own with this name: choose another")
    return name


class Settings(RunSchedule):
    """The settings of a deployment; the presets in `presets.py` are complete sets of them.

    Those of the runs are Spotify's; `sources` has those of further sources.
    """

    name: Annotated[str, AfterValidator(_check_name)] = Field(
        "playlake",
        min_length=2,
        max_length=20,
        description="First part of every resource's name; unique among an account's deployments.",
    )
    schedule_time_zone: Annotated[str, AfterValidator(check_time_zone)] = Field(
        "UTC", description="Time zone of a cron schedule: an IANA name, such as Europe/Berlin."
    )
    spotify_authorised_on: date | None = Field(
        None,
        description="Day on which the refresh token was issued; three weeks before it expires, "
        "a reminder is sent to the alarm topic.",
    )
    spotify_secret_arn: Annotated[str | None, AfterValidator(check_secret)] = Field(
        None,
        description="ARN of an existing secret with the login, such as that of an earlier "
        "deployment; none is created then.",
    )
    pseudonym_secret_arn: Annotated[str | None, AfterValidator(check_secret)] = Field(
        None,
        description="ARN of a secret of yours with a key: ids of users are replaced by keyed "
        "digests before anything is landed, and their names left out.",
    )
    sources: Sources = Field(
        Sources(), description="Further sources, each with a table of settings of its own."
    )
    accounts: dict[Annotated[str, AfterValidator(check_account)], Account] = Field(
        {},
        description="Further accounts of Spotify, each with a table of settings of its own, such "
        "as [accounts.ada].",
    )
    requests_per_second: deployed.RequestsPerSecond = deployed.REQUESTS_PER_SECOND
    refresh_after_days: deployed.RefreshAfterDays = deployed.REFRESH_AFTER_DAYS
    enrich: deployed.Enrich = deployed.ENRICH
    covers: deployed.Covers = deployed.COVERS
    liked_songs: deployed.LikedSongs = deployed.LIKED_SONGS
    least_read_percent: deployed.LeastReadPercent = deployed.LEAST_READ_PERCENT
    log_level: deployed.LogLevel = deployed.LOG_LEVEL
    failed_percent: float = Field(
        20, ge=0, le=100, description="Percentage of a run's playlists that may fail without alarm."
    )
    rate_limited_percent: float = Field(
        20,
        ge=0,
        le=100,
        description="Percentage of its playlists that a run may leave to the next without alarm.",
    )
    quarantined_rows_per_hour: int = Field(
        100, ge=0, description="Rows that may be quarantined within an hour without alarm."
    )
    keep_days: KeepDays = KEEP_FOREVER
    retention: Annotated[str, AfterValidator(check_optional_schedule)] = Field(
        "rate(1 day)",
        description="When what is older than its source is kept is removed, and partitions that "
        "point at nothing: rate(...), cron(...) in UTC, or off.",
    )
    compaction: Annotated[str, AfterValidator(check_optional_schedule)] = Field(
        description="When days that are over for six hours are compacted: rate(...), cron(...) in "
        "UTC, or off."
    )
    compactor: Fargate = Field(
        Fargate(cpu=256, memory_mib=1024),
        description="Size of the compactor's task, and of the one that syncs Iceberg tables.",
    )
    iceberg: Annotated[str, AfterValidator(check_optional_schedule)] = Field(
        OFF,
        description="When the Iceberg tables are brought to what is committed: rate(...), "
        "cron(...) in UTC, or off.",
    )
    compaction_engine: Literal["fargate", "glue"] = Field(
        "fargate",
        description="What compacts: a task, or a Glue job on Spark, which makes several months and "
        "tables at a time and can be started by hand as well.",
    )
    compaction_workers: int = Field(
        2,
        ge=2,
        le=299,
        description="Workers of that job, each with 4 vCPUs and 16 GB; one of them plans.",
    )
    backfill: Literal["off", "by_hand", "after_each_run"] = Field(
        "off",
        description="Whether there is a Glue job that transforms many raw objects at once, started "
        "by hand, or by each run's manifest as well.",
    )
    backfill_workers: int = Field(
        2,
        ge=2,
        le=299,
        description="Workers of that job, each with 4 vCPUs and 16 GB; one of them plans.",
    )
    glue_version: Literal["5.1", "6.0"] = Field(
        "5.1",
        description="Version of Glue that the jobs run on: 5.1 has Spark 3.5.6 and Python 3.11, "
        "6.0 has Spark 4.1.1 and Python 3.13.",
    )
    extractor: Fargate = Field(description="Size of the extractor's task.")
    transformer: Fargate = Field(description="Size of a transformer's task.")
    transformer_minimum: int = Field(
        ge=0, le=10, description="Transformers that always run; 0: none while nothing is queued."
    )
    transformer_maximum: int = Field(
        ge=1, le=10, description="Transformers that run when the queue is long."
    )
    transformer_spot: bool = Field(
        description="Whether transformers run on Fargate Spot, which AWS may interrupt."
    )
    crawl: deployed.Crawl
    crawls_per_day: deployed.CrawlsPerDay = 1
    network: Literal["public", "private"] = Field(
        "public",
        description="Where transformers run: public subnets without inbound rules, or private "
        "subnets with interface endpoints.",
    )
    existing_vpc: ExistingVpc | None = Field(
        None,
        description="A network of the account that tasks run in, instead of one of their own.",
    )
    vpc_cidr: Annotated[str, AfterValidator(check_block)] = Field(
        "10.42.0.0/20",
        description="Block of addresses of the network, from /16 to /22. Changing it replaces the "
        "network.",
    )
    availability_zones: tuple[str, str] | None = Field(
        None,
        description="The two zones of the subnets; by default the first two of the region. "
        "Changing them replaces the subnets.",
    )
    api: bool = Field(
        default=False,
        description="Whether the transformer's page and API are reachable, signed with IAM "
        "credentials.",
    )
    tokens_secret_arn: Annotated[str | None, AfterValidator(check_secret)] = Field(
        None,
        description="ARN of a secret of yours with the tokens of the API, such as "
        "read:SECRET,operate:SECRET; the API needs it.",
    )
    permissions_boundary_arn: Annotated[str | None, AfterValidator(check_policy)] = Field(
        None,
        description="ARN of a managed policy that bounds what every role may do, if the account "
        "wants one.",
    )
    tags: Annotated[dict[str, str], AfterValidator(check_tags)] = Field(
        {}, description="Tags of everything that takes tags, beside `project`."
    )
    analyst_policy: bool = Field(
        default=False,
        description="Whether there is a managed policy that lets an analyst query the tables by "
        "Athena; it reads neither raw objects nor quarantine.",
    )
    eraser: bool = Field(
        default=False,
        description="Whether there is a role that may replace raw objects and delete old versions, "
        "which a person assumes to erase what belongs to somebody.",
    )
    customer_key: bool = Field(
        default=False,
        description="Whether a customer-managed key encrypts the buckets, instead of Amazon S3's.",
    )
    customer_key_arn: str | None = Field(
        None,
        pattern=r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$",
        description="ARN of an existing key that encrypts the buckets, such as that of an earlier "
        "deployment; no key is created then.",
    )
    customer_key_for: tuple[Encrypted, ...] = Field(
        (),
        description="What that key encrypts beside the buckets: queues, topics, logs, secrets, "
        "images. Images only in a new deployment, because a repository keeps its key.",
    )
    raw_infrequent_access_days: int | None = Field(
        None, ge=30, le=_MOST_DAYS, description="Age at which raw objects move to a cheaper class."
    )
    raw_expiry_days: int | None = Field(
        None,
        ge=1,
        le=_MOST_DAYS,
        description="Age at which raw objects are deleted, of all sources; never by default.",
    )
    noncurrent_expiry_days: int = Field(
        30,
        ge=1,
        le=_MOST_DAYS,
        description="Days for which replaced and deleted objects can be restored.",
    )
    quarantine_expiry_days: int = Field(
        90, ge=1, le=_MOST_DAYS, description="Days that rejected rows are kept."
    )
    query_results_expiry_days: int = Field(
        7, ge=1, le=_MOST_DAYS, description="Days that results of queries are kept."
    )
    query_scan_limit_bytes: int = Field(
        10 * 1000**3,
        ge=10 * 1000**2,
        le=1000**5,
        description="Bytes that a query may scan before it is cancelled.",
    )
    log_retention_days: LogRetentionDays = Field(description="Days that logs are kept.")
    container_insights: bool = Field(
        description="Whether ECS publishes metrics of every task, which are billed."
    )
    dashboard: bool = Field(description="Whether there is a CloudWatch dashboard.")
    alarm_email: str | None = Field(
        None,
        pattern=_MAIL_ADDRESS,
        description="Address that alarms are sent to.",
    )
    notice_email: str | None = Field(
        None,
        pattern=_MAIL_ADDRESS,
        description="Address that is told after each run what it changed and what is wrong.",
    )
    notice_url: str | None = Field(
        None,
        pattern=r"^https://[^\s/?#@]+([/?][^\s#]*)?$",
        description="HTTPS address that is told the same as JSON.",
    )
    snowflake: SnowflakeAccount | None = Field(
        None,
        description="The account of Snowflake that may read the tables, and is told of their new "
        "files.",
    )
    budget_usd: float | None = Field(
        None,
        gt=0,
        description="Dollars that the whole account may cost in a month; before that, a notice is "
        "sent to the alarm topic.",
    )

    @property
    def names(self) -> ResourceNames:
        """The names of the deployment's resources."""
        return ResourceNames(self.name)

    @property
    def spotify_secret(self) -> str:
        """The secret with the login: its ARN if it exists already, else its name."""
        return self.spotify_secret_arn or self.names.spotify_secret

    @property
    def is_scaled(self) -> bool:
        """Whether the number of transformers follows the queue."""
        return self.transformer_minimum < self.transformer_maximum

    @property
    def is_told(self) -> bool:
        """Whether somebody is told of runs."""
        return self.notice_email is not None or self.notice_url is not None

    @property
    def is_queried(self) -> bool:
        """Whether the transformer queries the lake, for its page or for notices."""
        return self.api or self.is_told

    @property
    def is_compacted(self) -> bool:
        """Whether the lake is compacted on a schedule."""
        return self.compaction != OFF

    @property
    def has_compactor(self) -> bool:
        """Whether a task compacts the lake, and no Glue job."""
        return self.is_compacted and self.compaction_engine == "fargate"

    @property
    def has_iceberg(self) -> bool:
        """Whether Iceberg tables are synced on a schedule."""
        return self.iceberg != OFF

    @property
    def has_retention(self) -> bool:
        """Whether what is older than it is kept is removed on a schedule."""
        return self.retention != OFF

    @property
    def kept_days(self) -> KeptDays:
        """How long each source that is read is kept."""
        return kept_days(self)

    @property
    def reconcile_seconds(self) -> float:
        """Time between two passes of the reconciler: shorter where transformers stop when idle.

        They stop twenty minutes after the last message, and an event counts as lost after ten.
        """
        grace = deployed.RECONCILE_GRACE_SECONDS
        return deployed.RECONCILE_SECONDS if self.transformer_minimum else grace

    @property
    def reconcile_days(self) -> int:
        """The days that the reconciler looks at: with those of the run before, however rare."""
        runs = (self, *self.sources.chosen, *self.accounts.values())
        longest = max(each.interval for each in runs)
        return max(deployed.RECONCILE_DAYS, ceil(longest / timedelta(days=1)) + 2)

    @property
    def _own_network(self) -> str:
        """The settings that describe the deployment's own network, beside their defaults."""
        names = ("network", "vpc_cidr", "availability_zones")
        fields = type(self).model_fields
        return ", ".join(name for name in names if getattr(self, name) != fields[name].default)

    @model_validator(mode="after")
    def _check_combinations(self) -> Self:
        if self.transformer_minimum > self.transformer_maximum:
            raise ValueError("transformer_minimum is greater than transformer_maximum: lower it")
        if self.api and self.transformer_minimum == 0:
            raise ValueError(
                "the API needs a transformer that always runs: set transformer_minimum to 1 or more"
            )
        if self.api != (self.tokens_secret_arn is not None):
            raise ValueError(
                "the API lets nobody in without a token: store tokens in a secret, and set "
                "tokens_secret_arn"
                if self.api
                else "tokens_secret_arn is for the API: set api = true, or remove it"
            )
        if self.existing_vpc is not None and (own := self._own_network):
            raise ValueError(
                f"existing_vpc takes the place of the deployment's own network: remove {own}"
            )
        if self.customer_key_for and not (self.customer_key or self.customer_key_arn):
            raise ValueError(
                "customer_key_for needs a key: set customer_key = true or customer_key_arn, or "
                "remove it"
            )
        days, expiry = self.raw_infrequent_access_days, self.raw_expiry_days
        if days is not None and expiry is not None and days >= expiry:
            raise ValueError("raw_expiry_days must be greater than raw_infrequent_access_days")
        check_keeping(self)
        return self
