"""The queues of the lake that a service serves: their URLs come from its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_aws import lake as aws_lake
from playlake_aws.deployment import Deployment
from playlake_transformer.own_lake import OwnLake, lake_of
from playlake_transformer.settings import Settings

if TYPE_CHECKING:
    import pytest

RAW = "playlake-raw-123456789012-eu-central-1"
QUEUES = "https://sqs.eu-central-1.amazonaws.com/123456789012/"


def own_lake(**given: str) -> OwnLake:
    settings = Settings(
        raw_bucket=RAW,
        curated_bucket="playlake-curated-123456789012-eu-central-1",
        queue_url=f"{QUEUES}playlake-raw-events",
        dead_letter_queue_url=f"{QUEUES}playlake-raw-events-dlq",
        glue_database="playlake",
        crawler_name="playlake-curated",
        **given,  # type: ignore[arg-type]
    )
    return lake_of(settings, Deployment.parse(RAW))


def test_what_waits_for_the_overwriter_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    depths = {f"{QUEUES}playlake-overwrites": (3, 1)}
    monkeypatch.setattr(aws_lake, "queue_depth", lambda _aws, url: depths[url])
    assert own_lake(overwrites_queue_url=f"{QUEUES}playlake-overwrites").overwrites() == 4


def test_a_service_that_overwrites_itself_has_no_queue_for_that() -> None:
    assert own_lake().overwrites() is None
