"""Playlake: from the part as landed to Parquet, with decompression, cleaning and quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.bench.job import RAW_KEY

from playlake_contracts.keys import RawKey
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from tests.bench.job import Job

KEY: Final = RawKey.parse(RAW_KEY)


def run(job: Job) -> int:
    """Transform the part; return the bytes of Parquet."""
    return sum(len(file.body) for file in transform(job.raw, KEY).files)
