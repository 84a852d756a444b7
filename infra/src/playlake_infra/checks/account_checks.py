"""What is wrong with the account, the region or the stack before a deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_infra.cdk_cli import CDK_CLI, MINIMUM_BOOTSTRAP
from playlake_infra.checks.subnets import subnet_problems
from playlake_infra.checks.vpc_link_zones import has_vpc_links

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_infra.checks.aws_state import AwsState, KeptSecret
    from playlake_infra.place import Place
    from playlake_infra.settings import Settings

_IN_PROGRESS = "_IN_PROGRESS"
# The CDK's CLI continues or replaces a stack in these states by itself.
_REPLACED = frozenset({"REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"})
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
_REMEDIES = {
    "UPDATE_ROLLBACK_FAILED": "remove what the events of the stack name, then run "
    "`aws cloudformation continue-update-rollback --stack-name {name}`",
    "DELETE_FAILED": "remove what the events of the stack name, then run make destroy again",
    "CREATE_FAILED": "run `aws cloudformation rollback-stack --stack-name {name}`",
    "UPDATE_FAILED": "run `aws cloudformation rollback-stack --stack-name {name}`",
    "IMPORT_ROLLBACK_FAILED": "look at the events of the stack, and run make destroy",
}


def stack_problems(name: str, status: str | None) -> Iterator[str]:
    """Find a stack that can be neither updated nor deleted now."""
    if status is None or status in _REPLACED:
        return
    if status.endswith(_IN_PROGRESS):
        yield (
            f"the stack {name} is {status}: another deployment, or one that was interrupted, goes "
            "on: wait for its end, then run this again"
        )
    elif status in _REMEDIES:
        yield f"the stack {name} is {status}: {_REMEDIES[status].format(name=name)}"


def stack_notes(name: str, status: str | None) -> Iterator[str]:
    """Say what becomes of a stack whose creation failed or was interrupted."""
    if status in _REPLACED:
        yield (
            f"the stack {name} is {status}, because its creation failed or was interrupted: the "
            "CDK begins it anew"
        )


def account_problems(settings: Settings, place: Place, state: AwsState) -> Iterator[str]:
    """Find what the account or the region lacks."""
    yield from _snowflake_problems(settings, place)
    if state.kept_secret is not None:
        yield _kept_secret_problem(state.kept_secret)
    yield from _bootstrap_problems(place, state.bootstrap)
    # CloudFormation's first cluster in an account fails now and then: ECS creates its role and
    # assumes it at once. Application Auto Scaling creates its own role in time.
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html
    # https://docs.aws.amazon.com/autoscaling/application/userguide/services-that-can-integrate-ecs.html
    if state.has_ecs_role is False:
        yield (
            "the account has no service-linked role of ECS, which its first cluster needs: run "
            "`aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com`"
        )
    if settings.api:
        yield from _zone_problems(state)
    if settings.existing_vpc is not None and state.subnets is not None:
        yield from subnet_problems(settings.existing_vpc, state.subnets)


def _kept_secret_problem(secret: KeptSecret) -> str:
    restore = f"`aws secretsmanager restore-secret --secret-id {secret.arn}`, then "
    return (
        f"an earlier deployment has left the secret {secret.arn}, and a new one cannot have its "
        f"name: {restore if secret.is_going else ''}set spotify_secret_arn to this ARN in the "
        "settings to go on with its login"
    )


def _bootstrap_problems(place: Place, version: int | None) -> Iterator[str]:
    if version is not None and version < MINIMUM_BOOTSTRAP:
        found = (
            f"has version {version} of the CDK's bootstrap" if version else "is not bootstrapped"
        )
        yield (
            f"the region {place.region} {found}, and version {MINIMUM_BOOTSTRAP} is needed: run "
            f"`npx {CDK_CLI} bootstrap aws://{place.account}/{place.region}`"
        )


def _zone_problems(state: AwsState) -> Iterator[str]:
    for name, zone_id in state.zones.items():
        if not has_vpc_links(zone_id):
            yield (
                f"the API needs VPC links, which the zone {name} ({zone_id}) does not have: choose "
                "other zones with availability_zones in the settings, or api = false"
            )


def _snowflake_problems(settings: Settings, place: Place) -> Iterator[str]:
    """A bucket sends events to queues of its own region alone, and S3 refuses any other."""
    queue = settings.snowflake.queue_arn if settings.snowflake else None
    if queue is None:
        return
    region = queue.split(":")[3]
    if region != place.region:
        yield (
            f"snowflake.queue_arn is in {region}, and the bucket would be in {place.region}: use "
            "an account of Snowflake in the same region, or remove queue_arn and refresh its pipes"
        )
