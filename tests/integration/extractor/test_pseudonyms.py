"""Users get pseudonyms before anything is landed: their ids and names reach no byte of a lake."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from twins.extractor import MemoryRawStore, MemoryStateStore

from playlake_contracts.keys import RawKey
from playlake_contracts.outcomes import Outcome
from playlake_contracts.pseudonyms import Pseudonyms
from playlake_contracts.sources.people import PEOPLE
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.integration.extractor.conftest import Extractor

MASK = Pseudonyms("spotify", b"synthetic key of 32 bytes, twice")


def users(value: object) -> Iterator[dict[str, Any]]:
    """All who own a playlist or added an entry, in JSON."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key in ("owner", "added_by") and one:
                yield one
            yield from users(one)
    elif isinstance(value, list):
        for one in value:
            yield from users(one)


def landed_users(extractor: Extractor) -> list[dict[str, Any]]:
    return [one for frame in extractor.frames() for one in users(json.loads(frame))]


def contents(frames: Iterable[bytes]) -> dict[str, Any]:
    """What the frames have of each playlist, without what belongs to the run."""
    bodies = map(json.loads, frames)
    return {one["playlist_id"]: [one["playlist"], one["pages"]] for one in bodies}


@pytest.fixture
def masked(extractor: Extractor) -> Extractor:
    """An extractor whose users get pseudonyms."""
    extractor.pseudonyms = MASK
    return extractor


def test_no_user_is_landed_and_all_else_is(extractor: Extractor) -> None:
    plain = extractor
    masked = replace(plain, raw=MemoryRawStore(), state=MemoryStateStore(), pseudonyms=MASK)
    before, after = plain.run(None), masked.run(None)
    ids = {one["id"] for one in landed_users(plain)} - {""}
    names = {one["display_name"] for one in landed_users(plain) if one.get("display_name")}
    assert len(ids) > 1
    assert names
    assert masked.state.stored is not None
    landed = [*masked.frames(), *masked.raw.objects.values(), masked.state.stored.body]
    for one in ids | names:
        assert not any(json.dumps(one).encode() in body for body in landed)
        assert not any(f'user:{one}"'.encode() in body for body in landed)
        assert not any(f'/{one}"'.encode() in body for body in landed)
    assert {one["id"] for one in landed_users(masked)} - {""} == {MASK.of(one) for one in ids}
    expected = [PEOPLE["spotify"].redacted(one, MASK.of, artists=False) for one in plain.frames()]
    assert contents(masked.frames()) == contents(expected)
    digests = [[one.items_sha256 for one in run.playlists] for run in (before, after)]
    assert digests[0] == digests[1]


def test_a_later_run_has_the_same_and_finds_what_did_not_change(masked: Extractor) -> None:
    wanted = list(masked.playlists())[:4]
    masked.run(wanted)
    first = {one["id"] for one in landed_users(masked)}
    masked.raw.objects.clear()
    masked.now += timedelta(days=1)
    masked.run(wanted)
    assert {one["id"] for one in landed_users(masked)} == first
    masked.refresh_after = timedelta(days=7)
    masked.now += timedelta(days=1)
    again = masked.run(wanted)
    assert {one.outcome for one in again.playlists} == {Outcome.UNCHANGED}


def test_rows_have_pseudonyms_and_no_names(masked: Extractor) -> None:
    manifest = masked.run(list(masked.playlists())[:4])
    (part,) = manifest.parts
    made = transform(masked.raw.objects[part.key], RawKey.parse(part.key))
    tables = {file.table: pq.read_table(io.BytesIO(file.body)) for file in made.files}
    assert set(tables["playlists"]["owner_name"].to_pylist()) == {None}
    people = {
        *tables["playlists"]["owner_id"].to_pylist(),
        *tables["playlist_items"]["added_by"].to_pylist(),
    } - {None, ""}
    assert people == {one["id"] for one in landed_users(masked)} - {""}
    assert all(one.startswith("~") for one in people)
