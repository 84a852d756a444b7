"""The buckets refuse to write over what they hold, whoever asks, by the condition of the request.

Everything that Playlake writes there is conditional already. So credentials that are stolen from a
task cannot replace history either: S3 takes the object if its key is free, or if the object that
it replaces is the one that was read.

S3 asks for no condition of the requests that begin an upload in parts and send the parts; the one
that completes it is refused without. Copies into these prefixes are refused.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aws_cdk import aws_iam as iam

from playlake_contracts.keys import (
    COMPACTED_PREFIX,
    COVERS_PREFIX,
    CURATED_PREFIX,
    FAILURES_PREFIX,
    QUARANTINE_PREFIX,
    RAW_PREFIX,
    REJECTED_PREFIX,
    STATE_PREFIX,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_s3 as s3

    from playlake_infra.data.storage import Storage

_FREE: Final = "s3:if-none-match"
_UNCHANGED: Final = "s3:if-match"


@dataclass(frozen=True, slots=True)
class _Rule:
    """What is refused under some prefixes of a bucket.

    Attributes:
        sid: its name.
        bucket: the bucket.
        prefixes: the prefixes.
        conditions: a request has one of these.
    """

    sid: str
    bucket: s3.Bucket
    prefixes: Sequence[str]
    conditions: Sequence[str]

    def refuse_others(self, exempt: Sequence[iam.IRole]) -> None:
        """Refuse what has no condition, except of some roles."""
        conditions: dict[str, dict[str, object]] = {
            "Null": dict.fromkeys(self.conditions, "true"),
            # Beginning an upload in parts, and sending a part, create no object yet.
            "Bool": {"s3:ObjectCreationOperation": "true"},
        }
        if exempt:
            arns = [role.role_arn for role in exempt]
            conditions["ArnNotEquals"] = {"aws:PrincipalArn": arns}
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid=self.sid,
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=["s3:PutObject"],
                resources=[self.bucket.arn_for_objects(f"{prefix}*") for prefix in self.prefixes],
                conditions=conditions,
            )
        )


def refuse_unconditional_writes(
    storage: Storage, *, overwriter: iam.IRole, eraser: iam.IRole | None
) -> None:
    """Refuse writes without a condition in both buckets.

    Iceberg's metadata, results of queries and the user's files under `config/` are not meant: other
    programs write them.

    Args:
        storage: the buckets.
        overwriter: the role that writes files of tables anew; it may write no raw object.
        eraser: the role that takes out what belongs to a person; None if there is none.
    """
    erasers = [] if eraser is None else [eraser]
    raw, curated = storage.raw, storage.curated
    replaced = [_FREE, _UNCHANGED]
    _Rule("WrittenOnce", raw, [RAW_PREFIX, COVERS_PREFIX], [_FREE]).refuse_others(erasers)
    _Rule("ReplacedAsRead", raw, [STATE_PREFIX], replaced).refuse_others(erasers)
    tables = [CURATED_PREFIX, QUARANTINE_PREFIX]
    _Rule("WrittenOnce", curated, tables, [_FREE]).refuse_others([overwriter, *erasers])
    records = [COMPACTED_PREFIX, FAILURES_PREFIX, REJECTED_PREFIX, STATE_PREFIX]
    _Rule("ReplacedAsRead", curated, records, replaced).refuse_others(erasers)
