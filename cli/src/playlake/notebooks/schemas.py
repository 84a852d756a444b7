"""The Arrow schemas of the rows of a history."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.tables import TIMESTAMP

CHANGES: Final = HISTORY_TABLES["changes"].schema
MEMBERSHIPS: Final = HISTORY_TABLES["memberships"].schema
CONTENTS: Final = pa.schema(
    [
        pa.field("position", pa.int32(), nullable=False),
        pa.field("item_type", pa.string(), nullable=False),
        ("identity", pa.string()),
        ("name", pa.string()),
        ("artist_names", pa.string()),
        ("added_at", TIMESTAMP),
        ("added_by", pa.string()),
    ]
)
