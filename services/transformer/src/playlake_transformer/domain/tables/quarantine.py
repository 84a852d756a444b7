"""`quarantine`: one row for each piece of raw JSON that broke a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_contracts.tables import TABLES
from playlake_transformer.domain.tables.mapping import TableMapping

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from playlake_transformer.domain.snapshot import Quarantined
    from playlake_transformer.domain.tables.mapping import Columns

QUARANTINE: Final = TableMapping(
    TABLES["quarantine"],
    given=("position",),
    read={
        "table_name": lambda pieces: [piece.table for piece in pieces],
        "playlist_id": lambda pieces: [piece.playlist_id for piece in pieces],
        "entry_position": lambda pieces: [piece.entry_position for piece in pieces],
        "code": lambda pieces: [piece.code.value for piece in pieces],
        "reason": lambda pieces: [piece.reason for piece in pieces],
        "raw": lambda pieces: [piece.raw.decode(errors="replace") for piece in pieces],
    },
)


def quarantine_columns(quarantined: Sequence[Quarantined], fetched_at: datetime) -> Columns:
    """Build the columns of `quarantine`; rows are numbered in the order of the part."""
    return {
        **QUARANTINE.columns(quarantined),
        "fetched_at": [fetched_at] * len(quarantined),
        "position": list(range(len(quarantined))),
    }
