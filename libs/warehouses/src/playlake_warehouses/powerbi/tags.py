"""Identifiers that stay the same while what they identify has the same name."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

_NAMESPACE: Final = UUID("6b1c3f0e-9d0a-5a52-8f0e-2f6f1d1c7a11")


def lineage_tag(*names: str) -> str:
    """The tag by which Power BI knows an object again, by its kind and its names."""
    return str(uuid5(_NAMESPACE, "/".join(names)))


def object_name(*names: str) -> str:
    """The name of a page or a visual of a report: 20 hexadecimal digits."""
    return uuid5(_NAMESPACE, "/".join(names)).hex[:20]
