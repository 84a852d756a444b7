"""The stack: all resources of a deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from playlake_infra.compute.api import Api
from playlake_infra.compute.backfill import Backfill
from playlake_infra.compute.compaction_job import CompactionJob
from playlake_infra.compute.compactor import Compactor
from playlake_infra.compute.extractor import Extractor
from playlake_infra.compute.iceberg import IcebergSync
from playlake_infra.compute.network import ZONES
from playlake_infra.compute.overwriter import Overwriter
from playlake_infra.compute.retention import Retention
from playlake_infra.compute.runtime import make_runtime
from playlake_infra.compute.scaling import Scaling
from playlake_infra.compute.schedule import Schedule
from playlake_infra.compute.source_extractor import SourceExtractor
from playlake_infra.compute.transformer import Transformer
from playlake_infra.data.analyst import Analyst
from playlake_infra.data.conditional_writes import refuse_unconditional_writes
from playlake_infra.data.encryption import encrypt_more
from playlake_infra.data.eraser import Eraser
from playlake_infra.data.resources import make_data
from playlake_infra.data.snowflake_reader import SnowflakeReader
from playlake_infra.readers import readers_of
from playlake_infra.tags import PROJECT
from playlake_infra.watch.alarms import Alarms
from playlake_infra.watch.dashboard import Dashboard
from playlake_infra.watch.notices import Notices
from playlake_infra.watch.receivers import receivers
from playlake_infra.watch.token_expiry_reminder import TokenExpiryReminder

if TYPE_CHECKING:
    from constructs import Construct

    from playlake_infra.place import Place
    from playlake_infra.settings import Settings


class PlaylakeStack(cdk.Stack):
    """All resources of a deployment, for a place or for any account and region."""

    def __init__(self, scope: Construct, settings: Settings, place: Place | None = None) -> None:
        self._zones = _zones(settings)
        super().__init__(
            scope,
            settings.name,
            env=None if place is None else place.environment,
            description="Playlake: the history of your playlists",
            # The CDK's CLI checks the bootstrap version, so the template needs no rule for it.
            synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
        )
        self._settings = settings
        self._govern()
        self._data = make_data(self, settings)
        self._runtime = make_runtime(self, settings)
        self._extractor = Extractor(self, "Extractor", settings, self._data, self._runtime)
        task, runtime = self._extractor.task, self._runtime
        self._schedule = Schedule(self, "Schedule", settings, task, runtime)
        self._add_sources()
        if settings.has_compactor:
            Compactor(self, "Compactor", settings, self._data, self._schedule.starts)
        if settings.compaction_engine == "glue":
            CompactionJob(self, "CompactionJob", settings, self._data, self._schedule.starts)
        if settings.has_iceberg:
            IcebergSync(self, "Iceberg", settings, self._data, self._schedule.starts)
        if settings.has_retention:
            Retention(self, "Retention", settings, self._data, self._schedule.starts)
        if settings.backfill != "off":
            Backfill(self, "Backfill", settings, self._data)
        self._notices = Notices(self, "Notices", settings) if settings.is_told else None
        self._give_to_snowflake()
        if settings.analyst_policy:
            analyst = Analyst(self, "Analyst", settings, self._data)
            cdk.CfnOutput(self, "AnalystPolicy", value=analyst.policy.managed_policy_arn)
        self._transformer = Transformer(
            self, "Transformer", settings, self._data, self._runtime, self._notices
        )
        self._add_overwriting()
        self._add_scaling()
        self._add_watch()
        self._add_api()
        self._add_outputs()
        if self._data.storage.key is not None and settings.customer_key_for:
            encrypt_more(self, settings, self._data.storage.key)

    def _govern(self) -> None:
        """Give everything its tags, and every role its boundary."""
        for key, value in {PROJECT: self._settings.name, **self._settings.tags}.items():
            cdk.Tags.of(self).add(key, value)
        arn = self._settings.permissions_boundary_arn
        if arn is not None:
            policy = iam.ManagedPolicy.from_managed_policy_arn(self, "Boundary", arn)
            iam.PermissionsBoundary.of(self).apply(policy)

    @property
    def availability_zones(self) -> list[str]:
        """The zones of the subnets; asked from AWS when the stack is created, not here."""
        return self._zones

    def _add_sources(self) -> None:
        for reader in readers_of(self._settings):
            SourceExtractor(self, self._settings, reader, self._data, self._schedule.starts)
            if reader.secret_name is not None:
                cdk.CfnOutput(self, f"{reader.construct}Secret", value=reader.secret_name)

    def _give_to_snowflake(self) -> None:
        account = self._settings.snowflake
        if account is None:
            return
        reader = SnowflakeReader(self, "Snowflake", self._settings, self._data.storage, account)
        cdk.CfnOutput(self, "SnowflakeRole", value=reader.role.role_arn)

    def _add_overwriting(self) -> None:
        """Let two roles write over what is there, and nobody else."""
        overwriter = Overwriter(
            self, "Overwriter", self._settings, self._data, self._schedule.starts
        )
        eraser = None
        if self._settings.eraser:
            eraser = Eraser(self, "Eraser", self._settings, self._data).role
            cdk.CfnOutput(self, "EraserRole", value=eraser.role_arn)
        refuse_unconditional_writes(
            self._data.storage, overwriter=overwriter.task.role, eraser=eraser
        )

    def _add_scaling(self) -> None:
        if not self._settings.is_scaled:
            return
        queue = self._data.events.queue
        scaling = Scaling(self, "Scaling", self._settings, self._transformer, queue)
        self._runtime.images.only_if_pushed(scaling)

    def _add_watch(self) -> None:
        settings = self._settings
        service = self._transformer.service
        self._alarms = Alarms(self, "Alarms", settings, self._data, self._schedule, service)
        if settings.spotify_authorised_on is not None:
            topic, day = self._alarms.topic, settings.spotify_authorised_on
            TokenExpiryReminder(self, "Reminder", settings, topic, day)
        if settings.dashboard:
            events = self._data.events
            Dashboard(self, "Dashboard", settings, self._alarms, events, service)

    def _add_api(self) -> None:
        if not self._settings.api:
            return
        api = Api(self, "Api", self._settings, self._runtime.network, self._transformer)
        cdk.CfnOutput(self, "ApiUrl", value=api.url)

    def _add_outputs(self) -> None:
        data, images = self._data, self._runtime.images
        outputs = {
            "RawBucketName": data.storage.raw.bucket_name,
            "CuratedBucketName": data.storage.curated.bucket_name,
            "QueueUrl": data.events.queue.queue_url,
            "DeadLetterQueueUrl": data.events.dead_letters.queue_url,
            "GlueDatabase": data.catalog.database,
            "CrawlerName": data.crawler.crawler_name,
            "Workgroup": data.athena.workgroup,
            "SpotifySecret": self._settings.spotify_secret,
            "ClusterName": self._runtime.cluster.cluster_name,
            "TransformerService": self._transformer.service.service_name,
            "CompactorRepository": images.compactor.repository.repository_uri,
            "ExtractorRepository": images.extractor.repository.repository_uri,
            "TransformerRepository": images.transformer.repository.repository_uri,
        }
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)
        topic, description = self._alarms.topic.topic_arn, receivers(self._settings)
        cdk.CfnOutput(self, "AlarmTopic", value=topic, description=description)
        if self._notices is not None:
            cdk.CfnOutput(self, "NoticeTopic", value=self._notices.topic.topic_arn)


def _zones(settings: Settings) -> list[str]:
    if settings.availability_zones is not None:
        return list(settings.availability_zones)
    return [cdk.Fn.select(number, cdk.Fn.get_azs()) for number in range(ZONES)]
