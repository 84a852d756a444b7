"""The state of AWS that a deployment depends on, as values.

Where a value is None, the credentials may not read it; `unread` has a sentence about each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_infra.checks.subnets import Subnet


class Owner(StrEnum):
    """Whose the name of a bucket is."""

    NOBODY = "nobody"
    THIS_ACCOUNT = "this account"
    ANOTHER_REGION = "this account, in another region"
    SOMEBODY_ELSE = "another account"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket that the deployment is going to have.

    Attributes:
        name: its name.
        owner: whose it is.
        stack: the stack that it is in; empty if it is in none.
        project: its tag `project`; empty if it has none.
        key: the key that encrypts its new objects; empty for one of AWS.
        actual: what S3 says of its configuration, by aspect.
        wanted: what the template says of it; empty if CloudFormation compares both itself.
    """

    name: str
    owner: Owner
    stack: str | None = ""
    project: str | None = ""
    key: str | None = ""
    actual: Mapping[str, str] = field(default_factory=dict)
    wanted: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_kept(self) -> bool:
        """Whether it is in no stack, as an earlier deployment leaves it, so that it is imported."""
        return self.owner is Owner.THIS_ACCOUNT and self.stack == ""


@dataclass(frozen=True, slots=True)
class ServiceInputs:
    """What the services need before they can start.

    Attributes:
        secret_name: the name of the secret with Spotify's credentials.
        secret: the secret's content; None if there is no such secret.
        images: the architectures of each of your own images, as `repository:tag`; None if it is
            not pushed.
        is_secret_read: whether the credentials may read the secret.
        private: the released images that cannot be pulled without a login.
        empty: the names of the secrets of further sources that have no value.
    """

    secret_name: str
    secret: str | None
    images: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    is_secret_read: bool = True
    private: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptSecret:
    """A secret that an earlier deployment has left.

    Attributes:
        arn: its ARN.
        is_going: whether it is to be deleted, and can be restored until then.
    """

    arn: str
    is_going: bool


@dataclass(frozen=True, slots=True)
class AwsState:
    """The state of AWS that a deployment depends on.

    Attributes:
        buckets: the buckets that it is going to have.
        keys: the states of the keys that encrypt them, or are going to, by ARN.
        stack: the status of its stack; empty if there is none.
        kept_secret: the secret that has the name of the one to be created; None if there is none.
        bootstrap: the version of the CDK's bootstrap; 0 if there is none.
        has_ecs_role: whether the account has the service-linked role of ECS.
        zones: the ids of the zones of its subnets by name; read for the API only.
        subnets: the subnets of an existing network; None without one, or if they are not read.
        services: what the services need; None if no service is to start.
        unread: what could not be read, a sentence each.
    """

    buckets: tuple[Bucket, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    stack: str | None = ""
    kept_secret: KeptSecret | None = None
    bootstrap: int | None = None
    has_ecs_role: bool | None = None
    zones: Mapping[str, str] = field(default_factory=dict)
    subnets: tuple[Subnet, ...] | None = None
    services: ServiceInputs | None = None
    unread: tuple[str, ...] = ()
