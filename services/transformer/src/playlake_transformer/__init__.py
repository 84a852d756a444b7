"""Transforms landed raw objects into Parquet tables, each exactly once."""

from playlake_contracts.version import VERSION

__version__ = VERSION
