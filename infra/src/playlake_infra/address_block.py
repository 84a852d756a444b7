"""The block of addresses of the deployment's own network."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Final

# The largest block that a VPC may have, and the smallest with room for four subnets of /24.
# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
_LARGEST: Final = 16
_SMALLEST: Final = 22


def check_block(text: str) -> str:
    """Check a block, such as 10.42.0.0/20."""
    try:
        block = IPv4Network(text)
    except ValueError:
        block = None
    if block is None or "/" not in text or not _LARGEST <= block.prefixlen <= _SMALLEST:
        raise ValueError(
            f"write a block of IPv4 addresses from /{_LARGEST} to /{_SMALLEST} that begins at its "
            "first address, such as 10.42.0.0/20"
        )
    if not block.is_private:
        raise ValueError("its addresses are public: choose private ones, such as 10.42.0.0/20")
    return text
