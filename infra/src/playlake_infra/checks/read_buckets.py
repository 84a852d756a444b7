"""Reads the buckets that a deployment is going to have, and the keys that encrypt them."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from playlake_infra.checks import bucket_configuration as configuration
from playlake_infra.checks.aws_clients import read_or, read_or_absent
from playlake_infra.checks.aws_state import Bucket, Owner
from playlake_infra.checks.bucket_checks import GONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mypy_boto3_s3 import S3Client

    from playlake_infra.checks.aws_clients import Clients, Permitted
    from playlake_infra.settings import Settings

_OWNERS = {
    HTTPStatus.NOT_FOUND: Owner.NOBODY,
    HTTPStatus.MOVED_PERMANENTLY: Owner.ANOTHER_REGION,
    HTTPStatus.BAD_REQUEST: Owner.ANOTHER_REGION,
    HTTPStatus.FORBIDDEN: Owner.UNKNOWN,
}


def read_bucket(
    clients: Clients, permitted: Permitted, name: str, account: str, deployment: str
) -> Bucket:
    """Read whose a bucket is and, if it is this account's, its stack and its configuration."""
    owner = _owner(clients, permitted, name, account)
    if owner is not Owner.THIS_ACCOUNT:
        return Bucket(name, owner)
    about = f"the bucket {name}"
    encryption = permitted.read(
        f"the encryption of {about}",
        "s3:GetEncryptionConfiguration",
        lambda: clients.s3.get_bucket_encryption(Bucket=name),
    )
    return Bucket(
        name=name,
        owner=owner,
        stack=permitted.read(
            f"the stack of {about}",
            "cloudformation:ListStackResources or cloudformation:DescribeStackResources",
            lambda: _stack(clients, deployment, name),
        ),
        project=permitted.read(
            f"the tag of {about}", "s3:GetBucketTagging", lambda: _project(clients, name)
        ),
        key=None if encryption is None else configuration.actual_key(encryption),
        actual=_actual(clients, permitted, name, encryption),
    )


def read_keys(
    clients: Clients, permitted: Permitted, settings: Settings, buckets: Iterable[Bucket]
) -> dict[str, str]:
    """Read the states of the customer-managed keys of the buckets and of the settings."""
    keys = {bucket.key for bucket in buckets} | {settings.customer_key_arn}
    states = {}
    for key in sorted(filter(None, keys)):
        state = permitted.read(
            f"the key {key}", "kms:DescribeKey", partial(_key_state, clients, key)
        )
        if state is not None:
            states[key] = state
    return states


def _owner(clients: Clients, permitted: Permitted, name: str, account: str) -> Owner:
    try:
        answer = clients.s3.head_bucket(Bucket=name, ExpectedBucketOwner=account)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status not in _OWNERS:
            raise
        owner = _OWNERS[HTTPStatus(status)]
        return _owner_of_listed(clients, permitted, name) if owner is Owner.UNKNOWN else owner
    # botocore redirects the request to the region of the bucket.
    here = clients.s3.meta.region_name
    return Owner.THIS_ACCOUNT if answer.get("BucketRegion", here) == here else Owner.ANOTHER_REGION


def _owner_of_listed(clients: Clients, permitted: Permitted, name: str) -> Owner:
    """Whose a bucket is that S3 answers 403 for: another account's, or ours without permission."""
    listed = permitted.read(
        f"the owner of the bucket {name}",
        "s3:ListAllMyBuckets",
        lambda: clients.s3.list_buckets(Prefix=name),
    )
    if listed is None:
        return Owner.UNKNOWN
    names = [bucket["Name"] for bucket in listed.get("Buckets", ())]
    return Owner.UNKNOWN if name in names else Owner.SOMEBODY_ELSE


def _stack(clients: Clients, deployment: str, name: str) -> str:
    """The stack that has a bucket: this deployment's, another one, or none."""
    own = read_or_absent(lambda: _resources(clients, deployment))
    if name in (own or ()):
        return deployment
    found = read_or_absent(
        lambda: clients.cloudformation.describe_stack_resources(PhysicalResourceId=name)
    )
    resources = found["StackResources"] if found is not None else []
    # A deleted stack is found for 90 days; none of its resources is in it any more.
    return next((r.get("StackName", "") for r in resources if _is_in_its_stack(r)), "")


def _resources(clients: Clients, stack: str) -> set[str]:
    """The physical ids of what is in a stack."""
    pages = clients.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    return {
        resource.get("PhysicalResourceId", "")
        for page in pages
        for resource in page["StackResourceSummaries"]
        if _is_in_its_stack(resource)
    }


def _is_in_its_stack(resource: Mapping[str, Any]) -> bool:
    return not resource["ResourceStatus"].startswith("DELETE_")


def _project(clients: Clients, name: str) -> str:
    found = read_or(None, lambda: clients.s3.get_bucket_tagging(Bucket=name), "NoSuchTagSet")
    tags = found["TagSet"] if found is not None else []
    return next((tag["Value"] for tag in tags if tag["Key"] == "project"), "")


def _actual(
    clients: Clients, permitted: Permitted, name: str, encryption: Mapping[str, Any] | None
) -> dict[str, str]:
    read = {
        aspect: permitted.read(
            f"the {aspect} of the bucket {name}", action, partial(call, clients.s3, name)
        )
        for aspect, (action, call) in _ASPECTS.items()
    }
    if encryption is not None:
        read[configuration.ENCRYPTION] = configuration.actual_encryption(encryption)
    return {aspect: text for aspect, text in read.items() if text is not None}


def _versioning(s3: S3Client, name: str) -> str:
    return configuration.actual_versioning(s3.get_bucket_versioning(Bucket=name))


def _lifecycle(s3: S3Client, name: str) -> str:
    found = read_or(
        None,
        lambda: s3.get_bucket_lifecycle_configuration(Bucket=name),
        "NoSuchLifecycleConfiguration",
    )
    return configuration.actual_lifecycle(found or {})


def _notification(s3: S3Client, name: str) -> str:
    found = s3.get_bucket_notification_configuration(Bucket=name)
    return configuration.actual_notification(found)


def _public_access(s3: S3Client, name: str) -> str:
    found = read_or(
        None,
        lambda: s3.get_public_access_block(Bucket=name),
        "NoSuchPublicAccessBlockConfiguration",
    )
    return configuration.actual_public_access(found or {})


def _key_state(clients: Clients, key: str) -> str:
    try:
        return clients.kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"]
    except clients.kms.exceptions.NotFoundException:
        return GONE


# The permission that each aspect needs, and how it is read.
_ASPECTS: Mapping[str, tuple[str, Callable[[S3Client, str], str]]] = {
    configuration.VERSIONING: ("s3:GetBucketVersioning", _versioning),
    configuration.LIFECYCLE: ("s3:GetLifecycleConfiguration", _lifecycle),
    configuration.NOTIFICATION: ("s3:GetBucketNotification", _notification),
    configuration.PUBLIC_ACCESS: ("s3:GetBucketPublicAccessBlock", _public_access),
}
