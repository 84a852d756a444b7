"""Where a deployment is made: an account and a region."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk


@dataclass(frozen=True, slots=True)
class Place:
    """An account and a region of AWS."""

    account: str
    region: str

    @property
    def partition(self) -> str:
        """The partition of the region, as it stands in ARNs."""
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
        prefixes = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
        return next((p for prefix, p in prefixes.items() if self.region.startswith(prefix)), "aws")

    @property
    def environment(self) -> cdk.Environment:
        """The place as the CDK names it; its CLI then refuses credentials of another account."""
        return cdk.Environment(account=self.account, region=self.region)
