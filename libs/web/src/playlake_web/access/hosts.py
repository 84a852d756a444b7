"""The names under which the page may be asked for, and the addresses that it may listen on.

A browser can be made to ask a machine of its own network under a foreign name. So a request whose
`Host` is not known is refused.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")


def is_known(host: str | None, known: Collection[str]) -> bool:
    """Whether a request's `Host` names one of the known hosts, with any port."""
    if not host:
        return False
    name = host.lower()
    bracket = name.rfind("]")
    colon = name.rfind(":")
    return (name[:colon] if colon > bracket else name) in known


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches an address."""
    if address == "localhost":
        return True
    try:
        return ip_address(address.strip("[]")).is_loopback
    except ValueError:  # so it is a name, which may be anybody's
        return False
