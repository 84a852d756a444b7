"""`quality_results`: one row for each quality rule that rows of a part broke."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_contracts.tables import TABLES
from playlake_transformer.domain.tables.mapping import TableMapping

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from playlake_transformer.domain.quality.apply import Finding
    from playlake_transformer.domain.tables.mapping import Columns

QUALITY_RESULTS: Final = TableMapping(
    TABLES["quality_results"],
    read={
        "rule": lambda findings: [finding.rule for finding in findings],
        "table_name": lambda findings: [finding.table for finding in findings],
        "severity": lambda findings: [finding.severity.value for finding in findings],
        "rows_checked": lambda findings: [finding.rows for finding in findings],
        "rows_broken": lambda findings: [finding.broken for finding in findings],
        "is_alarming": lambda findings: [finding.is_alarming for finding in findings],
        "examples": lambda findings: [finding.examples for finding in findings],
    },
)


def result_columns(findings: Sequence[Finding], fetched_at: datetime) -> Columns:
    """Build the columns of `quality_results`."""
    return {**QUALITY_RESULTS.columns(findings), "fetched_at": [fetched_at] * len(findings)}
