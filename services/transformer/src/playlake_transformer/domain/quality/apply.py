"""Applies the quality rules to the tables of a part."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from playlake_contracts.tables import COMMON_COLUMNS, TABLES
from playlake_transformer.domain.quality.rule import Severity
from playlake_transformer.domain.quality.rules import REFERENCES
from playlake_transformer.domain.tables.cleaning import none_if, with_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from playlake_transformer.domain.occurrences import Numbers
    from playlake_transformer.domain.quality.rule import Rule

_ITEMS: Final = "playlist_items"
# The credits of a work go with its row.
_CREDITS: Final = {
    "tracks": ("track_id", "track_artists"),
    "albums": ("album_id", "album_artists"),
}
_EXAMPLES: Final = 3
_EXAMPLE_LENGTH: Final = 80
# Fewer broken rows raise no alarm, whatever their share.
_FEWEST_OF_ALARM: Final = 20
_TOLERATED_UNRESOLVED: Final = 0.05


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that rows of a part broke: a row of `quality_results`.

    Attributes:
        rule: its name.
        table: its table.
        severity: what became of the rows that broke it.
        rows: number of rows that were checked.
        broken: number of rows that broke it.
        examples: the keys of some of them, without the columns that all tables have.
        is_alarming: whether more rows broke it than is tolerated.
    """

    rule: str
    table: str
    severity: Severity
    rows: int
    broken: int
    examples: str
    is_alarming: bool


@dataclass(slots=True)
class Checked:
    """The tables after the rules.

    Attributes:
        tables: the tables; rejected rows and values are taken out.
        findings: the rules that were broken.
        rejected: by table, the reason for each row that was rejected, by its place before.
    """

    tables: dict[str, pa.Table]
    findings: list[Finding] = field(default_factory=list)
    rejected: dict[str, dict[int, str]] = field(default_factory=dict)


def apply_rules(tables: Mapping[str, pa.Table], rules: Iterable[Rule]) -> Checked:
    """Check the rows of a part, and take out what breaks a rule that rejects."""
    checked = Checked(dict(tables))
    rejections: dict[str, list[tuple[Rule, Numbers]]] = defaultdict(list)
    for rule in rules:
        if (rows := tables.get(rule.table)) is None:
            continue
        places = _places(rule.is_broken(rows))
        if len(places):
            found = _finding(rule.name, rule.table, rule.severity, rows, places, rule.tolerated)
            checked.findings.append(found)
            if rule.severity is Severity.REJECT:
                rejections[rule.table].append((rule, places))
    for table, broken in rejections.items():
        checked.rejected[table] = _reasons(broken)
        take_out = _without_values if table == _ITEMS else _without_rows
        checked.tables[table] = take_out(tables[table], broken, checked.rejected[table])
    for works, (key, credited) in _CREDITS.items():
        if works in checked.rejected and credited in tables:
            kept = pc.is_in(tables[credited][key], value_set=checked.tables[works][key])
            checked.tables[credited] = tables[credited].filter(kept)
    checked.findings += _unresolved(checked)
    return checked


def _places(is_broken: pa.ChunkedArray) -> Numbers:
    return np.flatnonzero(np.asarray(pc.fill_null(is_broken, fill_value=False)))


def _finding(
    rule: str, table: str, severity: Severity, rows: pa.Table, places: Numbers, tolerated: float
) -> Finding:
    key = [column for column in TABLES[table].key if column not in COMMON_COLUMNS]
    few = rows.select(key).take(pa.array(places[:_EXAMPLES])).to_pylist()
    return Finding(
        rule,
        table,
        severity,
        rows=rows.num_rows,
        broken=len(places),
        examples=", ".join("/".join(str(v)[:_EXAMPLE_LENGTH] for v in one.values()) for one in few),
        is_alarming=len(places) >= max(_FEWEST_OF_ALARM, tolerated * rows.num_rows),
    )


def _reasons(broken: list[tuple[Rule, Numbers]]) -> dict[int, str]:
    reasons: dict[int, list[str]] = defaultdict(list)
    for rule, places in broken:
        for place in places.tolist():
            reasons[place].append(f"{rule.name}: {rule.message}")
    return {place: "; ".join(sentences) for place, sentences in sorted(reasons.items())}


def _without_values(
    items: pa.Table, broken: list[tuple[Rule, Numbers]], reasons: Mapping[int, str]
) -> pa.Table:
    """Keep every position; make its bad values null, and say why in `reason`."""
    for rule, places in broken:
        mask = np.zeros(items.num_rows, np.bool_)
        mask[places] = True
        items = with_columns(
            items, **{rule.column: none_if(pa.chunked_array([pa.array(mask)]), items[rule.column])}
        )
    texts = items["reason"].to_pylist()
    for place, reason in reasons.items():
        texts[place] = "; ".join(filter(None, [texts[place], reason]))
    return with_columns(items, reason=pa.chunked_array([pa.array(texts, pa.string())]))


def _without_rows(
    rows: pa.Table, _: list[tuple[Rule, Numbers]], reasons: Mapping[int, str]
) -> pa.Table:
    kept = np.ones(rows.num_rows, np.bool_)
    kept[list(reasons)] = False
    return rows.filter(pa.array(kept))


def _unresolved(checked: Checked) -> Iterable[Finding]:
    """References to rows that were rejected."""
    for reference in REFERENCES:
        rows = checked.tables.get(reference.table)
        if rows is None or reference.to not in checked.rejected:
            continue
        ids = rows[reference.column]
        known = pc.is_in(ids, value_set=checked.tables[reference.to][reference.column])
        is_open = pc.and_(pc.is_valid(ids), pc.invert(known))
        if reference.item_type is not None:
            is_open = pc.and_(is_open, pc.equal(rows["item_type"], reference.item_type))
        places = _places(is_open)
        if len(places):
            yield _finding(
                reference.name,
                reference.table,
                Severity.WARN,
                rows,
                places,
                _TOLERATED_UNRESOLVED,
            )
