"""The quality rules of docs/data-model.md, one row at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from slow_transform.reading import Faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from slow_transform.objects import Row

Table = dict[str, list["Row"]]

# Under this key a row keeps its origin until the rules were applied.
ORIGIN = "origin"


class Origin(NamedTuple):
    """The entry that a row comes from, or the details response."""

    raw: str
    playlist_id: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; if its severity is `reject`, a row that breaks it sends its JSON to quarantine."""

    name: str
    table: str
    column: str
    severity: str
    is_broken: Callable[[Row], bool]


def _below(column: str, limit: int) -> Callable[[Row], bool]:
    return lambda row: row[column] is not None and row[column] < limit


def _above(column: str, limit: int) -> Callable[[Row], bool]:
    return lambda row: row[column] is not None and row[column] > limit


def _popularity(row: Row) -> bool:
    return row["popularity"] is not None and not 0 <= row["popularity"] <= 100


def _long(row: Row) -> bool:
    return len((row["name"] or "").encode()) > 1000


def _nameless(row: Row) -> bool:
    return row["name"] is None


def _added_early(row: Row) -> bool:
    return row["added_at"] is not None and row["added_at"] < datetime(2000, 1, 1, tzinfo=UTC)


def _added_late(row: Row) -> bool:
    at = row["added_at"]
    return at is not None and at - row["fetched_at"] > timedelta(days=1)


def _added_unread(row: Row) -> bool:
    sent = row["added_at_raw"] or ""
    return row["added_at"] is None and bool(sent) and not sent.startswith("1970-01-01T00:00:00")


def _release_unread(row: Row) -> bool:
    sent = row["release_date_raw"] or ""
    return row["release_date"] is None and bool(sent) and not sent.startswith("0000")


def _released_early(row: Row) -> bool:
    return row["release_date"] is not None and row["release_date"].year < 1850


def _released_late(row: Row) -> bool:
    released = row["release_date"]
    return released is not None and released.year - row["fetched_at"].year > 5


def _total_differs(row: Row) -> bool:
    return bool(row["is_complete"]) and row["total"] not in {None, row["entries"]}


def _no_id(column: str) -> Callable[[Row], bool]:
    def has_another_form(row: Row) -> bool:
        text = row[column]
        return text is not None and not (len(text) == 22 and text.isascii() and text.isalnum())

    return has_another_form


RULES = [
    Rule("total_differs", "playlists", "total", "warn", _total_differs),
    Rule("playlist_nameless", "playlists", "name", "warn", _nameless),
    Rule("playlist_name_long", "playlists", "name", "warn", _long),
    Rule(
        "item_duration_negative",
        "playlist_items",
        "duration_ms",
        "reject",
        _below("duration_ms", 0),
    ),
    Rule(
        "item_duration_long",
        "playlist_items",
        "duration_ms",
        "warn",
        _above("duration_ms", 7 * 24 * 3600 * 1000),
    ),
    Rule("item_added_too_early", "playlist_items", "added_at", "reject", _added_early),
    Rule("item_added_too_late", "playlist_items", "added_at", "reject", _added_late),
    Rule("item_added_unread", "playlist_items", "added_at", "warn", _added_unread),
    Rule("item_name_long", "playlist_items", "name", "warn", _long),
    Rule("track_popularity", "tracks", "popularity", "reject", _popularity),
    Rule("track_duration_negative", "tracks", "duration_ms", "reject", _below("duration_ms", 0)),
    Rule("track_number_negative", "tracks", "track_number", "reject", _below("track_number", 0)),
    Rule("disc_number_negative", "tracks", "disc_number", "reject", _below("disc_number", 0)),
    Rule("track_nameless", "tracks", "name", "warn", _nameless),
    Rule("album_popularity", "albums", "popularity", "reject", _popularity),
    Rule("total_tracks_negative", "albums", "total_tracks", "reject", _below("total_tracks", 0)),
    Rule("album_nameless", "albums", "name", "warn", _nameless),
    Rule("release_date_unread", "albums", "release_date", "warn", _release_unread),
    Rule("release_date_early", "albums", "release_date", "warn", _released_early),
    Rule("release_date_late", "albums", "release_date", "warn", _released_late),
    Rule("artist_popularity", "artists", "popularity", "reject", _popularity),
    Rule("artist_followers_negative", "artists", "followers", "reject", _below("followers", 0)),
    Rule("artist_nameless", "artists", "name", "warn", _nameless),
    Rule("track_id_form", "tracks", "track_id", "warn", _no_id("track_id")),
    Rule("album_id_form", "albums", "album_id", "warn", _no_id("album_id")),
    Rule("artist_id_form", "artists", "artist_id", "warn", _no_id("artist_id")),
    Rule("episode_id_form", "playlist_items", "episode_id", "warn", _no_id("episode_id")),
]

# A rule's name, the table and the column of an id, and the table that should have it.
REFERENCES = [
    ("item_track_unresolved", "playlist_items", "track_id", "tracks"),
    ("track_album_unresolved", "tracks", "album_id", "albums"),
    ("track_artist_unresolved", "track_artists", "artist_id", "artists"),
    ("album_artist_unresolved", "album_artists", "artist_id", "artists"),
]


def apply_rules(tables: Table) -> tuple[list[Row], list[Row]]:
    """Take out what was rejected; return the rows of `quality_results` and of `quarantine`."""
    found = [(rule, [row for row in tables[rule.table] if rule.is_broken(row)]) for rule in RULES]
    results = [
        _result(rule.name, rule.table, rule.severity, len(tables[rule.table]), len(broken))
        for rule, broken in found
        if broken
    ]
    reasons: dict[int, set[str]] = {}
    for rule, broken in found:
        for row in broken if rule.severity == "reject" else ():
            reasons.setdefault(id(row), set()).add(rule.name)
            if rule.table == "playlist_items":
                row[rule.column] = None
    quarantined = [
        _quarantined(table, row, reasons[id(row)])
        for table in tables
        for row in tables[table]
        if id(row) in reasons
    ]
    for table, rows in tables.items():
        if table == "playlist_items":
            for row in rows:
                _explain(row, reasons.get(id(row), set()))
        else:
            tables[table] = [row for row in rows if id(row) not in reasons]
    for kind in ("track", "album"):
        kept = {row[f"{kind}_id"] for row in tables[f"{kind}s"]}
        credited = tables[f"{kind}_artists"]
        tables[f"{kind}_artists"] = [row for row in credited if row[f"{kind}_id"] in kept]
    return [*results, *_unresolved(tables, {row["table_name"] for row in quarantined})], quarantined


def _unresolved(tables: Table, with_rejected: set[str]) -> list[Row]:
    results = []
    for name, table, column, to in REFERENCES:
        known = {row[column] for row in tables[to]}
        rows = tables[table]
        if table == "playlist_items":
            named = [row for row in rows if row["item_type"] == "track"]
        else:
            named = [row for row in rows if row[column] is not None]
        broken = [row for row in named if row[column] not in known]
        if broken and to in with_rejected:
            results.append(_result(name, table, "warn", len(rows), len(broken)))
    return results


def _result(name: str, table: str, severity: str, rows: int, broken: int) -> Row:
    tolerated = 0.01 if severity == "reject" else 0.05
    return {
        "rule": name,
        "table_name": table,
        "severity": severity,
        "rows_checked": rows,
        "rows_broken": broken,
        "is_alarming": broken >= max(20, tolerated * rows),
    }


def _quarantined(table: str, row: Row, rules: set[str]) -> Row:
    origin: Origin = row[ORIGIN]
    return {
        "table_name": table,
        "playlist_id": origin.playlist_id,
        "entry_position": origin.position,
        "code": {"broken_rule"},
        "reason": Faults({"broken_rule"}, rules=rules),
        "raw": origin.raw,
    }


def _explain(row: Row, rules: set[str]) -> None:
    """Add the broken rules to the reason of a position."""
    reason = row["reason"]
    if rules and isinstance(reason, Faults):
        row["reason"] = Faults(reason.codes, reason.paths, rules=rules)
    elif rules:
        row["reason"] = Faults(set(), rules=rules, before=reason)
