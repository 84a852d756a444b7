"""The `playlake` command: the whole lake on one machine. `Lake` is a lake for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playlake.notebooks import Lake

__all__ = ["Lake"]


def __getattr__(name: str) -> type[Lake]:
    """Import `Lake` when it is first used, because it loads pandas and DuckDB."""
    if name != "Lake":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from playlake.notebooks import Lake  # noqa: PLC0415 - on first use

    return Lake
