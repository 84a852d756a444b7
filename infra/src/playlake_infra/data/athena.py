"""Athena: a workgroup that cancels queries that scan too much, and the queries of queries/.

A saved query begins with the WITH queries that hide uncommitted parts. It has a question mark for
each parameter; the console asks for their values in order.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_athena as athena
from constructs import Construct

from playlake_contracts.committed_sql import committed_only
from playlake_contracts.query_parameters import parse_head, with_question_marks
from playlake_contracts.resource_names import QUERY_RESULTS_PREFIX

if TYPE_CHECKING:
    from playlake_infra.data.catalog import Catalog
    from playlake_infra.data.storage import Storage
    from playlake_infra.settings import Settings

QUERIES = Path(__file__).parents[4] / "queries"


class Athena(Construct):
    """The workgroup and the saved queries.

    Attributes:
        workgroup: the name of the workgroup.
    """

    def __init__(
        self, scope: Construct, name: str, settings: Settings, storage: Storage, catalog: Catalog
    ) -> None:
        super().__init__(scope, name)
        self.workgroup = settings.names.workgroup
        workgroup = self._workgroup(settings, storage)
        for path in sorted(QUERIES.glob("*.sql")):
            self._query(path, catalog.database).add_resource_dependency(workgroup)

    def _workgroup(self, settings: Settings, storage: Storage) -> athena.CfnWorkGroup:
        configuration = athena.CfnWorkGroup.WorkGroupConfigurationProperty(
            bytes_scanned_cutoff_per_query=settings.query_scan_limit_bytes,
            enforce_work_group_configuration=True,
            publish_cloud_watch_metrics_enabled=True,
            engine_version=athena.CfnWorkGroup.EngineVersionProperty(
                selected_engine_version="Athena engine version 3"
            ),
            result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                output_location=f"s3://{storage.curated.bucket_name}/{QUERY_RESULTS_PREFIX}",
                expected_bucket_owner=cdk.Aws.ACCOUNT_ID,
                encryption_configuration=_encryption(storage),
            ),
        )
        return athena.CfnWorkGroup(
            self,
            "Workgroup",
            name=self.workgroup,
            # The query history is deleted with the stack; the data stays in its buckets.
            recursive_delete_option=True,
            work_group_configuration=configuration,
        )

    def _query(self, path: Path, database: str) -> athena.CfnNamedQuery:
        text = path.read_text(encoding="utf-8")
        return athena.CfnNamedQuery(
            self,
            f"Query-{path.stem}",
            name=path.stem,
            database=database,
            description=_summary(text),
            query_string=with_question_marks(committed_only(text, database)),
            work_group=self.workgroup,
        )


def _encryption(storage: Storage) -> athena.CfnWorkGroup.EncryptionConfigurationProperty:
    if storage.key is None:
        return athena.CfnWorkGroup.EncryptionConfigurationProperty(encryption_option="SSE_S3")
    return athena.CfnWorkGroup.EncryptionConfigurationProperty(
        encryption_option="SSE_KMS", kms_key=storage.key.key_arn
    )


def _summary(sql: str) -> str:
    """The first sentence of the description: Athena takes up to 1,024 characters."""
    description, _ = parse_head(sql)
    return description.partition(". ")[0].removesuffix(".") + "."
