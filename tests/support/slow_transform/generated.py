"""Synthetic parts of every kind that the documentation describes; equal seeds give equal parts.

Texts such as `@huge@` stand for JSON that Python cannot write, and are replaced by it at the end.
"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import zstandard
from tests.unit.transformer.synthetic import album, artist, in_generation, page, playlist

from slow_transform.generated_entries import LONG_NAME, MARKS, EntryMaker

if TYPE_CHECKING:
    from playlake_contracts.sources.spotify import Api

Json = dict[str, Any]

RUN = "20261121T060000Z-k3x2ab"
KEY = f"raw/source=spotify/snapshot_date=2026-11-21/run={RUN}/part-0000.jsonl.zst"
SHAPES: list[Api] = ["classic", "items", "both"]
TIMES = ["06:00:01Z", "05:59:00Z", "06:00:01.25Z", "08:00:02+02:00", "07:30:00+00:30"]
DESCRIPTIONS = [None, "", "R&amp;B &#x27;n&#x27; more", "&#0;@half@", "<b>caf\u00e9</b> \U0001f3a7"]
DEEP = "[" * 100_000 + "]" * 100_000


def generated_part(seed: int) -> bytes:
    """The raw object of a part."""
    return _Maker(random.Random(seed)).part()


class _Maker:
    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.api: Api = dice.choices(SHAPES, [45, 45, 10])[0]
        self.entries = EntryMaker(dice, is_mostly_good=dice.random() < 0.6)

    def part(self) -> bytes:
        kind = self.dice.random()
        snapshots = [self._snapshot(number) for number in range(self.dice.randint(1, 4))]
        if kind < 0.04:
            snapshots = [self._details(number) for number in range(self.dice.randint(1, 6))]
        elif kind < 0.25:
            snapshots.insert(self.dice.randint(0, 2), self._odd_frame())
        raw = b"".join(map(zstandard.compress, snapshots))
        return raw[: len(raw) - self.dice.randint(1, 9)] if kind > 0.985 else raw

    def _snapshot(self, number: int, **changes: object) -> bytes:
        """A frame; one in fifty of them is counted wrongly."""
        first, entries = self._first_page()
        pages: list[str] = []
        for _ in range(self.dice.choice([0, 0, 0, 1, 2])):
            response, added = self._page(entries)
            pages.append(self._written(response))
            entries += added
        sent = {
            "schema": "playlake.raw/1",
            "source": "spotify",
            "kind": "playlist",
            "playlist_id": f"playlist-{number}",
            "run_id": RUN,
            "fetched_at": f"2026-11-21T{self.dice.choice(TIMES)}",
            "snapshot_id": self.dice.choice([None, "", "MTAsOGY+/="]),
            "api": self.dice.choice([self.api, None]),
            "complete": self.dice.random() < 0.9,
            "entries": entries + (self.dice.random() < 0.01),
        } | changes
        if self.dice.random() < 0.1:
            del sent["entries"]
        own = json.dumps(sent, separators=(",", ":"))
        responses = f'"pages":[{",".join(pages)}],"playlist":{self._written(first)}'
        return _with_marks(f"{own[:-1]},{responses}}}\n")

    def _first_page(self) -> tuple[Json | None, int]:
        """The playlist with its first page, and how many entries that has."""
        kind = self.dice.random()
        if kind < 0.04:
            return None, 0
        sent = playlist(
            name=self.entries.text(),
            description=self.dice.choice(DESCRIPTIONS),
            owner=self.dice.choice([None, {}, {"id": "alice", "display_name": "Alice@nul@"}]),
            public=self.dice.choice([True, False, None]),
        )
        if self.dice.random() < 0.02:
            sent.update(LONG_NAME)
        self.entries.spoil(sent, ["name", "owner", "images", "followers", "public", "snapshot_id"])
        response, entries = self._page(0)
        sent["tracks"] = response
        if kind < 0.08:
            sent["tracks"] = self.dice.choice([None, {"total": 0}, {"total": 9, "items": None}])
            entries = 0
        made: Json = in_generation(sent, self.api)
        if self.api == "both" and entries and kind > 0.7:
            made["items"] = self.dice.choice([None, page([]), {"href": "", "total": entries}])
        return made, entries

    def _page(self, start: int) -> tuple[Any, int]:
        """A page, and how many entries it has."""
        if start and self.dice.random() < 0.04:
            return self.dice.choice([5, "page", {"items": {}}, {"items": 5}, None]), 0
        made = [self.entries.entry() for _ in range(self.dice.randint(0, 12))]
        offset = self.dice.choice([start] * 8 + [None, 0, start + 5, -5, 2**31, "@whole@", "x"])
        total = self.dice.choice([start + len(made)] * 8 + [0, None, 2**31, "many", "@whole@"])
        sent = page(made, total=total) | {"offset": offset}
        return in_generation(sent, self.api), len(made)

    def _details(self, number: int) -> bytes:
        kind = self.dice.choice(["artist", "album"])
        facts = {"popularity": 61, "genres": self.dice.choice([[], ["dream pop", "shoegaze"]])}
        number = self.dice.randint(1, 3)
        response = (
            artist(number, followers={"total": 12_345}, **facts)
            if kind == "artist"
            else album(number, label="Nobody's", external_ids={"upc": "00012345"}, **facts)
        )
        self.entries.spoil(response, ["name", "popularity", "genres", "id", "followers"])
        sent = {"schema": "playlake.raw/1", "source": "spotify", "kind": kind, "id": "x"}
        sent |= {"run_id": RUN, "fetched_at": f"2026-11-21T06:00:{number:02}Z"}
        own = json.dumps(sent, separators=(",", ":"))
        return _with_marks(f'{own[:-1]},"response":{self._written(response)}}}\n')

    def _odd_frame(self) -> bytes:
        """A frame that is quarantined as a whole, or for which the part is rejected."""
        good = self._snapshot(7, fetched_at="2026-11-21T06:00:01Z")
        return self.dice.choice(
            [
                good[: len(good) // 2],
                good.rstrip() + b"}",
                b"",
                b"\x00junk",
                b"\xef\xbb\xbf" + good,
                b"[]",
                b'{"schema":"playlake.raw/1"}',
                good.replace(b'"kind":"playlist"', b'"kind":"chart"', 1),
                good.replace(b"T06:00:01Z", b"T06:00:01", 1),
                good.replace(b"2026-11-21T06:00:01Z", b"9999-12-31T23:59:59-01:00", 1),
                good.replace(b'"playlist-7"', b'"play\xe4list"', 1),
                good.replace(b'"pages":[', b'"deep":%s,"pages":[' % DEEP.encode(), 1),
                self._snapshot(8, run_id="20261121T060000Z-other2"),
                self._snapshot(9, complete="yes"),
                self._snapshot(0),
            ]
        )

    def _written(self, response: object) -> str:
        """JSON as some server would write it."""
        indent = self.dice.choice([None, None, None, None, 2])
        return json.dumps(response, indent=indent, ensure_ascii=self.dice.random() < 0.5)


def _with_marks(text: str) -> bytes:
    made = text.encode()
    for mark, raw in MARKS.items():
        made = made.replace(mark.encode(), raw)
    return made
