"""The templates under test, each synthesised once: all presets and some variants."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from playlake_infra.presets import PRESETS, settings_of
from playlake_infra.synth import Template, synthesise

if TYPE_CHECKING:
    from collections.abc import Iterator

# The address of a secret, and no secret.
TOKENS_SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:playlake/tokens-AbCdEf"  # noqa: S105
# Synthetic, as Snowflake describes an account.
SNOWFLAKE = {
    "user_arns": [
        "arn:aws:iam::210987654321:user/abc1-s-p2edu",
        "arn:aws:iam::210987654321:user/g",
    ],
    "external_id": "synthetic-external-id",
    "queue_arn": "arn:aws:sqs:eu-central-1:210987654321:sf-snowpipe-AIDASYNTHETIC-abc",
}
SOURCES: dict[str, dict[str, Any]] = {
    "listenbrainz": {
        "schedule": "rate(1 day)",
        "playlists": "mine",
        "user": "robin",
        "token": True,
    },
    "youtube": {"schedule": "rate(7 days)", "channel": "UC0123456789abcdefghijkl"},
}
VARIANTS = {
    **PRESETS,
    "everything": settings_of(
        "large",
        {
            "network": "private",
            "backfill": "after_each_run",
            "api": True,
            "tokens_secret_arn": TOKENS_SECRET,
            "transformer_spot": True,
            "raw_expiry_days": 365,
            "spotify_authorised_on": "2026-11-21",
            "alarm_email": "somebody@example.com",
            "notice_email": "listener@example.com",
            "notice_url": "https://example.com/hook?for=playlake",
            "budget_usd": 30,
            "snowflake": SNOWFLAKE,
            "iceberg": "rate(1 hour)",
        },
    ),
    # What works on many objects does it on Spark.
    "on_glue": settings_of(
        "standard",
        {
            "backfill": "by_hand",
            "compaction_engine": "glue",
            "compaction_workers": 10,
            "glue_version": "6.0",
        },
    ),
    # Exactly one transformer, so there is no scaling; runs so far apart that a watcher is needed.
    "fixed": settings_of("thrifty", {"transformer_minimum": 1, "schedule": "rate(7 days)"}),
    # Further sources: one with its optional secret, and one whose runs need a watcher.
    "sources": settings_of("standard", {"sources": SOURCES}),
    # Somebody is told of runs, and no page is reachable.
    "told": settings_of("thrifty", {"notice_email": "listener@example.com"}),
}


@cache
def template(variant: str) -> Template:
    """The template of a variant; no test may change it."""
    return synthesise(VARIANTS[variant])


def of_type(found: Template, kind: str) -> dict[str, dict[str, Any]]:
    """The properties of every resource of a type, such as `AWS::S3::Bucket`, by logical id."""
    return {
        logical_id: resource.get("Properties", {})
        for logical_id, resource in found["Resources"].items()
        if resource["Type"] == kind
    }


def only(found: Template, kind: str, word: str = "") -> dict[str, Any]:
    """The properties of the only resource of a type whose logical id contains a word."""
    (properties,) = (p for i, p in of_type(found, kind).items() if word in i)
    return properties


def extraction(found: Template) -> dict[str, Any]:
    """The resource of the schedule that starts the extractor."""
    (schedule,) = (
        resource
        for resource in found["Resources"].values()
        if resource["Type"] == "AWS::Scheduler::Schedule"
        and resource["Properties"]["Name"].endswith("-extract")
    )
    return dict(schedule)


def statements(found: Template, role: str) -> list[dict[str, Any]]:
    """The policy statements of the role whose logical id begins with this."""
    return [
        statement
        for policy in of_type(found, "AWS::IAM::Policy").values()
        if any(attached["Ref"].startswith(role) for attached in policy["Roles"])
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def actions(found: Template, role: str) -> set[str]:
    """Every action that a role is allowed on any resource."""
    return {a for statement in statements(found, role) for a in as_list(statement["Action"])}


def values(value: Any) -> Iterator[Any]:  # noqa: ANN401  any value of a template
    """A value of a template and every value within it."""
    yield value
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from values(inner)


def as_list(value: Any) -> list[Any]:  # noqa: ANN401  any value of a template
    """A list, or a single value as a list of one, as policies have both."""
    return value if isinstance(value, list) else [value]
