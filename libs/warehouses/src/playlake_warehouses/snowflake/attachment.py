"""The names that the SQL is filled with: of AWS, where the lake is, and of Snowflake.

Each is checked, because it is written into SQL. What is not known stays a word in capitals, which
somebody has to fill in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from playlake_contracts.keys import CURATED_PREFIX
from playlake_warehouses.snowflake.identifiers import RESERVED

if TYPE_CHECKING:
    from collections.abc import Mapping

_IDENTIFIER: Final = (r"[A-Za-z_][A-Za-z0-9_]{0,254}", "letters, digits and underscores")

# By attribute, what it must match, and how that is said.
_FORMS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "bucket": (r"BUCKET|[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "the name of a bucket on S3"),
        "role_arn": (
            r"arn:aws[a-z-]*:iam::(ACCOUNT|[0-9]{12}):role/[\w+=,.@/-]{1,512}",
            "the ARN of a role, such as arn:aws:iam::123456789012:role/playlake-snowflake",
        ),
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
        "external_id": (
            r"[\w+=,.@:/-]{2,1224}",
            "letters, digits and the signs + = , . @ : / _ -",
        ),
        "region": (r"REGION|[a-z]{2}(-[a-z]+)+-[0-9]", "a region of AWS, such as eu-central-1"),
        "iceberg_database": (r"[a-z0-9_]{1,255}", "the name of a database of Glue"),
        "integration": _IDENTIFIER,
        "database": _IDENTIFIER,
        "schema": _IDENTIFIER,
        "landing_schema": _IDENTIFIER,
    }
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A lake, and where it is attached in Snowflake.

    Attributes:
        bucket: the curated bucket.
        role_arn: the role that Snowflake assumes; the template makes it.
        external_id: what Snowflake has to say when it assumes the role.
        region: the region of the bucket and of its Glue Data Catalog.
        iceberg_database: the database of Glue that has the Iceberg tables.
        integration: what the names of integrations and volumes begin with.
        database: the database in Snowflake.
        schema: the schema of the views, for everybody who reads.
        landing_schema: the schema of what the views read, for nobody else.

    Raises:
        ValueError: a name cannot be one; the message says which, and what it has to be.
    """

    bucket: str = "BUCKET"
    role_arn: str = "arn:aws:iam::ACCOUNT:role/playlake-snowflake-REGION"
    external_id: str = "EXTERNAL_ID"
    region: str = "REGION"
    iceberg_database: str = "playlake_iceberg"
    integration: str = "playlake"
    database: str = "playlake"
    schema: str = "lake"
    landing_schema: str = "landed"

    def __post_init__(self) -> None:
        for name, (pattern, words) in _FORMS.items():
            value = getattr(self, name)
            is_reserved = pattern == _IDENTIFIER[0] and value.upper() in RESERVED
            if is_reserved or re.fullmatch(pattern, value, re.ASCII) is None:
                what = f"{'reserved, and ' if is_reserved else ''}no {name.replace('_', ' ')}"
                raise ValueError(f"{value[:80]!r} is {what}: write {words}")
        if self.schema.lower() == self.landing_schema.lower():
            raise ValueError(
                f"the views and what they read cannot both be in the schema {self.schema}: "
                "name two schemas"
            )

    @property
    def location(self) -> str:
        """The address of the tables on S3, with a slash at the end."""
        return f"s3://{self.bucket}/{CURATED_PREFIX}"

    @property
    def account(self) -> str:
        """The account on AWS, by the ARN of the role."""
        return self.role_arn.split(":")[4]

    @property
    def unfilled(self) -> list[str]:
        """The names that nobody has given yet, of those that have no default."""
        words = ("BUCKET", "ACCOUNT", "REGION", "EXTERNAL_ID")
        given = {getattr(self, field.name) for field in fields(self)}
        return [word for word in words if any(re.search(rf"\b{word}\b", each) for each in given)]

    def landed(self, name: str) -> str:
        """The full name of a table, a stage, a pipe or a task."""
        return f"{self.database}.{self.landing_schema}.{name}"

    def view(self, name: str) -> str:
        """The full name of a view."""
        return f"{self.database}.{self.schema}.{name}"
