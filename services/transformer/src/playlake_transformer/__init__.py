"""Transforms landed raw objects into Parquet tables, each exactly once."""

from importlib.metadata import version

__version__ = version("playlake-transformer")
