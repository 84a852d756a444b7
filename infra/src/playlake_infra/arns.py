"""The ARNs of what exists already, as settings name them."""

from __future__ import annotations

import re
from typing import Final

_OF_ANY_PARTITION: Final = "arn:aws[a-z-]*"
# Secrets Manager ends the ARN of a secret with a hyphen and six characters.
_SECRET: Final = re.compile(
    rf"{_OF_ANY_PARTITION}:secretsmanager:[a-z0-9-]+:[0-9]{{12}}:secret:"
    r"[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}"
)


def check_secret(arn: str | None) -> str | None:
    """Check the whole ARN of a secret."""
    if arn is not None and not _SECRET.fullmatch(arn):
        raise ValueError(
            "write the whole ARN of a secret, which ends with a hyphen and six characters: "
            "`aws secretsmanager describe-secret` prints it"
        )
    return arn


_POLICY: Final = re.compile(rf"{_OF_ANY_PARTITION}:iam::([0-9]{{12}}|aws):policy/[\w+=,.@/-]+")


def check_policy(arn: str | None) -> str | None:
    """Check the ARN of a managed policy."""
    if arn is not None and not _POLICY.fullmatch(arn):
        raise ValueError(
            "write the ARN of a managed policy, such as arn:aws:iam::123456789012:policy/boundary"
        )
    return arn
