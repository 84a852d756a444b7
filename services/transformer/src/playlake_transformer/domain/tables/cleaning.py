"""What cleaning needs of pandas: columns as Arrow-backed series, and back.

Cleaning works on a part's finished batch and never on a snapshot: pandas costs per call.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa


def frame_of(rows: pa.Table, *columns: str) -> pd.DataFrame:
    """Some columns as pandas sees them, without a copy of the others."""
    frame: pd.DataFrame = rows.select(list(columns)).to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def with_columns(rows: pa.Table, **columns: pd.Series) -> pa.Table:
    """A table with some of its columns replaced."""
    for name, values in columns.items():
        place = rows.schema.get_field_index(name)
        field = rows.schema.field(place)
        rows = rows.set_column(place, field, pa.array(values, type=field.type))
    return rows
