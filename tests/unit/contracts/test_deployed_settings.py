"""The template and the service accept the same values of a deployed setting."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from playlake_contracts import deployed_settings as deployed
from playlake_extractor.settings import Settings as ExtractorSettings
from playlake_transformer.settings import Settings as TransformerSettings

EXTRACTOR = (
    "requests_per_second",
    "refresh_after_days",
    "enrich",
    "covers",
    "liked_songs",
    "least_read_percent",
    "log_level",
    "metrics_namespace",
)
TRANSFORMER = (
    "crawl",
    "crawler_daily_limit",
    "drain_seconds",
    "http_port",
    "log_level",
    "metrics_namespace",
    "visibility_timeout_seconds",
)


class Settings(BaseModel):
    log_level: deployed.LogLevel = deployed.LOG_LEVEL
    requests_per_second: deployed.RequestsPerSecond = deployed.REQUESTS_PER_SECOND
    refresh_after_days: deployed.RefreshAfterDays = deployed.REFRESH_AFTER_DAYS
    enrich: deployed.Enrich = deployed.ENRICH
    covers: deployed.Covers = deployed.COVERS
    liked_songs: deployed.LikedSongs = deployed.LIKED_SONGS
    crawl: deployed.Crawl = deployed.CRAWL
    least_read_percent: deployed.LeastReadPercent = deployed.LEAST_READ_PERCENT
    metrics_namespace: deployed.MetricsNamespace = deployed.METRICS_NAMESPACE
    crawler_daily_limit: deployed.CrawlsPerDay = deployed.CRAWLS_PER_DAY
    http_port: deployed.HttpPort = deployed.HTTP_PORT
    visibility_timeout_seconds: deployed.VisibilityTimeoutSeconds = (
        deployed.VISIBILITY_TIMEOUT_SECONDS
    )
    drain_seconds: deployed.DrainSeconds = deployed.DRAIN_SECONDS


@pytest.mark.parametrize(
    ("service", "names"), [(ExtractorSettings, EXTRACTOR), (TransformerSettings, TRANSFORMER)]
)
def test_a_service_uses_the_shared_definitions_of_deployed_settings(
    service: type[BaseModel], names: tuple[str, ...]
) -> None:
    for name in names:
        described, own = Settings.model_fields[name], service.model_fields[name]
        assert (own.default, own.metadata) == (described.default, described.metadata)
        assert own.description == described.description
        assert own.description


@pytest.mark.parametrize(
    ("name", "accepted", "refused"),
    [
        ("log_level", ["debug", "INFO", "Warning"], ["trace", "", 3, None]),
        ("requests_per_second", [0.001, 100], [0, 100.5, "fast"]),
        ("refresh_after_days", [0, 3650], [-1, 3651]),
        ("crawl", ["every_run", "on_schema_change", "never"], ["always", "", None]),
        ("least_read_percent", [0, 100], [-1, 101]),
        ("metrics_namespace", ["playlake", "A/b.c_1-#", None], ["", ":a", "a b", "a" * 256]),
        ("crawler_daily_limit", [1, 144], [0, 145, 1.5]),
        ("http_port", [0, 65535], [-1, 65536]),
        ("visibility_timeout_seconds", [3, 43_200], [2, 43_201]),
        ("drain_seconds", [0.1, 86_400], [0, 86_401]),
    ],
)
def test_a_deployed_setting_is_bounded(name: str, accepted: list[Any], refused: list[Any]) -> None:
    for value in accepted:
        Settings.model_validate({name: value})
    for value in refused:
        with pytest.raises(ValidationError):
            Settings.model_validate({name: value})


def test_the_defaults_are_within_the_bounds() -> None:
    assert Settings.model_validate(Settings().model_dump()) == Settings()
