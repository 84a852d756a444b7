"""What was erased from a lake is neither read nor landed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from twins.extractor import MemoryRawStore, MemoryStateStore

from playlake_contracts.erased import Erased, Kind, Tombstone
from playlake_contracts.keys import RawKey
from playlake_contracts.manifest import decode_manifest
from playlake_contracts.pseudonyms import Pseudonyms
from playlake_contracts.raw import Tail, read_frames
from playlake_contracts.sources.people import PEOPLE
from playlake_extractor.errors import SourceUnavailableError
from playlake_extractor.ports import PlaylistRead
from playlake_extractor.run.erasures import cleaning
from playlake_extractor.run.extract import Stores, extract
from playlake_extractor.run.plan import make_plan
from playlake_extractor.run.saved_snapshots import SavedSnapshot, land_saved
from playlake_extractor.run.state import State

if TYPE_CHECKING:
    from tests.unit.extractor.conftest import Clock, ScriptedSpotify, Synthetic

    from playlake_contracts.manifest import Manifest
    from playlake_extractor.run.definition import Run

SPOTIFY = PEOPLE["spotify"]

MORNINGS = Tombstone.of("spotify", Kind.PLAYLIST, "a")
READ = PlaylistRead("Mornings", None, Tail(api=None, entries=0, complete=True), 0)
ADA = Tombstone.of("spotify", Kind.USER, "ada")


def bury(store: MemoryRawStore, *tombstones: Tombstone) -> Stores:
    for each in tombstones:
        store.land(str(each), b"", "")
    return Stores(store, MemoryStateStore())


def manifest_in(store: MemoryRawStore, run: Run) -> Manifest:
    return decode_manifest(store.objects[str(RawKey.of_manifest("spotify", run.run_id))])


def added_by(synthetic: Synthetic, user: str) -> bytes:
    body: dict[str, Any] = msgspec.json.decode(synthetic.playlist_body(2))
    for entry in body["items"]["items"]:
        entry["added_by"] = {"id": user, "uri": f"spotify:user:{user}"}
    return synthetic.body(body)


def test_an_erased_playlist_is_not_read_and_no_object_names_it(
    run: Run, scripted: ScriptedSpotify, store: MemoryRawStore, clock: Clock, synthetic: Synthetic
) -> None:
    scripted.script = {"b": [synthetic.playlist_body(1)]}
    stores = bury(store, MORNINGS)
    extract(run, ["a", "b"], scripted.source, stores, clock)
    assert scripted.asked == [("playlist", "b")]
    manifest = manifest_in(store, run)
    assert [each.playlist_id for each in manifest.playlists] == ["b"]
    assert manifest.configured == 1
    kept = stores.state.load()
    assert kept is not None
    assert list(msgspec.json.decode(kept.body, type=State).seen) == ["b"]


def test_an_erased_playlist_of_the_users_own_is_not_read_either(
    run: Run, scripted: ScriptedSpotify, store: MemoryRawStore, clock: Clock, synthetic: Synthetic
) -> None:
    scripted.script = {
        "me": [b'{"id": "synthetic"}', synthetic.listing_body({"a": "1", "b": "2"}, total=2)],
        "b": [synthetic.playlist_body(1)],
    }
    extract(run, None, scripted.source, bury(store, MORNINGS), clock)
    assert [each.playlist_id for each in manifest_in(store, run).playlists] == ["b"]


def test_a_list_of_an_earlier_run_is_without_it_too(run: Run, scripted: ScriptedSpotify) -> None:
    scripted.script = {"me": [SourceUnavailableError("502")]}
    plan = make_plan(run, None, State(mine=["a", "b"]), scripted.source, Erased((MORNINGS,)))
    assert plan.playlists == ("b",)


def test_an_erased_user_is_taken_out_at_landing_and_others_stay_byte_for_byte(
    run: Run, scripted: ScriptedSpotify, store: MemoryRawStore, clock: Clock, synthetic: Synthetic
) -> None:
    scripted.script = {"b": [added_by(synthetic, "ada")], "c": [added_by(synthetic, "bob")]}
    extract(run, ["b", "c"], scripted.source, bury(store, ADA), clock)
    (part,) = manifest_in(store, run).parts
    first, second = read_frames(store.objects[part.key], max_frame_bytes=1_000_000)
    assert b'"id" :\t"~erased" ,' in first
    assert b"ada" not in first
    assert added_by(synthetic, "bob") in second


def test_a_run_of_erased_playlists_alone_is_complete_and_empty(
    run: Run, scripted: ScriptedSpotify, store: MemoryRawStore, clock: Clock
) -> None:
    extract(run, ["a"], scripted.source, bury(store, MORNINGS), clock)
    manifest = manifest_in(store, run)
    assert (manifest.configured, manifest.playlists, manifest.parts) == (0, [], [])


def test_an_import_lands_nothing_of_it(run: Run, store: MemoryRawStore) -> None:
    bury(store, MORNINGS, ADA)
    saved = [
        SavedSnapshot(name, "playlist", b'{"owner":{"id":"ada"}}', (), READ, ("f",), True)  # noqa: FBT003
        for name in ("b", "a")
    ]
    land_saved("spotify", saved, run.run_id, store, SPOTIFY.redacted)
    manifest = manifest_in(store, run)
    assert [each.playlist_id for each in manifest.playlists] == ["b"]
    (frame,) = read_frames(store.objects[manifest.parts[0].key])
    assert b'"playlist":{"owner":{"id":"~erased"}}' in frame


def test_an_erased_user_stays_erased_where_others_get_pseudonyms() -> None:
    mask = Pseudonyms("spotify", b"synthetic key of 32 bytes, twice")
    bob = str(mask.of("bob"))
    by_pseudonym = Tombstone.of("spotify", Kind.USER, bob)
    clean = cleaning("spotify", Erased((ADA, by_pseudonym)), SPOTIFY.redacted, mask)
    body = b'[{"added_by":{"id":"ada"}},{"added_by":{"id":"bob"}},{"added_by":{"id":"eve"}}]'
    found = [each["added_by"]["id"] for each in msgspec.json.decode(clean(body))]
    assert found == ["~erased", "~erased", mask.of("eve")]


def test_an_import_gives_the_pseudonyms_of_the_runs(run: Run, store: MemoryRawStore) -> None:
    mask = Pseudonyms("spotify", b"synthetic key of 32 bytes, twice")
    saved = [SavedSnapshot("b", "playlist", b'{"owner":{"id":"ada"}}', (), READ, ("f",), True)]  # noqa: FBT003
    land_saved("spotify", saved, run.run_id, store, SPOTIFY.redacted, mask)
    (frame,) = read_frames(store.objects[manifest_in(store, run).parts[0].key])
    assert f'"playlist":{{"owner":{{"id":"{mask.of("ada")}"}}}}'.encode() in frame


def test_the_artists_of_songs_keep_their_ids_where_users_get_pseudonyms() -> None:
    mask = Pseudonyms("youtube", b"synthetic key of 32 bytes, twice")
    clean = cleaning("youtube", Erased(), PEOPLE["youtube"].redacted, mask)
    body = b'{"snippet":{"channelId":"UCada","videoOwnerChannelId":"UCband"}}'
    assert msgspec.json.decode(clean(body))["snippet"] == {
        "channelId": mask.of("UCada"),
        "videoOwnerChannelId": "UCband",
    }
