"""Quarantine rows, from what decoding rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from playlake_transformer.domain.columns import Columns
    from playlake_transformer.domain.snapshot import Reject


def reject_columns(numbered: Mapping[int, Reject], fetched_at: datetime) -> Columns:
    """Columns of the quarantine: one row a reject, by its number within the part."""
    rejects = numbered.values()
    return {
        "fetched_at": [fetched_at] * len(rejects),
        "position": list(numbered),
        "table": [reject.table for reject in rejects],
        "playlist_id": [reject.playlist_id for reject in rejects],
        "entry_position": [reject.entry_position for reject in rejects],
        "code": [reject.code.value for reject in rejects],
        "reason": [reject.reason for reject in rejects],
        "raw": [reject.raw.decode(errors="replace") for reject in rejects],
    }
