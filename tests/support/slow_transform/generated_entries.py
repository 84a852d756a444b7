"""Synthetic entries: good ones of every kind, and such as break a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.unit.transformer.synthetic import (
    album,
    artist,
    entry,
    episode,
    local_track,
    takedown,
    track,
)

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

Json = dict[str, Any]

# JSON that Python does not write: a text in the values, and the bytes that replace it.
MARKS = {
    '"@huge@"': b"1e999",
    '"@long@"': b"1" * 5000,
    '"@whole@"': b"3.0",
    '"@power@"': b"2e2",
    '"@zero@"': b"-0.0",
    "@nul@": rb"\u0000",
    "@half@": rb"\uD83c",
    "@swapped@": rb"\udfa7\ud83c",
    "@pair@": rb"\ud83c\udfa7",
    "@spelt@": rb"\\ud83c\\u0000",
    "@latin@": b"Caf\xe9",
    "@surrogate@": b"\xed\xa0\x80",
}
TEXTS = [
    *("Song", "", "Mot\u00f6rhead", "\u5b87\u591a\u7530", "\U0001f3a7 \u202eleft\u202c"),
    *('"q" \\ a,b', " \u00a0 spaces ", "e\u0301", "line\nbreak", "x" * 300),
    *("a@nul@b", "@half@", "@swapped@", "@pair@", "@spelt@"),
]
ADDED_AT = [
    *("2024-02-29T12:34:56Z", "2013-01-19T21:31:09.5Z", "2013-01-19T21:31:09+02:00"),
    *("2013-01-19T21:31:09-11:30", "2099-12-31T23:59:59+14:59", "1970-01-01T00:00:00Z"),
    *("1970-01-01T02:00:00+02:00", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z", "", None),
    *("2013-02-29T00:00:00Z", "2013-01-19T24:00:00Z", "2013-01-19T23:59:60Z", "garbage", "now"),
    *("2013-01-19", "2013-01-19T21:31:09", "2013-01-19T21:31:09+99:99", "2013-01-19 21:31:09Z"),
    *("2013-01-19T21:31:09.123456Z", "2013-01-19T21:31:09.123456789Z", "@nul@"),
]
RELEASED = [
    *("1985-03-04", "1978-05", "1999", "0000", "0000-00-00", "2020-13-01", "2021-02-30"),
    *("2020-02-29", "1900-02-29", "", None, "now", "1985-3-4", "85", "1985-03-04T00:00:00Z"),
    *("1685", "9999-12-31", "1985-", " 1985"),
]
ODD: list[Any] = [
    *(None, "", "text", 0, 5, -1, 1.5, True, False, [], {}, [None], ["x"], [5], {"id": 5}),
    *(2**31, -(2**31) - 1, 2**63, -(2**63), 2**64, {"id": None}, {"id": ""}, {"name": []}),
    *("@huge@", "@long@", "@whole@", "@power@", "@zero@", "@latin@", "@surrogate@"),
]
# Values of the right type that break a quality rule.
LONG_NAME = {"name": "\u00e9" * 501}
IMPLAUSIBLE: dict[str, list[Json]] = {
    "track": [
        *({"popularity": 101}, {"popularity": -1}, {"duration_ms": -1}, {"track_number": -1}),
        *({"disc_number": -3}, {"id": "short"}, {"duration_ms": 10**9}, LONG_NAME),
    ],
    "episode": [{"id": "episode"}, {"duration_ms": 10**9}, LONG_NAME],
    "album": [{"popularity": 101}, {"total_tracks": -1}, {"id": "album-with-another-form"}],
    "artist": [{"popularity": 500}, {"followers": {"total": -1}}, {"id": "artist\u00e9"}],
}
ARTIST_FIELDS = ["id", "name", "popularity", "genres", "followers"]
ALBUM_FIELDS = [
    *("id", "name", "artists", "album_type", "release_date", "release_date_precision", "images"),
    *("total_tracks", "available_markets", "label", "genres", "popularity", "external_ids"),
]
ITEM_FIELDS = [
    *("id", "name", "uri", "type", "album", "artists", "duration_ms", "explicit", "is_local"),
    *("disc_number", "track_number", "popularity", "external_ids", "is_playable", "linked_from"),
    *("restrictions", "show", "audiobook", "available_markets"),
]
ENTRY_FIELDS = ["added_at", "added_by", "is_local", "track", "item"]


class EntryMaker:
    """Makes entries by throwing dice."""

    def __init__(self, dice: random.Random, *, is_mostly_good: bool) -> None:
        self.dice = dice
        self.badness = 0.002 if is_mostly_good else 0.04

    def text(self) -> str:
        """A name."""
        return self.dice.choice(TEXTS)

    def entry(self) -> Any:  # noqa: ANN401 - any JSON
        """An entry; few numbers, so that tracks, albums and artists occur again and again."""
        if self.dice.random() < self.badness:
            return self.dice.choice([5, "entry", [], True, {}, "@huge@"])
        if self.dice.random() < 0.03:
            return self.dice.choice([None, {}, entry(None), {"added_at": "2024-02-29T12:34:56Z"}])
        made = entry(
            self._item(self.dice.randint(1, 20)),
            added_at=self.dice.choice([*ADDED_AT[:3], *ADDED_AT]),
            added_by=self.dice.choice([None, {}, {"id": ""}, {"id": "alice"}, {"id": "bob"}]),
        )
        if self.dice.random() < 0.05:
            made["video_thumbnail"] = {"url": "@latin@"}
        if self.dice.random() < 0.05:
            made["is_local"] = self.dice.choice([True, False, None])
        self.spoil(made, ENTRY_FIELDS)
        return made

    def spoil(self, value: Json, fields: Sequence[str]) -> None:
        """Give a field another value now and then, or leave it out."""
        if self.dice.random() < self.badness:
            value[self.dice.choice(fields)] = self.dice.choice(ODD)
        elif self.dice.random() < 0.02:
            value.pop(self.dice.choice(fields), None)

    def distort(self, value: Json, kind: str) -> None:
        """Give a field a value now and then that breaks a quality rule."""
        if self.dice.random() < 0.02:
            value.update(self.dice.choice(IMPLAUSIBLE[kind]))

    def _item(self, number: int) -> Json:
        kind = self.dice.random()
        made = (
            local_track(uri=f"spotify:local:{number}", name=self.text())
            if kind < 0.05
            else episode(number, is_playable=self.dice.choice([True, False, None]))
            if kind < 0.1
            else takedown(number)
            if kind < 0.14
            else self._track(number)
        )
        if kind > 0.97:
            made["type"] = self.dice.choice(["chapter", "audiobook", "video", None])
            made["audiobook"] = {"id": "book", "name": self.text()}
            made["show"] = self.dice.choice([None, {}, {"id": "show", "name": self.text()}])
        if kind > 0.99:
            made["uri"] = self.dice.choice([None, "", "spotify:", "spotify:chapter:1", ":"])
        self.distort(made, "episode" if made["type"] == "episode" else "track")
        self.spoil(made, ITEM_FIELDS)
        return made

    def _track(self, number: int) -> Json:
        """A track; the same number gives other values at another place."""
        made = track(
            number,
            name=self.dice.choice([f"Track {number}", self.text()]),
            album=self._album(self.dice.randint(1, 9)),
            artists=self._artists(),
            popularity=self.dice.choice([None, 0, 50, 100]),
            is_playable=self.dice.choice([None, True, False]),
            restrictions=self.dice.choice([None, None, {}, {"reason": "market"}]),
        )
        if self.dice.random() < 0.1:
            made["linked_from"] = {"id": f"other-{number}", "type": "track"}
        return made

    def _album(self, number: int) -> Json | None:
        if self.dice.random() < 0.05:
            return self.dice.choice([None, {}, album(number, id=None), album(number, id="")])
        made = album(
            number,
            name=self.dice.choice([f"Album {number}", self.text()]),
            artists=self._artists(),
            release_date=self.dice.choice([*RELEASED[:3], *RELEASED]),
            release_date_precision=self.dice.choice(["day", "month", "year", None]),
            available_markets=self.dice.choice([[], None, ["DE"], ["DE", "SE", "NO"]]),
            total_tracks=self.dice.randint(1, 30),
        )
        self.distort(made, "album")
        self.spoil(made, ALBUM_FIELDS)
        return made

    def _artists(self) -> list[Json]:
        numbers = [self.dice.randint(1, 9) for _ in range(self.dice.choice([0, 1, 1, 1, 2, 3]))]
        made = [artist(n, name=self.dice.choice([f"Artist {n}", "", "B", None])) for n in numbers]
        for one in made:
            if self.dice.random() < 0.02:
                one["id"] = self.dice.choice([None, ""])
            self.distort(one, "artist")
            self.spoil(one, ARTIST_FIELDS)
        return made
