"""Reads from AWS what a deployment depends on."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import urllib3

from playlake_infra.cdk_cli import BOOTSTRAP_PARAMETER
from playlake_infra.checks.aws_clients import Permitted, read_or, read_or_absent
from playlake_infra.checks.aws_state import AwsState, Bucket, KeptSecret, ServiceInputs
from playlake_infra.checks.bucket_configuration import wanted_configuration
from playlake_infra.checks.read_buckets import read_bucket, read_keys
from playlake_infra.checks.read_images import read_architectures
from playlake_infra.checks.released_registry import is_public
from playlake_infra.checks.subnets import read_subnets
from playlake_infra.compute.images import services_of
from playlake_infra.compute.network import ZONES
from playlake_infra.readers import readers_of
from playlake_infra.synth import synthesise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_infra.checks.aws_clients import Clients
    from playlake_infra.checks.subnets import Subnet
    from playlake_infra.place import Place
    from playlake_infra.released_images import ImageChoice
    from playlake_infra.settings import Settings

ECS_ROLE = "AWSServiceRoleForECS"


def read_state(clients: Clients, settings: Settings, place: Place, images: ImageChoice) -> AwsState:
    """Read the state of AWS, as far as the credentials may.

    Raises:
        BotoCoreError: AWS cannot be reached.
        ClientError: AWS refuses a request for another reason than a permission.
    """
    permitted = Permitted()
    buckets = _buckets(clients, permitted, settings, place)
    stack = read_stack_status(clients, permitted, settings.name)
    return AwsState(
        buckets=buckets,
        keys=read_keys(clients, permitted, settings, buckets),
        stack=stack,
        kept_secret=_kept_secret(clients, permitted, settings) if stack == "" else None,
        bootstrap=permitted.read(
            "the CDK's bootstrap", "ssm:GetParameter", lambda: _bootstrap(clients)
        ),
        has_ecs_role=permitted.read(
            f"the role {ECS_ROLE}", "iam:GetRole", lambda: _has_role(clients)
        ),
        zones=_zones(clients, permitted, settings) if _has_own_api(settings) else {},
        subnets=_subnets(clients, permitted, settings),
        services=_services(clients, permitted, settings, images),
        unread=tuple(permitted.unread),
    )


def read_stack_status(clients: Clients, permitted: Permitted, name: str) -> str | None:
    """Read the status of a stack; empty if there is none, None without the permission."""
    return permitted.read(
        f"the stack {name}", "cloudformation:DescribeStacks", lambda: _stack_status(clients, name)
    )


def _stack_status(clients: Clients, name: str) -> str:
    found = read_or_absent(lambda: clients.cloudformation.describe_stacks(StackName=name))
    return found["Stacks"][0]["StackStatus"] if found is not None else ""


def _buckets(
    clients: Clients, permitted: Permitted, settings: Settings, place: Place
) -> tuple[Bucket, ...]:
    names = settings.names
    wanted = (
        names.raw_bucket(place.account, place.region),
        names.curated_bucket(place.account, place.region),
    )
    buckets = [
        read_bucket(clients, permitted, name, place.account, settings.name) for name in wanted
    ]
    if not any(bucket.is_kept for bucket in buckets):
        return tuple(buckets)
    return tuple(_with_wanted(settings, place, buckets))


def _with_wanted(settings: Settings, place: Place, buckets: list[Bucket]) -> list[Bucket]:
    resources = synthesise(settings, place)["Resources"].values()
    templates = {
        resource["Properties"]["BucketName"]: resource["Properties"]
        for resource in resources
        if resource["Type"] == "AWS::S3::Bucket"
    }
    queue = f"arn:{place.partition}:sqs:{place.region}:{place.account}:{settings.names.queue}"
    return [
        replace(bucket, wanted=wanted_configuration(templates[bucket.name], queue))
        if bucket.is_kept
        else bucket
        for bucket in buckets
    ]


def _bootstrap(clients: Clients) -> int:
    found = read_or(
        "0",
        lambda: clients.ssm.get_parameter(Name=BOOTSTRAP_PARAMETER)["Parameter"]["Value"],
        "ParameterNotFound",
    )
    return int(found)


def _has_role(clients: Clients) -> bool:
    return read_or(
        False,  # noqa: FBT003  what is returned without the role
        lambda: bool(clients.iam.get_role(RoleName=ECS_ROLE)["Role"]),
        "NoSuchEntity",
    )


def _has_own_api(settings: Settings) -> bool:
    """Whether an API is reached in zones that the deployment chooses."""
    return settings.api and settings.existing_vpc is None


def _zones(clients: Clients, permitted: Permitted, settings: Settings) -> dict[str, str]:
    """The zones of the subnets: the chosen ones, or the first of the region by name."""
    answer = permitted.read(
        "the zones of the subnets",
        "ec2:DescribeAvailabilityZones",
        lambda: clients.ec2.describe_availability_zones(
            Filters=[{"Name": "zone-type", "Values": ["availability-zone"]}]
        ),
    )
    found = answer["AvailabilityZones"] if answer is not None else ()
    ids = {zone["ZoneName"]: zone["ZoneId"] for zone in found}
    chosen = settings.availability_zones or sorted(ids)[:ZONES]
    return {name: ids[name] for name in chosen if name in ids}


def _subnets(
    clients: Clients, permitted: Permitted, settings: Settings
) -> tuple[Subnet, ...] | None:
    if settings.existing_vpc is None:
        return None
    found = read_subnets(clients, permitted, settings.existing_vpc)
    return None if found is None else tuple(found)


def _services(
    clients: Clients, permitted: Permitted, settings: Settings, images: ImageChoice
) -> ServiceInputs | None:
    if images.is_empty:
        return None
    name = settings.spotify_secret
    secret = permitted.read(
        f"the secret {name}",
        "secretsmanager:GetSecretValue",
        lambda: (_secret(clients, name),),
    )
    return ServiceInputs(
        secret_name=name,
        secret=secret[0] if secret is not None else None,
        images=_own_images(clients, permitted, settings, images.tag),
        is_secret_read=secret is not None,
        private=tuple(_private_images(permitted, images)),
        empty=tuple(_empty_secrets(clients, permitted, settings)),
    )


def _kept_secret(clients: Clients, permitted: Permitted, settings: Settings) -> KeptSecret | None:
    """The secret that an earlier deployment has left under the name of the one to be created."""
    if settings.spotify_secret_arn is not None:
        return None
    name = settings.names.spotify_secret
    found = permitted.read(
        f"whether there is a secret {name}",
        "secretsmanager:DescribeSecret",
        lambda: read_or(
            None,
            lambda: clients.secrets.describe_secret(SecretId=name),
            "ResourceNotFoundException",
        ),
    )
    return None if found is None else KeptSecret(found["ARN"], "DeletedDate" in found)


def _empty_secrets(clients: Clients, permitted: Permitted, settings: Settings) -> Iterator[str]:
    """The secrets of further sources and accounts that have no value, or are not there yet."""
    for reader in readers_of(settings):
        name = reader.secret_name
        if name is None:
            continue
        found = permitted.read(
            f"the secret {name}",
            "secretsmanager:GetSecretValue",
            lambda name=name: (_secret(clients, name),),  # type: ignore[misc]
        )
        if found is not None and not (found[0] or "").strip():
            yield name


def _secret(clients: Clients, name: str) -> str | None:
    try:
        return clients.secrets.get_secret_value(SecretId=name).get("SecretString", "")
    except clients.secrets.exceptions.ResourceNotFoundException:
        return None


def _own_images(
    clients: Clients, permitted: Permitted, settings: Settings, tag: str | None
) -> dict[str, frozenset[str] | None]:
    if tag is None:
        return {}
    read = {
        f"{repository}:{tag}": permitted.read(
            f"the image {repository}:{tag}",
            "ecr:BatchGetImage or ecr:GetDownloadUrlForLayer",
            partial(_architectures, clients, repository, tag),
        )
        for repository in map(settings.names.repository, services_of(settings))
    }
    return {image: found[0] for image, found in read.items() if found is not None}


def _private_images(permitted: Permitted, images: ImageChoice) -> Iterator[str]:
    for image in images.released.values():
        try:
            if not is_public(image):
                yield image
        except urllib3.exceptions.HTTPError as error:
            permitted.unread.append(f"the image {image} was not checked: {error}")


def _architectures(clients: Clients, repository: str, tag: str) -> tuple[frozenset[str] | None]:
    """The architectures in a tuple, so that None remains for what may not be read."""
    return (read_architectures(clients.ecr, repository, tag),)
