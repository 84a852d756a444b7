"""What an import lands, and that it lands it once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import saved_snapshots
from twins.extractor import MemoryRawStore

from playlake_contracts.keys import RawKey
from playlake_contracts.manifest import Manifest, decode_manifest
from playlake_contracts.raw import decode_snapshot, read_frames
from playlake_contracts.sources.people import PEOPLE
from playlake_extractor.errors import LandingFailedError
from playlake_extractor.run.saved_snapshots import is_landed, land_saved, run_id_of
from playlake_extractor.sources.dialects import GivenPlaylist

if TYPE_CHECKING:
    from tests.unit.saved_files.conftest import Saved

    from playlake_contracts.raw import RawSnapshot
    from playlake_contracts.runs import RunId
    from playlake_extractor.run.saved_snapshots import SavedSnapshot

SPOTIFY = PEOPLE["spotify"]

AT = datetime(2024, 3, 1, 6, tzinfo=UTC)


def snapshots_in(*files: bytes) -> list[SavedSnapshot]:
    return saved_snapshots.snapshots_in(*(("a.json", file) for file in files))


def import_into(store: MemoryRawStore, *files: bytes) -> RunId:
    snapshots = snapshots_in(*files)
    run_id = run_id_of("spotify", snapshots, AT)
    land_saved("spotify", snapshots, run_id, store, SPOTIFY.redacted)
    return run_id


def manifest_in(store: MemoryRawStore, run_id: RunId) -> Manifest:
    return decode_manifest(store.read(str(RawKey.of_manifest("spotify", run_id))))


def snapshots_landed(store: MemoryRawStore, run_id: RunId) -> list[RawSnapshot]:
    part = store.read(str(RawKey.of_part("spotify", run_id, 0)))
    return [decode_snapshot(frame) for frame in read_frames(part, max_frame_bytes=100_000)]


@pytest.fixture
def files(saved: Saved) -> list[bytes]:
    """A playlist with a further page, and a page of another playlist that is not whole."""
    return [
        saved.file(saved.playlist(saved.page(total=3))),
        saved.file(saved.page(2, 1, total=3)),
        saved.file(saved.page(0, 2, total=7, playlist_id="other", key="track")),
    ]


def test_every_response_is_landed_byte_for_byte(files: list[bytes]) -> None:
    store = MemoryRawStore()
    other, whole = snapshots_landed(store, import_into(store, *files))
    assert bytes(whole.playlist) == files[0].strip()
    assert [bytes(page) for page in whole.pages] == [files[1].strip()]
    assert bytes(other.playlist) == b"null"
    assert [bytes(page) for page in other.pages] == [files[2].strip()]


def test_the_envelope_says_what_and_when(files: list[bytes]) -> None:
    store = MemoryRawStore()
    run_id = import_into(store, *files)
    other, whole = snapshots_landed(store, run_id)
    assert (whole.source, whole.kind, whole.run_id) == ("spotify", "playlist", str(run_id))
    assert whole.fetched_at == other.fetched_at == AT
    assert (whole.snapshot_id, other.snapshot_id) == ("AAAAaqU/Uy6+synthetic", None)
    assert (whole.api, whole.entries, whole.complete) == ("items", 3, True)
    assert (other.api, other.entries, other.complete) == ("classic", 2, False)


def test_the_manifest_accounts_for_an_import(files: list[bytes]) -> None:
    store = MemoryRawStore()
    manifest = manifest_in(store, import_into(store, *files))
    assert (manifest.trigger, manifest.scheduled_at, manifest.requests) == ("import", AT, 0)
    rows = [(p.playlist_id, p.outcome, p.entries, p.total) for p in manifest.playlists]
    whole = "synthetic0000000000001"
    assert rows == [("other", "landed", 2, 7), (whole, "landed", 3, 3)]
    (part,) = manifest.parts
    assert (part.snapshots, part.entries) == (2, 5)


def test_a_run_is_landed_once_its_manifest_is(files: list[bytes]) -> None:
    store = MemoryRawStore()
    run_id = run_id_of("spotify", snapshots_in(*files), AT)
    assert not is_landed("spotify", run_id, store)
    import_into(store, *files)
    assert is_landed("spotify", run_id, store)
    del store.objects[str(RawKey.of_manifest("spotify", run_id))]
    assert not is_landed("spotify", run_id, store)


def test_the_same_files_in_any_order_are_the_same_run_and_land_the_same_bytes(
    files: list[bytes],
) -> None:
    store = MemoryRawStore()
    run_id = import_into(store, *files)
    landed = dict(store.objects)
    assert import_into(store, *reversed(files)) == run_id
    assert store.objects == landed


def test_other_files_at_the_same_moment_are_another_run(files: list[bytes]) -> None:
    store = MemoryRawStore()
    assert import_into(store, *files) != import_into(store, *files[:2])


def test_the_same_files_at_another_moment_are_another_run(files: list[bytes]) -> None:
    snapshots = snapshots_in(*files)
    assert run_id_of("spotify", snapshots, AT) != run_id_of(
        "spotify", snapshots, AT.replace(year=2025)
    )


def test_what_the_user_says_of_the_playlist_makes_another_run(saved: Saved) -> None:
    file = ("a.json", saved.file({"items": [saved.entry(1)], "total": 1}))
    given = [GivenPlaylist("a"), GivenPlaylist("b"), GivenPlaylist("a", "n"), GivenPlaylist("a")]
    runs = [
        run_id_of("spotify", saved_snapshots.snapshots_in(file, given=each), AT) for each in given
    ]
    assert len(set(runs)) == 3
    assert runs[0] == runs[3]


def test_a_name_that_the_user_gives_is_landed_beside_the_bytes(saved: Saved) -> None:
    store = MemoryRawStore()
    body = saved.file(saved.playlist())
    snapshots = saved_snapshots.snapshots_in(("a", body), given=GivenPlaylist(name="Mine"))
    run_id = run_id_of("spotify", snapshots, AT)
    land_saved("spotify", snapshots, run_id, store, SPOTIFY.redacted)
    (landed,) = snapshots_landed(store, run_id)
    assert (landed.name, bytes(landed.playlist)) == ("Mine", body.strip())
    (playlist,) = manifest_in(store, run_id).playlists
    assert playlist.name == "Mine"


class _BreaksOff(MemoryRawStore):
    """Takes so many objects and then no more."""

    def __init__(self, takes: int) -> None:
        super().__init__()
        self.takes = takes

    def land(self, key: str, body: bytes, content_type: str) -> None:
        if self.takes == 0:
            raise LandingFailedError("synthetic")
        self.takes -= 1
        super().land(key, body, content_type)


@pytest.mark.parametrize("takes", range(3))
def test_an_import_that_broke_off_is_continued(saved: Saved, takes: int) -> None:
    ids = [f"playlist{number:03}" for number in range(150)]  # two parts and a manifest
    files = [saved.file([saved.page(playlist_id=playlist_id) for playlist_id in ids])]
    whole = MemoryRawStore()
    run_id = import_into(whole, *files)
    assert len(whole.objects) == 3
    store = _BreaksOff(takes)
    with pytest.raises(LandingFailedError):
        import_into(store, *files)
    assert len(store.objects) == takes
    assert not is_landed("spotify", run_id, store)
    store.takes = 3
    import_into(store, *files)
    assert store.objects == whole.objects
