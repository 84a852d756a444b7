"""The crawler that audits the curated objects: it reports drift and changes no table.

The transformer starts it after a run's objects are committed, by the setting `crawl`; it has no
schedule.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from constructs import Construct

from playlake_contracts.hive import schema_digest
from playlake_contracts.keys import CURATED_PREFIX, QUARANTINE_PREFIX
from playlake_contracts.tables import TABLES
from playlake_infra.checks.nag_suppressions import suppress
from playlake_infra.compute.permissions import allow
from playlake_infra.data.catalog import glue_arn

if TYPE_CHECKING:
    from playlake_infra.data.catalog import Catalog
    from playlake_infra.data.storage import Storage
    from playlake_infra.settings import Settings

_CONFIGURATION = {
    "Version": 1.0,
    # A partition that the crawler finds gets the declared columns, not those that it infers.
    # https://docs.aws.amazon.com/glue/latest/dg/crawler-schema-changes-prevent.html
    "CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}},
    "Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"},
}
_CRAWLER_ACTIONS = [
    "glue:BatchCreatePartition",
    "glue:BatchGetPartition",
    "glue:CreatePartition",
    "glue:GetDatabase",
    "glue:GetPartition",
    "glue:GetPartitions",
    "glue:GetTable",
    "glue:GetTables",
    "glue:UpdatePartition",
]
# The prefixes of all tables; results of queries and anything else are not crawled.
_PREFIXES = (CURATED_PREFIX, QUARANTINE_PREFIX)
_LOG_ACTIONS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]


class Crawler(Construct):
    """The crawler over all tables.

    Attributes:
        crawler_name: the name of the crawler.
        arn: its ARN.
        role: its role.
    """

    def __init__(
        self, scope: Construct, name: str, settings: Settings, storage: Storage, catalog: Catalog
    ) -> None:
        super().__init__(scope, name)
        self.crawler_name = settings.names.crawler
        self.arn = glue_arn(f"crawler/{self.crawler_name}")
        self.role = self._role(storage, catalog)
        self._crawler(catalog)

    def _crawler(self, catalog: Catalog) -> None:
        crawler = glue.CfnCrawler(
            self,
            "Resource",
            name=self.crawler_name,
            # A new schema changes the crawler: the transformer then starts a crawl.
            description="Reports where the Parquet objects differ from the declared tables, "
            f"schema {schema_digest(TABLES.values())}",
            role=self.role.role_arn,
            targets=glue.CfnCrawler.TargetsProperty(
                catalog_targets=[
                    glue.CfnCrawler.CatalogTargetProperty(
                        database_name=catalog.database, tables=list(TABLES)
                    )
                ]
            ),
            # The template declares the columns; the crawler only logs differences.
            schema_change_policy=glue.CfnCrawler.SchemaChangePolicyProperty(
                update_behavior="LOG", delete_behavior="LOG"
            ),
            configuration=json.dumps(_CONFIGURATION),
        )
        suppress(
            crawler,
            "GL1",
            "its log holds table and column names; a security configuration needs a key of its own",
        )
        for table in catalog.tables:
            crawler.add_resource_dependency(table)

    def _role(self, storage: Storage, catalog: Catalog) -> iam.Role:
        # Glue does not always send the source account; if it does, it must be this one.
        glue_of_this_account = iam.ServicePrincipal(
            "glue.amazonaws.com",
            conditions={"StringEqualsIfExists": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
        )
        role = iam.Role(self, "Role", assumed_by=glue_of_this_account)
        bucket = storage.curated
        objects = [bucket.arn_for_objects(f"{prefix}*") for prefix in _PREFIXES]
        account = f"{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
        log = f"arn:{cdk.Aws.PARTITION}:logs:{account}:log-group:/aws-glue/crawlers*"
        under_prefixes = {"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in _PREFIXES]}}
        named_at_run_time = "objects are named at run time, under the prefix"
        allow(role, ["s3:GetObject"], objects, wildcard_reason=named_at_run_time)
        allow(role, ["s3:ListBucket"], [bucket.bucket_arn], conditions=under_prefixes)
        allow(role, ["s3:GetBucketLocation"], [bucket.bucket_arn])
        allow(
            role, _CRAWLER_ACTIONS, catalog.arns, wildcard_reason="the tables of the one database"
        )
        # AWS documents no smaller set for a crawl of declared tables than `glue:*`. Views are not
        # crawled, so they stay out of it.
        tables = [glue_arn(f"table/{catalog.database}/{name}") for name in TABLES]
        allow(role, ["glue:UpdateTable"], [*catalog.arns[:2], *tables])
        allow(
            role,
            _LOG_ACTIONS,
            [log],
            wildcard_reason="Glue chooses the name under which crawlers log",
        )
        storage.allow_key(role, "kms:Decrypt")
        return role
