"""What a quality rule is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

# Finds the rows of a table that break a rule; null counts as false.
Check = Callable[[pa.Table], pa.ChunkedArray]


class Severity(StrEnum):
    """What becomes of a row that breaks a rule.

    `REJECT` sends its raw JSON to quarantine. A position of a playlist keeps its row: the column of
    the rule becomes null, and `reason` names the rule. In every other table the row is left out.
    `WARN` changes nothing. Both are counted in `quality_results`.
    """

    REJECT = "reject"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule on one column of a table.

    Attributes:
        name: how `reason` and `quality_results` call it.
        table: the table.
        column: the column that is at fault.
        severity: what becomes of a row that breaks it.
        is_broken: finds the rows that break it.
        message: what is wrong with such a row, for a person.
        tolerated: the share of the rows of a part that may break it without an alarm.
    """

    name: str
    table: str
    column: str
    severity: Severity
    is_broken: Check
    message: str
    tolerated: float = 0.05


@dataclass(frozen=True, slots=True)
class Reference:
    """A rule that every id in a column is a row of another table of the part.

    Attributes:
        name: as of a `Rule`; its severity is `WARN`.
        table: the table.
        column: the column with ids; the other table has a column of the same name.
        to: the other table.
        item_type: only positions of this type refer to a row; None if all rows do.
    """

    name: str
    table: str
    column: str
    to: str
    item_type: str | None = None
