"""Converts columns of Arrow tables to pandas, where they are cleaned, and back.

Cleaning runs once for all rows of a part, because each call of pandas has a fixed cost.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa


def frame_of(rows: pa.Table, *columns: str) -> pd.DataFrame:
    """Convert some columns of a table to a pandas frame with Arrow types."""
    frame: pd.DataFrame = rows.select(list(columns)).to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def with_columns(rows: pa.Table, **columns: pd.Series) -> pa.Table:
    """Replace some columns of a table."""
    for name, values in columns.items():
        place = rows.schema.get_field_index(name)
        field = rows.schema.field(place)
        rows = rows.set_column(place, field, pa.array(values, type=field.type))
    return rows
