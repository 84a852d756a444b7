"""What `show` writes for players comes back with the same identities."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw
from saved_snapshots import snapshots_in

from playlake.history.moments import PlaylistAt
from playlake.history.playlists import Named
from playlake.output import playlist_files
from playlake_contracts.content import entry_identity
from playlake_contracts.sources.player_files import NO_TITLES
from playlake_contracts.sources.spotify_dialects import READERS
from playlake_contracts.tables import ITEM_TYPES
from playlake_extractor.sources.spotify.entries import read_entry
from playlake_lake.history import Entry
from playlake_lake.history.metadata import Metadata
from playlake_lake.history.reading import Held
from playlake_lake.history.records import Playlist
from playlake_lake.history.values import Instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake_extractor.run.saved_snapshots import SavedSnapshot
    from playlake_extractor.sources.spotify.entries import Entry as ReadEntry

AT = datetime(2026, 11, 21, 6, tzinfo=UTC)
ID = "3cEYpjA9oz9GiPac4AsH4n"
SONG = "spotify:track:4uLU6hMCjMI75M1A2tKUQC"
FIRST = Entry(SONG, AT, "anna", "track", "Song", "Ana")

ids = st.text("0123456789abcdefXYZ", min_size=22, max_size=22)
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
uris = st.builds("spotify:{}:{}".format, st.sampled_from(["track", "episode"]), ids)
local_files = st.just("spotify:local:Ben+%26+Co:Tape:Song+four:201")
without_uri = st.builds(entry_identity, st.none(), st.none() | ids, texts, st.lists(texts))
entries = st.builds(
    Entry,
    uris | local_files | without_uri,
    st.none() | st.datetimes(datetime(2007, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.none() | st.text("abc", min_size=1),
    st.just("track"),
    st.none() | texts,
    st.none() | texts,
) | st.just(Entry(None, item_type="unavailable"))


def entries_in(snapshot: SavedSnapshot) -> list[ReadEntry]:
    """The entries of a snapshot, as both services read them."""
    saved = READERS[snapshot.kind](snapshot.playlist or b"null", snapshot.pages)
    return [read_entry(Raw(each.entry)) for each in saved.entries]


def identities_in(snapshot: SavedSnapshot) -> list[str | None]:
    items = [entry.held for entry in entries_in(snapshot)]
    return [None if item is None else item.identity for item in items]


def playlist(*contents: Entry, name: str = "Größe") -> PlaylistAt:
    held = Held((FIRST, *contents), "run", Instant(AT, "run"), is_gone=False)
    named = Named(Playlist("spotify", ID), name)
    return PlaylistAt(named, AT, held, Metadata(name=name, description="d", owner="anna"))


@pytest.mark.parametrize("write", [playlist_files.jspf, playlist_files.xspf])
@settings(max_examples=60)
@given(contents=st.lists(entries, max_size=5), name=texts)
def test_jspf_and_xspf_come_back_as_they_were(
    write: Callable[[PlaylistAt], str], contents: list[Entry], name: str
) -> None:
    shown = playlist(*contents, name=name)
    (snapshot,) = snapshots_in(("a", write(shown).encode()))
    assert snapshot.playlist_id == ID
    contents = list(shown.held.contents)
    assert identities_in(snapshot) == [entry.identity for entry in contents]
    times = [entry.added_at and f"{entry.added_at:%Y-%m-%dT%H:%M:%S}Z" for entry in contents]
    assert [entry.added_at for entry in entries_in(snapshot)] == times


@settings(max_examples=60)
@given(contents=st.lists(entries, max_size=5))
def test_m3u_comes_back_with_what_has_an_address(contents: list[Entry]) -> None:
    shown = playlist(*contents)
    (snapshot,) = snapshots_in(("a.m3u8", playlist_files.m3u(shown).encode()))
    assert snapshot.read.name == "Größe"
    addressed = [
        entry.identity
        for entry in shown.held.contents
        if entry.identity and entry.identity.startswith(("spotify:track:", "spotify:episode:"))
    ]
    assert identities_in(snapshot) == addressed


@pytest.mark.parametrize("write", [playlist_files.jspf, playlist_files.xspf])
def test_an_identity_that_looks_encoded_comes_back_as_it_was(
    write: Callable[[PlaylistAt], str],
) -> None:
    names = Entry("name:50%41 off\tA%09B", name="50%41 off")
    (snapshot,) = snapshots_in(("a", write(playlist(names)).encode()))
    assert identities_in(snapshot) == [SONG, names.identity]


def test_what_show_writes_in_the_place_of_a_title_comes_back_as_none() -> None:
    assert {f"({each})" for each in ITEM_TYPES} == NO_TITLES
    nameless = Entry(SONG, item_type="track")
    for write in (playlist_files.jspf, playlist_files.xspf, playlist_files.m3u):
        (snapshot,) = snapshots_in(("a", write(playlist(nameless)).encode()))
        saved = READERS[snapshot.kind](snapshot.playlist or b"null", snapshot.pages)
        *_, last = saved.entries
        assert "name" not in json.loads(last.entry)["track"]


def test_addresses_one_a_line_come_back_as_well() -> None:
    (snapshot,) = snapshots_in(("mix.txt", playlist_files.urls(playlist()).encode()))
    assert identities_in(snapshot) == [SONG]
