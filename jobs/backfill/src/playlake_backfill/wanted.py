"""What a backfill is to do: in which lake, with which raw objects, on which engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_engines.engine import Engine

if TYPE_CHECKING:
    from playlake_backfill.chosen import Chosen


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a backfill is to do.

    Attributes:
        lake: the path of a folder, or s3://BUCKET.
        chosen: which raw objects are meant.
        engine: what transforms.
        master: the master of Spark; None leaves it to whoever submits the program.
    """

    lake: str
    chosen: Chosen
    engine: Engine = Engine.LOCAL
    master: str | None = None
