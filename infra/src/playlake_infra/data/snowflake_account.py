"""The setting `snowflake`: who reads the tables, and where it is told of new files."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_UserArn = Annotated[
    str, Field(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:(user|role)/[A-Za-z0-9+=,.@/_-]+$")
]


class SnowflakeAccount(BaseModel):
    """An account of Snowflake, as Snowflake itself describes it; docs/snowflake.md says where."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    user_arns: tuple[_UserArn, ...] = Field(
        min_length=1,
        description="Who assumes the role: STORAGE_AWS_IAM_USER_ARN of each integration and "
        "volume.",
    )
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    external_id: str = Field(
        pattern=r"^[A-Za-z0-9+=,.@:/_-]+$",
        min_length=2,
        max_length=1224,
        description="What Snowflake says when it assumes the role; a long one that nobody guesses.",
    )
    queue_arn: str | None = Field(
        None,
        pattern=r"^arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,80}$",
        description="Snowflake's queue, the notification_channel of its pipes; without it nothing "
        "is told.",
    )
