"""The zones that have VPC links of API Gateway.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vpc-links.html
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

# The numbers of the zones; the id of a zone is its prefix, `-az` and its number.
_NUMBERS: Final = MappingProxyType(
    {
        "ape1": "23",
        "apne1": "124",
        "apne2": "123",
        "aps1": "123",
        "apse1": "123",
        "apse2": "123",
        "cac1": "12",
        "euc1": "123",
        "eun1": "123",
        "eus2": "123",
        "euw1": "123",
        "euw2": "123",
        "euw3": "13",
        "mes1": "123",
        "sae1": "123",
        "use1": "12456",
        "use2": "123",
        "usgw1": "123",
        "usw1": "13",
        "usw2": "1234",
    }
)


def has_vpc_links(zone_id: str) -> bool:
    """Whether a zone, by its id, has VPC links as far as AWS documents it."""
    prefix, _, number = zone_id.partition("-az")
    return number != "" and number in _NUMBERS.get(prefix, "")
