"""Transforms landed raw objects into Parquet tables, each exactly once."""

from playlake_contracts.version import VERSION as __version__

__all__ = ["__version__"]
