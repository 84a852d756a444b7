"""`quarantine`: one row for each piece of raw JSON that broke a rule."""

from __future__ import annotations

from operator import attrgetter
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
        "table_name": attrgetter("table"),
        "playlist_id": attrgetter("playlist_id"),
        "entry_position": attrgetter("entry_position"),
        "code": attrgetter("code.value"),
        "reason": attrgetter("reason"),
        "raw": lambda quarantined: quarantined.raw.decode(errors="replace"),
    },
)


def quarantine_columns(quarantined: Sequence[Quarantined], fetched_at: datetime) -> Columns:
    """Build the columns of `quarantine`; rows are numbered in the order of the part."""
    return {
        **QUARANTINE.columns(quarantined),
        "fetched_at": [fetched_at] * len(quarantined),
        "position": list(range(len(quarantined))),
    }
