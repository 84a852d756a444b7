"""What a check of a lake has found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playlake.checking.part import CheckedPart
    from playlake.checking.violations import Violation
    from playlake_contracts.keys import RawKey


@dataclass(slots=True)
class Finding:
    """A rule that some parts do not keep.

    Attributes:
        first: the violation by the first of these parts.
        key: the raw object of that part.
        parts: the number of these parts.
        count: as of a violation, of all of them.
    """

    first: Violation
    key: RawKey
    parts: int = 0
    count: int = 0


@dataclass(slots=True)
class Report:
    """What was checked, and what was found.

    Attributes:
        committed: parts that there are.
        days: days of the parts that were checked.
        parts: by table, parts that have rows of it.
        rows: by table, rows that were checked.
        checked: parts that were checked.
        failed: those of them that do not keep a rule.
        findings: the rules that are not kept.
    """

    committed: int
    days: set[str] = field(default_factory=set)
    parts: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    checked: int = 0
    failed: int = 0
    findings: dict[tuple[str, str, str], Finding] = field(default_factory=dict)

    def add(self, part: CheckedPart) -> None:
        """Count a part."""
        self.checked += 1
        self.failed += bool(part.violations)
        self.days.add(part.key.run_id.snapshot_date)
        self.rows.update(part.rows)
        self.parts.update(table for table, rows in part.rows.items() if rows)
        for one in part.violations:
            rule = (one.table, one.column, one.rule)
            found = self.findings.setdefault(rule, Finding(one, part.key))
            found.parts += 1
            found.count += one.count
