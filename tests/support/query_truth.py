"""What the named queries must answer, computed with pandas over the raw JSON. All synthetic.

It shares no code with the transformer and none with the SQL.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import zstandard
from stay_truth import stays_and_events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from stay_truth import Stay

    Row = dict[str, Any]

Cells = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class RawHistory:
    """What the raw objects of a lake hold.

    Attributes:
        snapshots: one row a snapshot.
        entries: one row an entry of a snapshot.
        outcomes: one row a playlist in a run.
    """

    snapshots: pd.DataFrame
    entries: pd.DataFrame
    outcomes: pd.DataFrame

    @classmethod
    def of(cls, objects: Iterable[tuple[str, bytes]]) -> RawHistory:
        """The history in raw objects, given by key."""
        lines: list[Row] = []
        manifests: list[Row] = []
        for key, body in objects:
            if key.endswith("manifest.json"):
                manifests.append(json.loads(body))
            else:
                lines += raw_lines(body)
        rows = [_snapshot(line) for line in lines]
        entries = [entry for line in lines for entry in _entries(line)]
        outcomes = [outcome for manifest in manifests for outcome in _outcomes(manifest)]
        return cls(pd.DataFrame(rows), pd.DataFrame(entries), pd.DataFrame(outcomes))

    def whole(self, since: str) -> pd.DataFrame:
        """The snapshots since a day that have all pages, the oldest first."""
        found = self.snapshots[self.snapshots["complete"] & (self.snapshots["day"] >= since)]
        return found.sort_values(["at", "run_id"])

    def newest(self, since: str) -> pd.DataFrame:
        """The entries of the last whole snapshot of each playlist, with its name."""
        last = self.whole(since).groupby("playlist_id").tail(1)
        return last[["playlist_id", "run_id", "playlist"]].merge(
            self.entries, on=["playlist_id", "run_id"]
        )


def duplicates(raw: RawHistory, since: str) -> Iterator[Cells]:
    """Identities that the newest snapshot has more than once."""
    known = raw.newest(since).dropna(subset="identity")
    for key, group in known.groupby(["playlist_id", "identity"]):
        if len(group) > 1:
            yield *key, len(group), group["position"].min(), group["position"].max()


def same_songs(raw: RawHistory, since: str) -> Iterator[Cells]:
    """The pairs of ids of each recording that has several, by its ISRC."""
    known = raw.newest(since).dropna(subset=["isrc", "track_id"])
    for isrc, group in known.groupby("isrc"):
        playlists = group.groupby("track_id")["playlist_id"].nunique()
        for one, other in combinations(sorted(playlists.index), 2):
            yield "isrc", isrc, one, playlists[one], other, playlists[other]


def release_years(raw: RawHistory, since: str) -> Iterator[Cells]:
    """Different songs of each playlist by the year of their album, if any entry of a run has it."""
    dated = raw.entries.dropna(subset=["track_id", "year"])
    year_of = dated.groupby(["run_id", "track_id"])["year"].last()
    known = raw.newest(since).dropna(subset="track_id").drop(columns="year")
    songs = known.drop_duplicates(["playlist_id", "track_id"])
    songs = songs.join(year_of, on=["run_id", "track_id"]).dropna(subset="year")
    for year, group in songs.groupby(songs["year"].astype("int64")):
        yield year, len(group), group["playlist_id"].nunique()


def playlist_overlap(raw: RawHistory, since: str, playlist: str, other: str) -> Iterator[Cells]:
    """Identities of both playlists with their first positions."""
    known = raw.newest(since).dropna(subset="identity")
    first = known.groupby(["playlist_id", "identity"])["position"].min()
    for identity, position in first[playlist].items():
        if identity in first[other]:
            yield identity, position, first[other][identity]


def playlists(raw: RawHistory, since: str) -> Iterator[Cells]:
    """The newest snapshot of each playlist, and its newest outcome."""
    recent = raw.snapshots[raw.snapshots["day"] >= since].sort_values(["at", "run_id"])
    said = raw.outcomes[raw.outcomes["day"] >= since].sort_values(["at", "run_id"])
    outcome = said.groupby("playlist_id")["outcome"].last()
    for row in _rows(recent.groupby("playlist_id").tail(1)):
        last = outcome.get(row["playlist_id"])
        yield row["playlist_id"], row["playlist"], row["entries"], row["at"], last


def playlist_growth(raw: RawHistory, since: str) -> Iterator[Cells]:
    """The entries of the first and of the last whole snapshot."""
    for playlist_id, group in raw.whole(since).groupby("playlist_id"):
        first, last = group.iloc[0], group.iloc[-1]
        growth = last["entries"] - first["entries"]
        yield playlist_id, first["day"], first["entries"], last["day"], last["entries"], growth


def new_artists(raw: RawHistory, since: str, month: str) -> Iterator[Cells]:
    """Artists by the first time of addition of their songs."""
    day = raw.entries["run_id"].map(_day)
    seen = raw.entries[day >= since].dropna(subset=["track_id", "added_at"]).explode("artist_ids")
    for artist, group in seen.dropna(subset="artist_ids").groupby("artist_ids"):
        first = group["added_at"].min()
        if f"{first:%Y-%m}" == month:
            yield artist, first, group["track_id"].nunique(), group["playlist_id"].nunique()


def songs_added(raw: RawHistory, since: str) -> Iterator[Cells]:
    """Entries that are there and were added since."""
    for stay in _there(raw, since):
        if stay.added_at and stay.added_at >= _midnight(since):
            yield stay.playlist_id, stay.position, stay.identity, stay.added_at


def who_adds(raw: RawHistory, since: str) -> Iterator[Cells]:
    """Users and how much they added of what is there."""
    by_user: dict[str | None, list[Stay]] = defaultdict(list)
    for stay in _there(raw, since):
        by_user[stay.added_by].append(stay)
    for user, group in by_user.items():
        times = sorted(stay.added_at for stay in group if stay.added_at)
        first, last = (times[0], times[-1]) if times else (None, None)
        yield user, len(group), len({stay.playlist_id for stay in group}), first, last


def turnover(raw: RawHistory, since: str) -> Iterator[Cells]:
    """The songs at the beginning of each month that are not there at its end."""
    all_stays, _ = stays_and_events(raw)
    whole = raw.whole(since).assign(month=lambda t: t["day"].str.slice(0, 7))
    for playlist_id, month in sorted(set(zip(whole["playlist_id"], whole["month"], strict=True))):
        begin = datetime.fromisoformat(f"{month}-01").replace(tzinfo=UTC)
        end = (begin + timedelta(days=31)).replace(day=1)
        own = [s for s in all_stays if s.playlist_id == playlist_id and s.identity]
        before = {stay.identity for stay in own if stay.is_in(begin)}
        after = {stay.identity for stay in own if stay.is_in(end)}
        if f"{month}-01" >= since and before:
            yield playlist_id, month, len(before), len(before - after)


def songs_vanished(raw: RawHistory, since: str) -> Iterator[Cells]:
    """Entries that became null, and what they were."""
    for event in stays_and_events(raw)[1]:
        if event.kind == "unavailable" and event.at >= _midnight(since):
            yield event.stay.playlist_id, event.stay.added_at, event.at, event.stay.identity


def playlist_changes(raw: RawHistory, since: str) -> Iterator[Cells]:
    """Entries that came, went, were put back, or became null."""
    for event in stays_and_events(raw)[1]:
        if event.at >= _midnight(since):
            yield event.stay.playlist_id, event.run_id, event.kind, event.stay.identity


def stays(raw: RawHistory, since: str, order: str) -> Iterator[Cells]:
    """Each stay of each song, from the day it came to the last on which it was asserted."""
    for stay in stays_and_events(raw)[0]:
        is_wanted = order == "longest" or stay.first_missing is not None
        if is_wanted and stay.identity and stay.last_seen >= _midnight(since):
            came, last = stay.came.date(), stay.last_seen.date()
            days = (last - came).days
            yield stay.playlist_id, stay.identity, str(came), str(last), days, stay.still_there


def _there(raw: RawHistory, since: str) -> list[Stay]:
    """What is there as far as it was seen since a day."""
    found, _ = stays_and_events(raw)
    return [s for s in found if s.first_missing is None and s.last_seen >= _midnight(since)]


# By query: the columns that are compared, and the function that computes them.
TRUTH: Final[Mapping[str, tuple[tuple[str, ...], Callable[..., Iterator[Cells]]]]] = {
    "songs_added": (("playlist_id", "position", "identity", "added_at"), songs_added),
    "duplicates": (
        ("playlist_id", "identity", "copies", "first_position", "last_position"),
        duplicates,
    ),
    "same_songs": (
        ("matched_by", "isrc", "track_id", "playlists", "other_track_id", "other_playlists"),
        same_songs,
    ),
    "who_adds": (("added_by", "entries", "playlists", "first_added", "last_added"), who_adds),
    "release_years": (("release_year", "songs", "playlists"), release_years),
    "playlist_overlap": (("identity", "position", "other_position"), playlist_overlap),
    "playlists": (("playlist_id", "name", "entries", "last_read", "last_outcome"), playlists),
    "playlist_growth": (
        ("playlist_id", "first_day", "first_entries", "last_day", "last_entries", "growth"),
        playlist_growth,
    ),
    "turnover": (("playlist_id", "month", "songs_before", "replaced"), turnover),
    "new_artists": (("artist_id", "first_added", "songs", "playlists"), new_artists),
    "songs_vanished": (
        ("playlist_id", "added_at", "seen_unavailable", "identity"),
        songs_vanished,
    ),
    "playlist_changes": (("playlist_id", "run_id", "change", "identity"), playlist_changes),
    "stays": (
        ("playlist_id", "identity", "came_on", "last_seen_on", "days", "still_there"),
        stays,
    ),
}


def cell(value: Any) -> object:  # noqa: ANN401 - a value of a result
    """A value as results are compared: dates are texts, and what is missing is None."""
    if value is None or pd.isna(value):
        return None
    return value if isinstance(value, datetime) or not isinstance(value, date) else str(value)


def _rows(frame: pd.DataFrame) -> Iterator[Row]:
    plain = frame.astype(object).where(frame.notna(), None)
    for row in plain.to_dict("records"):
        yield {str(name): value for name, value in row.items()}


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def _day(run_id: str) -> str:
    return f"{run_id[:4]}-{run_id[4:6]}-{run_id[6:8]}"


def raw_lines(body: bytes) -> Iterator[Row]:
    """The lines of a part, as plain JSON."""
    with zstandard.ZstdDecompressor().stream_reader(body, read_across_frames=True) as frames:
        text, at = frames.read().decode(), 0
    while at < len(text):
        line, end = json.JSONDecoder().raw_decode(text, at)
        yield line
        at = end + 1


def _snapshot(line: Row) -> Row:
    return {
        "playlist_id": line["playlist_id"],
        "run_id": line["run_id"],
        "day": _day(line["run_id"]),
        "at": datetime.fromisoformat(line["fetched_at"]),
        "playlist": line["playlist"].get("name") or None,
        "complete": line["complete"],
        "entries": len(list(_sent(line))),
    }


def _sent(line: Row) -> Iterator[Row]:
    first = line["playlist"].get("items") or line["playlist"]["tracks"]
    for page in (first, *line["pages"]):
        yield from page["items"]


def _entries(line: Row) -> Iterator[Row]:
    for position, entry in enumerate(_sent(line)):
        item = entry["item"] if "item" in entry else entry["track"]
        sent = item or {}
        is_track = sent.get("type") == "track" and bool(sent.get("id"))
        released = (sent.get("album") or {}).get("release_date") or "0000"
        at = entry["added_at"] and datetime.fromisoformat(entry["added_at"])
        yield {
            "playlist_id": line["playlist_id"],
            "run_id": line["run_id"],
            "position": position,
            "item": item,
            "identity": sent.get("uri"),
            "added_at": at if at and at.timestamp() else None,
            "added_by": (entry.get("added_by") or {}).get("id") or None,
            "track_id": sent["id"] if is_track else None,
            "isrc": (sent.get("external_ids") or {}).get("isrc"),
            "year": int(released[:4]) or None if is_track else None,
            "artist_ids": [artist["id"] for artist in sent.get("artists") or [] if artist["id"]],
        }


def _outcomes(manifest: Row) -> Iterator[Row]:
    for one in manifest["playlists"]:
        yield {
            "playlist_id": one["playlist_id"],
            "run_id": manifest["run_id"],
            "day": _day(manifest["run_id"]),
            "at": datetime.fromisoformat(manifest["finished_at"]),
            "outcome": one["outcome"],
            "since": one.get("unchanged_since"),
        }
