"""What the named queries must answer, computed with pandas over the raw JSON. All synthetic.

It shares no code with the transformer and none with the SQL.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import zstandard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

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


def songs_added(raw: RawHistory, since: str) -> Iterator[Cells]:
    """Entries of the newest snapshots that were added since."""
    for row in _rows(raw.newest(since)):
        if row["added_at"] and row["added_at"] >= _midnight(since):
            yield row["playlist_id"], row["position"], row["identity"], row["added_at"]


def duplicates(raw: RawHistory, since: str) -> Iterator[Cells]:
    """Identities that the newest snapshot has more than once."""
    known = raw.newest(since).dropna(subset="identity")
    for key, group in known.groupby(["playlist_id", "identity"]):
        if len(group) > 1:
            yield *key, len(group), group["position"].min(), group["position"].max()


def same_song(raw: RawHistory, since: str) -> Iterator[Cells]:
    """The ids of each recording that has several."""
    known = raw.newest(since).dropna(subset=["isrc", "track_id"])
    for isrc, group in known.groupby("isrc"):
        ids = sorted(set(group["track_id"]))
        for track_id in ids if len(ids) > 1 else ():
            of_id = group[group["track_id"] == track_id]
            yield isrc, len(ids), track_id, of_id["playlist_id"].nunique(), len(of_id)


def who_adds(raw: RawHistory, since: str) -> Iterator[Cells]:
    """Users and how much of the newest snapshots they added."""
    for user, group in raw.newest(since).groupby("added_by", dropna=False):
        times = group["added_at"].dropna()
        first, last = (times.min(), times.max()) if len(times) else (None, None)
        yield cell(user), len(group), group["playlist_id"].nunique(), first, last


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


def turnover(raw: RawHistory, since: str) -> Iterator[Cells]:
    """The songs of the snapshot before each month that the last one of the month lacks."""
    whole = raw.whole(since).assign(month=lambda t: t["day"].str.slice(0, 7))
    for playlist_id, group in (
        whole.groupby(["playlist_id", "month"]).tail(1).groupby("playlist_id")
    ):
        before: set[str] = set()
        for row in _rows(group):
            own = raw.entries["playlist_id"].eq(playlist_id) & raw.entries["run_id"].eq(
                row["run_id"]
            )
            now = set(raw.entries[own]["identity"].dropna())
            if before:
                yield playlist_id, row["month"], len(before), len(before - now)
            before = now


def new_artists(raw: RawHistory, since: str, month: str) -> Iterator[Cells]:
    """Artists by the first time of addition of their songs."""
    day = raw.entries["run_id"].map(_day)
    seen = raw.entries[day >= since].dropna(subset=["track_id", "added_at"]).explode("artist_ids")
    for artist, group in seen.dropna(subset="artist_ids").groupby("artist_ids"):
        first = group["added_at"].min()
        if f"{first:%Y-%m}" == month:
            yield artist, first, group["track_id"].nunique(), group["playlist_id"].nunique()


def songs_vanished(raw: RawHistory, since: str) -> Iterator[Cells]:
    """Null entries, and the one song of their time of addition that was last seen before."""
    whole = raw.whole(since)[["playlist_id", "run_id", "at"]]
    seen = whole.merge(raw.entries, on=["playlist_id", "run_id"]).dropna(subset="added_at")
    for (playlist_id, added_at), group in seen.groupby(["playlist_id", "added_at"]):
        null = group[group["item"].isna()]
        if null.empty:
            continue
        first = null["at"].min()
        last = group.dropna(subset="identity").groupby("identity")["at"].max()
        songs = [identity for identity, at in last.items() if at < first]
        yield playlist_id, added_at, first, songs[0] if len(songs) == 1 else None


def stays(raw: RawHistory, since: str) -> Iterator[Cells]:
    """Each song of each playlist, from the day it came to the last on which it was asserted."""
    whole = raw.whole(since)
    said = raw.outcomes[raw.outcomes["outcome"].eq("unchanged") & (raw.outcomes["day"] >= since)]
    for playlist_id, snapshots in whole.groupby("playlist_id"):
        own = said[said["playlist_id"] == playlist_id]
        asserted = {
            row["run_id"]: [(row["at"], row["day"])]
            + [(one["at"], one["day"]) for one in _rows(own[own["since"] == row["run_id"]])]
            for row in _rows(snapshots)
        }
        in_force = max(asserted, key=lambda run_id: (max(asserted[run_id]), run_id))
        entries = raw.entries[raw.entries["playlist_id"].eq(playlist_id)]
        entries = entries[entries["run_id"].isin([*asserted])].dropna(subset="identity")
        for identity, group in entries.groupby("identity"):
            days = [day for run_id in group["run_id"] for _, day in asserted[run_id]]
            added = [f"{at:%Y-%m-%d}" for at in group["added_at"] if not pd.isna(at)]
            first, last = min([*days, *added]), max(days)
            yield playlist_id, identity, first, last, in_force in set(group["run_id"])


def longest_staying(raw: RawHistory, since: str) -> Iterator[Cells]:
    """All stays, with their days."""
    for playlist_id, identity, first, last, is_there in stays(raw, since):
        days = (_midnight(str(last)) - _midnight(str(first))).days
        yield playlist_id, identity, first, last, days, is_there


def shortest_staying(raw: RawHistory, since: str) -> Iterator[Cells]:
    """The stays that ended."""
    return (cells for cells in longest_staying(raw, since) if not cells[-1])


# By query: the columns that are compared, and the function that computes them.
TRUTH: Final[Mapping[str, tuple[tuple[str, ...], Callable[..., Iterator[Cells]]]]] = {
    "songs_added": (("playlist_id", "position", "identity", "added_at"), songs_added),
    "duplicates": (
        ("playlist_id", "identity", "copies", "first_position", "last_position"),
        duplicates,
    ),
    "same_song": (("isrc", "ids", "track_id", "playlists", "entries"), same_song),
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
    "longest_staying": (
        ("playlist_id", "identity", "came_on", "last_seen_on", "days", "still_there"),
        longest_staying,
    ),
    "shortest_staying": (
        ("playlist_id", "identity", "came_on", "last_seen_on", "days", "still_there"),
        shortest_staying,
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
