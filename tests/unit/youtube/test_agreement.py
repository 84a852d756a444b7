"""The extractor and the transformer agree on what a snapshot holds, whatever YouTube sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.transformer.curated import Curated
from youtube_responses import entry, listed, lost, page, playlists

from playlake_contracts.keys import RawKey
from playlake_contracts.outcomes import Outcome
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from tests.unit.youtube.conftest import Runs, Youtube

CASES: dict[str, list[Any]] = {
    "videos": [entry(1), entry(2)],
    "lost videos": [entry(1), lost(2), lost(3, "Private video", "private")],
    "nothing": [],
    "the same video twice": [entry(1), {**entry(1), "id": "another"}],
    "nulls": [None, entry(1), {"snippet": None, "contentDetails": None}],
    "entries that are no objects": [5, "text", [], entry(1)],
    "no video": [{"id": "x", "snippet": {"title": "only a title", "publishedAt": "2026"}}],
    "an empty id": [{**entry(1), "contentDetails": {"videoId": ""}}],
    "a bad time": [entry(1, publishedAt=5), entry(2)],
    "a bad title": [entry(1, title=5), entry(2)],
    "a bad id beside a good one": [{**entry(1), "contentDetails": {"videoId": 5}}],
    "bad objects": [entry(1, resourceId="text"), {**entry(2), "snippet": [1]}],
    "half a surrogate pair": [entry(1, publishedAt="\ud83d"), entry(2, title="half \ud83d")],
    "NUL": [{**entry(1), "contentDetails": {"videoId": "a\u0000b"}}, entry(2)],
    "a bad id of an entry": [{**entry(1), "id": 5}, {**entry(2), "id": 5}],
}


@pytest.mark.parametrize("entries", CASES.values(), ids=CASES.keys())
def test_both_services_count_and_digest_the_same(
    entries: list[Any], youtube: Youtube, runs: Runs
) -> None:
    youtube.lists(playlists(listed(count=len(entries))))
    half = len(entries) // 2
    youtube.pages(
        page(*entries[:half], total=len(entries), next_page="more"),
        page(*entries[half:], total=len(entries)),
    )

    (outcome,) = runs.run().playlists

    assert outcome.outcome is Outcome.LANDED
    (key,) = (key for key in runs.raw.objects if "part-" in key)
    row = Curated(transform(runs.raw.objects[key], RawKey.parse(key))).only("playlists")
    assert row["content_hash"] == outcome.items_sha256
    assert row["entries"] == outcome.entries == len(entries)
    assert row["is_complete"] is outcome.complete is True
