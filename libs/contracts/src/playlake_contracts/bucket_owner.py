"""Has S3 refuse a bucket that belongs to another account.

Names of buckets are taken by whoever is first, so a bucket that was deleted can come back as
somebody else's: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
"""

from __future__ import annotations

from typing import Any, Final

_OWNER: Final = "ExpectedBucketOwner"


def expect_owner(events: Any, account: str | None) -> None:  # noqa: ANN401 - of boto3 or aiobotocore
    """Have every call to S3 name the account that owns the bucket.

    Args:
        events: the events of a client, `client.meta.events`.
        account: the number of the account; None names none.
    """

    def name_owner(params: dict[str, Any], model: Any, **_: object) -> None:  # noqa: ANN401 - botocore's
        if model.input_shape is not None and _OWNER in model.input_shape.members:
            params[_OWNER] = account

    if account is not None:
        events.register("provide-client-params.s3", name_owner)
