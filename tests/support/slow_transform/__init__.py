"""A second `transform`, slow and independent: plain loops over `json.loads`.

It follows the documentation and shares no code with the transformer, so that each proves the other.
It knows no limits of size. It changes with docs/data-model.md, and with nothing else.
"""

from slow_transform.manifests import manifest_rows
from slow_transform.objects import Key, Rejected, SlowRows
from slow_transform.parts import part_rows
from slow_transform.reading import Faults

__all__ = ["Faults", "Key", "Rejected", "SlowRows", "slow_transform"]


def slow_transform(raw: bytes, key: str) -> SlowRows:
    """Read the rows of a raw object of Spotify's, a part or a manifest.

    Raises:
        Rejected: the object as a whole cannot be transformed.
    """
    parsed = Key.of(key)
    return manifest_rows(raw, parsed) if parsed.part == "manifest" else part_rows(raw, parsed)
