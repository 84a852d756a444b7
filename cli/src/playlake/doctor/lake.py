"""The lake on the local AWS: its buckets and queues, Spotify's quotas, and the last run."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from playlake.errors import CommandError
from playlake.lake import queue_depth
from playlake.manifests import manifest_keys, readable_manifests
from playlake_contracts.keys import state_key
from playlake_contracts.sources.spotify import SOURCE
from playlake_extractor.public import S3StateStore, StopError, load_state, still_closed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from playlake.doctor.findings import Findings
    from playlake.local_aws import LocalAws

STALE_AFTER = timedelta(days=2)


def look_at_lake(findings: Findings, aws: LocalAws, now: datetime) -> None:
    """Look at everything that the lake has on AWS."""
    for bucket in (aws.resources.raw_bucket, aws.resources.curated_bucket):
        with _asking_aws(findings, "bucket"):
            aws.s3.head_bucket(Bucket=bucket)
            findings.ok("bucket", bucket)
    with _asking_aws(findings, "queue"):
        waiting, hidden = queue_depth(aws, aws.queue_url)
        findings.ok("queue", f"{waiting} waiting, {hidden} being transformed")
    with _asking_aws(findings, "dead letters"):
        _look_at_dead_letters(findings, aws)
    with _asking_aws(findings, "quota"):
        _look_at_quota(findings, aws, now)
    with _asking_aws(findings, "last run"):
        _look_at_last_run(findings, aws, now)


@contextmanager
def _asking_aws(findings: Findings, thing: str) -> Iterator[None]:
    with findings.looking_at(thing):
        try:
            yield
        except (BotoCoreError, ClientError, StopError) as error:
            raise CommandError(str(error)) from error


def _look_at_dead_letters(findings: Findings, aws: LocalAws) -> None:
    dead, _ = queue_depth(aws, aws.dead_letter_queue_url)
    if dead:
        findings.warn(
            "dead letters",
            f"{dead} raw objects were not transformed: transformer.log in .playlake/logs says why",
        )
    else:
        findings.ok("dead letters", "none")


def _look_at_quota(findings: Findings, aws: LocalAws, now: datetime) -> None:
    store = S3StateStore(aws.s3, aws.resources.raw_bucket, state_key(SOURCE))
    closed = still_closed(load_state(store, SOURCE).not_before, now)
    for bucket, moment in closed.items():
        findings.warn(
            "quota",
            f"Spotify takes no requests of the group {bucket} before {moment:%Y-%m-%d %H:%M} UTC: "
            "run again after that",
        )
    if not closed:
        findings.ok("quota", "Spotify asked no run to wait")


def _look_at_last_run(findings: Findings, aws: LocalAws, now: datetime) -> None:
    manifests = readable_manifests(aws, manifest_keys(aws))
    last = next((one for one in manifests if one.trigger == "schedule"), None)
    if last is None:
        findings.warn("last run", "there is none yet: `playlake run`")
    elif now - last.finished_at > STALE_AFTER:
        days = (now - last.finished_at).days
        findings.warn("last run", f"{last.run_id} was {days} days ago: `playlake run`")
    else:
        findings.ok("last run", f"{last.run_id}, see `playlake runs {last.run_id}`")
