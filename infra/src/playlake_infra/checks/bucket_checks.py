"""What is wrong with the buckets' names, with kept buckets, and with the keys that encrypt them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_infra.checks.aws_state import Bucket, Owner

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from playlake_infra.settings import Settings

GONE = "Deleted"
# https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
_REMEDIES = {
    "Disabled": "enable it with `aws kms enable-key --key-id {key}`",
    "PendingDeletion": "cancel that with `aws kms cancel-key-deletion --key-id {key}`, then enable "
    "it with `aws kms enable-key --key-id {key}`",
    GONE: "objects that it encrypts cannot be read any more; set another encryption for the "
    "bucket with `aws s3api put-bucket-encryption` and choose no such customer_key_arn",
}


def bucket_problems(settings: Settings, buckets: Iterable[Bucket]) -> Iterator[str]:
    """Find buckets that the deployment cannot have."""
    for bucket in buckets:
        yield from _name_problems(bucket)
        if bucket.owner is Owner.THIS_ACCOUNT:
            yield from _origin_problems(settings, bucket)
            yield from _unreadable(settings, bucket)


def key_problems(keys: Mapping[str, str]) -> Iterator[str]:
    """Find keys that cannot encrypt or decrypt."""
    for key, state in keys.items():
        if state != "Enabled":
            remedy = _REMEDIES.get(state, "wait until it is enabled").format(key=key)
            yield f"the key {key} of the buckets is {state}: {remedy}"


def import_notes(buckets: Iterable[Bucket]) -> Iterator[str]:
    """Say which buckets are imported, and what of them an import leaves as it is."""
    for bucket in buckets:
        if not bucket.is_kept:
            continue
        yield f"the kept bucket {bucket.name} is imported with all its objects"
        different = [
            f"its {aspect} is {actual}, not {wanted}"
            for aspect, wanted in bucket.wanted.items()
            if (actual := bucket.actual.get(aspect, wanted)) != wanted
        ]
        if different:
            yield (
                f"the bucket {bucket.name} differs from the template, and an import does not "
                f"change that: {', '.join(different)}: deploy once more with DRIFT=revert"
            )


def _name_problems(bucket: Bucket) -> Iterator[str]:
    match bucket.owner:
        case Owner.SOMEBODY_ELSE:
            yield (
                f"the bucket {bucket.name} belongs to another account: choose another name in the "
                "settings"
            )
        case Owner.ANOTHER_REGION:
            yield (
                f"the bucket {bucket.name} is in another region: set AWS_REGION to that region, or "
                "choose another name in the settings"
            )
        case Owner.UNKNOWN:
            yield (
                f"the bucket {bucket.name} belongs to another account, or you may not list it: "
                "choose another name in the settings, or allow s3:ListBucket"
            )


def _origin_problems(settings: Settings, bucket: Bucket) -> Iterator[str]:
    if bucket.stack not in (None, "", settings.name):
        yield (
            f"the bucket {bucket.name} is in the stack {bucket.stack}: delete that stack, which "
            "keeps the bucket if it is Playlake's, or choose another name in the settings"
        )
    elif bucket.is_kept and bucket.project not in (None, settings.name):
        yield (
            f"the bucket {bucket.name} is in this account, but its tag `project` is not "
            f"{settings.name}, so it is not one of this deployment: choose another name in the "
            "settings, or set that tag if the bucket is to be Playlake's alone"
        )


def _unreadable(settings: Settings, bucket: Bucket) -> Iterator[str]:
    """A bucket whose objects the roles of this deployment could not decrypt."""
    is_own = settings.customer_key and settings.customer_key_arn is None and not bucket.is_kept
    if not bucket.key or is_own or bucket.key == settings.customer_key_arn:
        return
    yield (
        f"the bucket {bucket.name} is encrypted with the key {bucket.key}, and with these settings "
        "its objects could not be read: go on with that key by "
        f'customer_key_arn = "{bucket.key}" in the settings'
    )
