"""The names that accounts may be given."""

from __future__ import annotations

import re
from typing import Final

from playlake_contracts.accounts import ACCOUNT_NAME
from playlake_contracts.sources.references import REFERENCES

_NAME: Final = re.compile(ACCOUNT_NAME, re.ASCII)


def check_account(name: str) -> str:
    """Check the name of an account, and return it unchanged.

    Raises:
        ValueError: it is no such name, or that of a source.
    """
    if _NAME.fullmatch(name) is None:
        raise ValueError(
            f"{name[:80]!r} is not the name of an account: use up to 32 lower-case letters, digits "
            "and hyphens, and begin with a letter"
        )
    if name in REFERENCES:
        raise ValueError(f"{name} is the name of a source: name the account otherwise")
    return name
