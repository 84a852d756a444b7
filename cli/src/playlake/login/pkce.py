"""Proof Key for Code Exchange (RFC 7636), by which an app that has no secret proves itself."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from secrets import token_urlsafe

# 86 characters; the standard allows 43 to 128.
_VERIFIER_BYTES = 64


def new_verifier() -> str:
    """A new random verifier."""
    return token_urlsafe(_VERIFIER_BYTES)


def challenge(verifier: str) -> str:
    """The S256 challenge of a verifier."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
