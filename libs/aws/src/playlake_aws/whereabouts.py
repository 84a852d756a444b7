"""The account and the region of the environment."""

from __future__ import annotations

import boto3

from playlake_aws.errors import AwsError, explained


def account_and_region() -> tuple[str, str]:
    """The account of the environment's credentials, and its region.

    Raises:
        AwsError: there is no region, or AWS does not take the credentials.
    """
    session = boto3.Session()
    if session.region_name is None:
        raise AwsError("there is no AWS region: set AWS_REGION, or take a profile that has one")
    with explained("this account"):
        account = session.client("sts").get_caller_identity()["Account"]
    return account, session.region_name
