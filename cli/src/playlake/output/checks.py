"""Shows what a check of a lake has found."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from playlake.output.table import Field, Kind, Table

if TYPE_CHECKING:
    from playlake.checking.report import Finding, Report

_CHECKED = (
    Field("table", Kind.WORD, 9),
    Field("parts", Kind.COUNT, 7, "parts with rows"),
    Field("rows", Kind.COUNT, 8),
    Field("failed", Kind.COUNT, 6, "rules broken"),
)
_FOUND = (
    Field("table", Kind.WORD, 9),
    Field("column", Kind.WORD, 8),
    Field("rule", Kind.PROSE, 7),
    Field("count", Kind.COUNT, 6, "how often"),
    Field("parts", Kind.COUNT, 5, "in parts"),
    Field("example", Kind.PROSE, 4),
    Field("run", Kind.ID, 3),
    Field("part", Kind.ID, 2),
    Field("to_do", Kind.ID, 1, "what to do"),
)

_AFTERWARDS = (
    "What is to be done makes the files of that run anew, or what is damaged in the lake; "
    "`playlake replay --all --overwrite` does it for every run. A rule that is broken afterwards "
    "as well is a fault of the transformer: report it with the raw object."
)


def screen(report: Report, repair: str | None, lake: str | None) -> list[Table | str]:
    """What was checked, and what was found."""
    if not report.checked:
        return ["There is no committed part to check."]
    if not report.findings:
        return [_checked(report), summary(report)]
    return [_checked(report), found_table(report, repair, lake), summary(report), _AFTERWARDS]


def found_table(report: Report, repair: str | None, lake: str | None) -> Table:
    """The rules that are not kept, with what to do."""
    return Table(
        _FOUND, [_row(each, repair, lake) for each in report.findings.values()], drops=False
    )


def summary(report: Report) -> str:
    """How much was checked, and how it ended."""
    of_all = f" of {report.committed:,}" if report.checked < report.committed else ""
    tables = sum(1 for rows in report.rows.values() if rows)
    checked = (
        f"Checked parts: {report.checked:,}{of_all}; days: {len(report.days):,}; rows: "
        f"{sum(report.rows.values()):,} in {tables} tables."
    )
    if not report.findings:
        return f"{checked} All of them keep to the data model."
    broken, failed = len(report.findings), report.failed
    return f"{checked} Broken rules: {broken:,}; parts that break one: {failed:,}."


def _checked(report: Report) -> Table:
    rules = [table for table, _, _ in report.findings]
    rows = [
        (table, report.parts[table], report.rows[table], rules.count(table))
        for table in report.rows
    ]
    return Table(_CHECKED, rows)


def _row(found: Finding, repair: str | None, lake: str | None) -> tuple[str | int | None, ...]:
    first, key = found.first, found.key
    return (
        first.table, first.column or None, first.rule, found.count, found.parts, first.example,
        str(key.run_id), key.part, _to_do(found, repair, lake),
    )  # fmt: skip


def _to_do(found: Finding, repair: str | None, lake: str | None) -> str:
    if found.first.is_damage and repair is not None:
        return repair
    replay = f"playlake replay --run {found.key.run_id} --overwrite"
    return f"{replay} --lake {quote(lake)}" if lake else replay
