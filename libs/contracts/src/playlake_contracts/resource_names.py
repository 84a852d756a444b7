"""The names of a deployment's resources on AWS. The template and the command use them.

The template can be deployed under any name. The local deployment is always `playlake`.
"""

from __future__ import annotations

from dataclasses import dataclass

# Athena writes query results under this prefix of the curated bucket.
QUERY_RESULTS_PREFIX = "athena-results/"


@dataclass(frozen=True, slots=True)
class ResourceNames:
    """The names of the resources of one deployment.

    Attributes:
        deployment: the name of the deployment, with which every other name starts.
    """

    deployment: str

    def raw_bucket(self, account: str, region: str) -> str:
        """The bucket of raw objects. A bucket name is unique in all of AWS."""
        return f"{self.deployment}-raw-{account}-{region}"

    def curated_bucket(self, account: str, region: str) -> str:
        """The bucket of Parquet objects, quarantine and query results."""
        return f"{self.deployment}-curated-{account}-{region}"

    @property
    def queue(self) -> str:
        """The queue of S3 events about raw objects."""
        return f"{self.deployment}-raw-events"

    @property
    def dead_letter_queue(self) -> str:
        """The dead-letter queue of `queue`."""
        return f"{self.queue}-dlq"

    @property
    def overwrites_queue(self) -> str:
        """The queue of what the overwriter writes anew."""
        return f"{self.deployment}-overwrites"

    @property
    def glue_database(self) -> str:
        """The Glue database. It has no hyphens, because Athena requires quotes around them."""
        return self.deployment.replace("-", "_")

    @property
    def compacted_database(self) -> str:
        """The Glue database of the compacted tables."""
        return f"{self.glue_database}_compacted"

    @property
    def iceberg_database(self) -> str:
        """The Glue database of the Iceberg tables."""
        return f"{self.glue_database}_iceberg"

    @property
    def crawler(self) -> str:
        """The Glue crawler of the curated bucket."""
        return f"{self.deployment}-curated"

    @property
    def compaction_job(self) -> str:
        """The Glue job that compacts."""
        return f"{self.deployment}-compaction"

    @property
    def backfill_job(self) -> str:
        """The Glue job that backfills, and the workflow that starts it after each run."""
        return f"{self.deployment}-backfill"

    @property
    def workgroup(self) -> str:
        """The Athena workgroup."""
        return self.deployment

    @property
    def spotify_secret(self) -> str:
        """The secret with the credentials of the Spotify app and its user."""
        return self.source_secret("spotify")

    def source_secret(self, source: str) -> str:
        """The secret of a source."""
        return f"{self.deployment}/{source}"

    def account_secret(self, account: str) -> str:
        """The secret of a further account of Spotify."""
        return f"{self.spotify_secret}/{account}"

    def snowflake_role(self, region: str) -> str:
        """The role that Snowflake assumes. A role's name is unique in an account."""
        return f"{self.deployment}-snowflake-{region}"

    def eraser_role(self, region: str) -> str:
        """The role that takes out of the lake what belongs to a person."""
        return f"{self.deployment}-eraser-{region}"

    def analyst_policy(self, region: str) -> str:
        """The managed policy of an analyst."""
        return f"{self.deployment}-analyst-{region}"

    def repository(self, service: str) -> str:
        """The image repository of a service."""
        return f"{self.deployment}/{service}"
