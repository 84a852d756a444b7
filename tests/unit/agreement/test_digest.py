"""The extractor and the transformer agree on what a snapshot holds, whatever Spotify sends."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq
import pytest
from saved_snapshots import snapshots_in
from twins.extractor import MemoryRawStore

from playlake_contracts.keys import RawKey
from playlake_contracts.sources.people import PEOPLE
from playlake_extractor.run.saved_snapshots import land_saved, run_id_of
from playlake_transformer.domain.transform import transform

SPOTIFY = PEOPLE["spotify"]

AT = datetime(2026, 11, 21, 6, tzinfo=UTC)
ID = "0000000000000000000001"


def song(name: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"type": "track", "id": name, "uri": f"spotify:track:{name}", "name": name, **fields}


def entry(item: object, key: str = "item", **fields: object) -> dict[str, object]:
    return {"added_at": "2026-01-02T03:04:05Z", "is_local": False, key: item, **fields}


def page(*entries: object, **fields: object) -> dict[str, object]:
    return {"items": list(entries), "total": len(entries), "next": None, **fields}


CASES: dict[str, dict[str, object]] = {
    "new keys": {"items": page(entry(song("a")), entry(song("b")))},
    "old keys": {"tracks": page(entry(song("a"), "track"))},
    "new keys withheld": {
        "items": {"href": "https://x.example", "total": 1},
        "tracks": page(entry(song("a"), "track")),
    },
    "new keys empty": {"items": page(total=1), "tracks": page(entry(song("a"), "track"))},
    "an entry whose new key is empty": {"items": page(entry({}, track=song("a")))},
    "nothing": {"items": {"items": None, "total": 0}},
    "no URIs": {"items": page(*(entry({"id": name, "name": "n"}) for name in "ab"))},
    "no URIs and no ids": {
        "items": page(
            entry({"name": "n", "artists": [{"name": "one"}, None, {"name": ""}, {"name": "two"}]}),
            entry(song("b")),
        )
    },
    "an empty id": {"items": page(entry(song("", uri=None, id="")), entry(song("b")))},
    "nulls": {"items": page(None, entry(None), entry(song("a"), added_at=None))},
    "half a surrogate pair": {"items": page(entry({"name": "half \ud83d"}), entry(song("b")))},
    "NUL": {"items": page(entry({"name": "a\u0000b"}), entry(song("b")))},
    "integral floats": {"items": page(entry(song("a", duration_ms=2.0)), total=1.0, offset=0.0)},
    "a bad field": {"items": page(entry(song("a", duration_ms="long")), entry(song("b")))},
    "a bad name": {"items": page(entry({"id": "a", "name": 5}))},
    "an entry that is no object": {"items": page(5, "text", entry(song("b")))},
    "an item that is no object": {"items": page(entry("text"), entry(song("b")))},
    "a gap": {"items": page(entry(song("a")), offset=7)},
}


@pytest.mark.parametrize("contents", CASES.values(), ids=CASES.keys())
def test_both_services_count_and_digest_the_same(contents: dict[str, object]) -> None:
    playlist = {"id": ID, "name": "n", "snapshot_id": "s", "type": "playlist", **contents}
    (snapshot,) = snapshots_in(("a.json", json.dumps(playlist).encode()))
    run_id = run_id_of("spotify", [snapshot], AT)
    store = MemoryRawStore()
    land_saved("spotify", [snapshot], run_id, store, SPOTIFY.redacted)

    key = RawKey.of_part("spotify", run_id, 0)
    files = {file.table: file for file in transform(store.read(str(key)), key).files}
    (row,) = pq.read_table(io.BytesIO(files["playlists"].body)).to_pylist()
    rows = files["playlist_items"].rows if "playlist_items" in files else 0

    assert row["content_hash"] == snapshot.read.items_sha256
    assert row["entries"] == snapshot.read.tail.entries == rows
    assert row["is_complete"] == snapshot.read.tail.complete
