"""Parts of synthetic playlists in the shapes of Spotify; equal calls give equal parts."""

from __future__ import annotations

import itertools
import json
import random
from typing import TYPE_CHECKING

from tests.unit.transformer.synthetic import (
    artist,
    entry,
    episode,
    in_generation,
    local_track,
    page,
    playlist,
    track,
)

from playlake_contracts.raw import Head, Tail, compress_frame, encode_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tests.unit.transformer.synthetic import Json

    from playlake_contracts.keys import RawKey
    from playlake_contracts.sources.spotify import Api

MARKETS = [first + second for first in "ABCDEFGHIJKLMN" for second in "ABCDEFGHIJKLM"]
FIRST_PAGE, FURTHER_PAGE = 100, 50


def synthetic_part(
    key: RawKey,
    fetched_at: datetime,
    api: Api,
    snapshots: int,
    entries: int,
    first_playlist: int = 0,
) -> Iterator[bytes]:
    """The raw object of a part: so many snapshots with so many entries each."""
    dice = random.Random(1)
    for number in range(first_playlist, first_playlist + snapshots):
        head = Head(
            source=key.source,
            playlist_id=f"playlist-{number}",
            run_id=str(key.run_id),
            fetched_at=fetched_at,
            snapshot_id=None,
        )
        made = [_entry(dice) for _ in range(entries)]
        cuts = [0, *range(FIRST_PAGE, entries, FURTHER_PAGE), entries]
        pages = [
            page(made[start:end], offset=start, total=entries)
            for start, end in itertools.pairwise(cuts)
        ]
        first, *further = (
            json.dumps(in_generation(response, api)).encode()
            for response in (playlist() | {"tracks": pages[0]}, *pages[1:])
        )
        tail = Tail(api=api, entries=entries, complete=True)
        yield from compress_frame(encode_snapshot(head, lambda: first, further, lambda: tail))  # noqa: B023 - used at once


def _entry(dice: random.Random) -> Json:
    number, kind = dice.randrange(12_000), dice.random()
    match kind:
        case kind if kind < 0.005:
            return entry(None)
        case kind if kind < 0.015:
            return entry(local_track())
        case kind if kind < 0.02:
            return entry(episode(number))
    artists = [artist(dice.randrange(5_000)) for _ in range(dice.choice([1, 1, 1, 2, 3]))]
    song = track(number, artists=artists, available_markets=MARKETS)
    song["album"] |= {"available_markets": MARKETS}
    return entry(song, added_at=f"20{dice.randrange(10, 25)}-03-1{dice.randrange(9)}T09:34:56Z")
