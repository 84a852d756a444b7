"""The errors of AWS, as sentences a person can act on.

LakeError
└── AwsError   AWS does not answer, or refuses
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from playlake_contracts.aws_answers import NotAwsError
from playlake_lake.errors import LakeError

if TYPE_CHECKING:
    from collections.abc import Iterator


class AwsError(LakeError):
    """AWS does not answer, or refuses."""


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn an error of AWS into an `AwsError`.

    Args:
        place: the lake, as a person names it.
    """
    try:
        yield
    except NoCredentialsError as error:
        raise AwsError(
            f"there are no AWS credentials for {place}: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY"
        ) from error
    except ClientError as error:
        refusal = _REFUSALS.get(error.response.get("Error", {}).get("Code", ""))
        if refusal is None:
            raise AwsError(f"AWS did not answer for {place}: {error}") from error
        raise AwsError(refusal.format(place=place)) from error
    except (BotoCoreError, NotAwsError, ValueError) as error:
        raise AwsError(f"AWS did not answer for {place}: {error}") from error


_NO_BUCKET: Final = (
    "there is no bucket of {place}: correct the address; `playlake-raw-ACCOUNT-REGION` is the form"
)
_NOT_ALLOWED: Final = (
    "these credentials may not use {place}: take a profile that may list, get and put its objects"
)
_NO_QUEUE: Final = "there is no such queue of {place}: deploy its template again"
_BAD_CREDENTIALS: Final = "AWS refused the credentials for {place}: log in again, or correct them"
# S3's codes, of which those of HEAD requests are the status alone, and SQS's.
_REFUSALS: Final = {
    "NoSuchBucket": _NO_BUCKET,
    "AccessDenied": _NOT_ALLOWED,
    "AllAccessDisabled": _NOT_ALLOWED,
    "403": _NOT_ALLOWED,
    "ExpiredToken": _BAD_CREDENTIALS,
    "InvalidAccessKeyId": _BAD_CREDENTIALS,
    "InvalidToken": _BAD_CREDENTIALS,
    "SignatureDoesNotMatch": _BAD_CREDENTIALS,
    "AWS.SimpleQueueService.NonExistentQueue": _NO_QUEUE,
    "QueueDoesNotExist": _NO_QUEUE,
    "NoSuchKey": "an object of {place} is missing that should be there: see that nobody deletes "
    "objects, then start again",
}
