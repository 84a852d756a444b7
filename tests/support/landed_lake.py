"""A lake in which raw objects have been landed and wait for somebody to transform them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from playlake.local_aws import LocalAws


@dataclass(frozen=True, slots=True)
class Landed:
    """A local AWS with landed parts whose events are in the queue, and a folder for logs."""

    aws: LocalAws
    logs: Path
