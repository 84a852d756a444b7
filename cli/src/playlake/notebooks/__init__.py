"""A lake for notebooks and scripts: its tables and histories as DataFrames and Arrow tables."""

from playlake.notebooks.arrow_lake import ArrowLake
from playlake.notebooks.lake import Lake

__all__ = ["ArrowLake", "Lake"]
