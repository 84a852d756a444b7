"""The setting `existing_vpc`: a network that is there already, and where tasks run in it."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

_Subnet = Annotated[str, Field(pattern=r"^subnet-([0-9a-f]{8}|[0-9a-f]{17})$")]


class ExistingVpc(BaseModel):
    """A VPC of the account. Playlake makes two security groups in it, and nothing else."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vpc_id: str = Field(
        pattern=r"^vpc-([0-9a-f]{8}|[0-9a-f]{17})$", description="Its id: vpc- and 8 or 17 digits."
    )
    subnet_ids: tuple[_Subnet, _Subnet] = Field(
        description="Two subnets in two zones, with a way to AWS's services and to Spotify."
    )
    public_addresses: bool = Field(
        default=False,
        description="Whether tasks get a public address, which they need where the default route "
        "is an internet gateway.",
    )

    @model_validator(mode="after")
    def _are_two(self) -> Self:
        if len(set(self.subnet_ids)) == 1:
            raise ValueError("existing_vpc names one subnet twice: name two in different zones")
        return self
