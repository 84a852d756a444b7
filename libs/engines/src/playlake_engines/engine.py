"""The engines by their names."""

from __future__ import annotations

from enum import StrEnum


class Engine(StrEnum):
    """What works: this machine alone, or Spark."""

    LOCAL = "local"
    SPARK = "spark"
