"""Tokens and codes: texts that tell nothing, and are the same in every run."""

from base64 import urlsafe_b64encode
from hashlib import blake2b

_BYTES = 60


def opaque(prefix: str, *name: object) -> str:
    """Returns the text that goes by a name, behind a prefix."""
    digest = blake2b("/".join(map(str, name)).encode(), digest_size=_BYTES).digest()
    return f"{prefix}{urlsafe_b64encode(digest).decode()}"
