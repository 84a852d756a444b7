"""The values that a shell completes: each function gives those of one option or argument.

A person waits at the prompt for them, so what they read is small and what they import is light.
"""

from __future__ import annotations

import os

from playlake.project import Project
from playlake.queries import named_queries
from playlake_contracts.table_names import TABLE_NAMES


def complete_query() -> list[str]:
    """The names of the named queries."""
    return list(named_queries(Project.find(os.environ).queries))


def complete_table() -> list[str]:
    """The names of the tables."""
    return list(TABLE_NAMES)


def complete_preset() -> list[str]:
    """The presets of the template."""
    return sorted(file.stem for file in Project.find(os.environ).templates.glob("*.json"))
